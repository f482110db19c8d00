"use client";

import { useMutation } from "@tanstack/react-query";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { messageOf } from "@/components/ui/message-of";
import { Outcome } from "@/components/ui/outcome";
import { Tooltip } from "@/components/ui/tooltip";
import type { Provider } from "@/lib/providers/schema";
import { useProviderChanges } from "./use-provider-changes";

/** Asks the provider for its model list, which costs nothing and shows whether address and credential work. */
export function TestConnection({ provider }: { provider: Provider }) {
  const { test } = useProviderChanges();
  const canEdit = useCanEdit();
  const { mutate, data, error, isPending } = useMutation({ mutationFn: () => test(provider.id) });
  const message = error ? messageOf(error) : data?.message;
  const works = data?.ok === true;

  return (
    <div className="flex flex-wrap items-center justify-end gap-y-1">
      <div role="status" className="min-w-0">
        {message && (
          <Tooltip content={data ? `${message} (${data.latencyMs} ms)` : message}>
            <Outcome works={works} className="me-2.5">
              <span className="line-clamp-2 max-w-72 text-start text-caption">{message}</span>
            </Outcome>
          </Tooltip>
        )}
      </div>
      {canEdit && (
        <Button busy={isPending} onClick={() => mutate()} aria-label={`Test connection to ${provider.name}`}>
          Test connection
        </Button>
      )}
    </div>
  );
}
