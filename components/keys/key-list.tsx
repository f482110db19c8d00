"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { useCanEdit } from "@/components/shell/viewer";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { useUrlState } from "@/components/ui/use-url-state";
import type { ApiKey, KeyWithSecret } from "@/lib/keys/schema";
import { StaffConnectSnippet } from "./connect-snippet";
import { KeyDrawer } from "./key-drawer";
import { KeyFormDialog } from "./key-form-dialog";
import { KeyTable } from "./key-table";
import { keyQueries } from "./queries";
import { RevokeKeyDialog } from "./revoke-key-dialog";
import { RotateKeyDialog } from "./rotate-key-dialog";
import { SecretDialog } from "./secret-dialog";

type Open =
  | { what: "create" }
  | { what: "edit" | "rotate" | "revoke"; key: ApiKey }
  | { what: "secret"; key: KeyWithSecret }
  | null;

/** A tenant's keys. Revoked ones stay listed, since history names them. */
export function KeyListPage() {
  const tenant = useCurrentTenant();
  const canEdit = useCanEdit();
  const { data, error, refetch } = useQuery(keyQueries.ofTenant(tenant.id));
  const [open, setOpen] = useState<Open>(null);
  const [openKeyId, openKey] = useUrlState("key");
  const shownKey = data?.items.find(({ id }) => id === openKeyId);
  const close = () => setOpen(null);
  const create = () => setOpen({ what: "create" });
  const active = data?.items.filter(({ state }) => state === "active").length ?? 0;

  return (
    <section aria-label="Keys">
      <div className="page-gutter flex min-h-16 flex-wrap items-center justify-between gap-2 border-b border-line py-3">
        <p className="text-muted">{data && `${countOf(active, "active key")}`}</p>
        {canEdit && <NewKeyButton onClick={create} />}
      </div>
      {error && !data ? (
        <ErrorState title="The keys could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <KeyTable
          keys={data?.items}
          tenant={tenant}
          openKeyId={openKeyId}
          onOpen={({ id }) => openKey(id)}
          onAction={(what, key) => setOpen({ what, key })}
          empty={
            <EmptyState title="No keys yet">
              {canEdit ? "Create one with “New key”" : "Ask an admin for one"}, and put it into the client's app
              together with the base URL.
            </EmptyState>
          }
        />
      )}
      {shownKey && (
        <KeyDrawer
          apiKey={shownKey}
          tenant={tenant}
          onAction={(what, key) => setOpen({ what, key })}
          onClose={() => openKey("")}
        />
      )}
      {open?.what === "create" && (
        <KeyFormDialog tenant={tenant} onClose={close} onCreated={(key) => setOpen({ what: "secret", key })} />
      )}
      {open?.what === "edit" && <KeyFormDialog tenant={tenant} apiKey={open.key} onClose={close} />}
      {open?.what === "rotate" && (
        <RotateKeyDialog apiKey={open.key} onClose={close} onRotated={(key) => setOpen({ what: "secret", key })} />
      )}
      {open?.what === "revoke" && (
        <RevokeKeyDialog apiKey={open.key} onClose={close} onRevoked={() => openKey(open.key.id)} />
      )}
      {open?.what === "secret" && (
        <SecretDialog apiKey={open.key} onClose={close}>
          <StaffConnectSnippet secret={open.key.secret} />
        </SecretDialog>
      )}
    </section>
  );
}

function NewKeyButton({ onClick }: { onClick: () => void }) {
  return (
    <Button look="primary" onClick={onClick}>
      <Plus aria-hidden="true" />
      New key
    </Button>
  );
}
