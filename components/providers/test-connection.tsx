"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleAlert, CircleCheck } from "lucide-react";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { messageOf } from "@/components/ui/message-of";
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
            <span className={classNames("me-2.5 flex items-center gap-1.5", works ? "text-ok" : "text-over")}>
              {works ? (
                <CircleCheck aria-hidden="true" className="size-4 shrink-0" />
              ) : (
                <CircleAlert aria-hidden="true" className="size-4 shrink-0" />
              )}
              <span className="line-clamp-2 max-w-72 text-start text-caption">{message}</span>
            </span>
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
