"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useIsOwner } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { showToast } from "@/components/ui/toast";
import type { AdminToken, AdminTokenWithSecret } from "@/lib/admin-tokens/schema";
import { NewTokenDialog } from "./new-token-dialog";
import { settingsQueries } from "./queries";
import { TokenSecretDialog } from "./token-secret-dialog";
import { TokenTable } from "./token-table";
import { useSettingsChanges } from "./use-settings-changes";

type Open =
  | { what: "create" }
  | { what: "secret"; token: AdminTokenWithSecret }
  | { what: "revoke"; token: AdminToken }
  | null;

/** The tokens with which scripts use the admin API. */
export function TokenSection() {
  const { data, error, refetch } = useQuery(settingsQueries.tokens());
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const newToken = useIsOwner() && (
    <Button onClick={() => setOpen({ what: "create" })}>
      <Plus aria-hidden="true" />
      New token
    </Button>
  );

  return (
    <Section title="Admin tokens" actions={data?.items.length !== 0 && newToken}>
      {error && !data ? (
        <ErrorState title="The tokens could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <TokenTable
          tokens={data?.items}
          onRevoke={(token) => setOpen({ what: "revoke", token })}
          empty={
            <EmptyState title="No tokens yet" action={newToken}>
              With one, a script of yours reads or changes clients, plans and keys over the admin API.
            </EmptyState>
          }
        />
      )}
      {open?.what === "create" && (
        <NewTokenDialog onClose={close} onCreated={(token) => setOpen({ what: "secret", token })} />
      )}
      {open?.what === "secret" && <TokenSecretDialog token={open.token} onClose={close} />}
      {open?.what === "revoke" && <RevokeTokenDialog token={open.token} onClose={close} />}
    </Section>
  );
}

function RevokeTokenDialog({ token, onClose }: { token: AdminToken; onClose: () => void }) {
  const { revokeToken } = useSettingsChanges();

  async function confirm() {
    await revokeToken(token.id);
    showToast({ title: `${token.name} is revoked` });
  }

  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={`Revoke ${token.name}?`}
      action="Revoke token"
      onConfirm={confirm}
    >
      <p>Scripts that use it are refused from their next request on. It cannot be taken back.</p>
    </ConfirmDialog>
  );
}
