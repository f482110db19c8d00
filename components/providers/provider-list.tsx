"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { showToast } from "@/components/ui/toast";
import type { Provider } from "@/lib/providers/schema";
import { ProviderFormDialog } from "./provider-form-dialog";
import { ProviderTable } from "./provider-table";
import { providerQueries } from "./queries";
import { useProviderChanges } from "./use-provider-changes";

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

function DeleteProviderDialog({ provider, onClose }: { provider: Provider; onClose: () => void }) {
  const { remove } = useProviderChanges();

  async function confirm() {
    await remove(provider.id);
    showToast({ title: `${provider.name} is deleted` });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Delete ${provider.name}?`}
      action="Delete provider"
      onConfirm={confirm}
    >
      <p>
        Every call to /api/proxy/{provider.slug} will be refused at once
        {provider.isDefault && ", and so will those to /api/proxy/v1"}. Its credential is erased here.
      </p>
      <p>What was used through it stays on record.</p>
    </ConfirmDialog>
  );
}
