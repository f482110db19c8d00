"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatRelative } from "@/components/ui/format-time";
import { useNow } from "@/components/ui/now";
import { showToast } from "@/components/ui/toast";
import type { ApiKey } from "@/lib/keys/schema";
import { useKeyChanges } from "./use-key-changes";

type RevokeKeyDialogProps = {
  apiKey: ApiKey;
  onClose: () => void;
  /** To show the receipt. */
  onRevoked: () => void;
};

export function RevokeKeyDialog({ apiKey, onClose, onRevoked }: RevokeKeyDialogProps) {
  const now = useNow();
  const { revoke } = useKeyChanges(apiKey.tenantId);
  const lastUse = apiKey.lastUsedAt
    ? `Its last call was ${formatRelative(new Date(apiKey.lastUsedAt), now)}.`
    : "It has never been used.";

  async function confirm() {
    await revoke(apiKey.id);
    showToast({ title: `${apiKey.name} is revoked`, description: "Its calls are refused from now on." });
    onRevoked();
  }

  return (
    <ConfirmDialog open onOpenChange={onClose} title={`Revoke ${apiKey.name}?`} action="Revoke key" onConfirm={confirm}>
      <p>
        Every app that uses this key ({apiKey.prefix}…) will have its calls refused at once. {lastUse}
      </p>
      <p>This cannot be taken back. What the key has used stays on record under its name.</p>
    </ConfirmDialog>
  );
}
