"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import type { Provider } from "@/lib/providers/schema";
import { DeleteProviderDialog } from "./delete-provider-dialog";
import { ProviderFormDialog } from "./provider-form-dialog";
import { ProviderTable } from "./provider-table";
import { providerQueries } from "./queries";

type Open = { what: "create" } | { what: "edit" | "delete"; provider: Provider } | null;

export function ProviderListPage() {
  const { data, error, refetch } = useQuery(providerQueries.list());
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const addProvider = canEdit && (
    <Button look="primary" onClick={() => setOpen({ what: "create" })}>
      <Plus aria-hidden="true" />
      Add provider
    </Button>
  );

  return (
    <>
      <PageHeader title="Providers" actions={data?.items.length !== 0 && addProvider}>
        Your accounts at AI services, which clients' calls go to.
      </PageHeader>
      <div className="border-t border-line">
        {error && !data ? (
          <ErrorState title="The providers could not be loaded" error={error} onRetry={refetch} />
        ) : (
          <ProviderTable
            providers={data?.items}
            onAction={(what, provider) => setOpen({ what, provider })}
            empty={
              <EmptyState title="No providers yet" action={addProvider}>
                Add the account that pays for the calls. Its credential stays on this server and is never shown again.
              </EmptyState>
            }
          />
        )}
      </div>
      {open?.what === "create" && <ProviderFormDialog onClose={close} />}
      {open?.what === "edit" && <ProviderFormDialog provider={open.provider} onClose={close} />}
      {open?.what === "delete" && <DeleteProviderDialog provider={open.provider} onClose={close} />}
    </>
  );
}
