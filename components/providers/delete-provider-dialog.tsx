"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { showToast } from "@/components/ui/toast";
import type { Provider } from "@/lib/providers/schema";
import { useProviderChanges } from "./use-provider-changes";

type DeleteProviderDialogProps = { provider: Provider; onClose: () => void; onDeleted?: () => void };

export function DeleteProviderDialog({ provider, onClose, onDeleted }: DeleteProviderDialogProps) {
  const { remove } = useProviderChanges();

  async function confirm() {
    await remove(provider.id);
    showToast({ title: `${provider.name} is deleted` });
    onDeleted?.();
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
        {provider.isDefault && ", and so will those to /api/proxy/v1"}. Its credential and its prices are erased here.
      </p>
      <p>What was used through it stays on record.</p>
    </ConfirmDialog>
  );
}
