"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useCanEdit } from "@/components/shell/viewer";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { SearchInput } from "@/components/ui/search-input";
import { useUrlSorting } from "@/components/ui/use-url-sorting";
import { useUrlState } from "@/components/ui/use-url-state";
import type { ApiKey, KeyWithSecret } from "@/lib/keys/schema";
import { isFound } from "@/lib/usage/search";
import { StaffConnectSnippet } from "./connect-snippet";
import { KeyDrawer } from "./key-drawer";
import { KeyFormDialog } from "./key-form-dialog";
import { KeyTable, usualKeySort } from "./key-table";
import { keyQueries } from "./queries";
import { RevokeKeyDialog } from "./revoke-key-dialog";
import { RotateKeyDialog } from "./rotate-key-dialog";
import { SecretDialog } from "./secret-dialog";

type Open = { what: "edit" | "rotate" | "revoke"; key: ApiKey } | { what: "secret"; key: KeyWithSecret } | null;

/** A list that is taken in at a glance need not be searched. */
const searchableFrom = 10;

/** A tenant's keys. Revoked ones stay listed, since history names them. */
export function KeyListPage() {
  const tenant = useCurrentTenant();
  const canEdit = useCanEdit();
  const { data, error, refetch } = useQuery(keyQueries.ofTenant(tenant.id));
  const [open, setOpen] = useState<Open>(null);
  const [openKeyId, openKey] = useUrlState("key");
  /** The client's heading leads here with it, from any tab. */
  const [newThing, askForNew] = useUrlState("new");
  const [search, setSearch] = useUrlState("q");
  const [sorting, setSorting] = useUrlSorting(usualKeySort);
  const shownKey = data?.items.find(({ id }) => id === openKeyId);
  const close = () => setOpen(null);
  const active = data?.items.filter(({ state }) => state === "active").length ?? 0;
  const isLong = (data?.items.length ?? 0) >= searchableFrom;
  const keys = data?.items.filter(({ name, prefix }) => isFound([name, prefix], search));

  return (
    <section aria-label="Keys">
      <div className="page-gutter flex min-h-16 flex-wrap items-center justify-between gap-2 border-b border-line py-3">
        <p className="text-muted">{data && `${countOf(active, "active key")}`}</p>
        {isLong && <SearchInput label="Name or beginning of the secret" value={search} onChange={setSearch} />}
      </div>
      {error && !data ? (
        <ErrorState title="The keys could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <KeyTable
          keys={keys}
          sorting={sorting}
          onSortingChange={setSorting}
          tenant={tenant}
          openKeyId={openKeyId}
          onOpen={({ id }) => openKey(id)}
          onAction={(what, key) => setOpen({ what, key })}
          empty={
            search ? (
              <EmptyState
                title="No key matches"
                drawing="sought"
                action={<Button onClick={() => setSearch("")}>Show all keys</Button>}
              />
            ) : (
              <EmptyState title="No keys yet">
                {canEdit ? "Create one with “New key”" : "Ask an admin for one"}, and put it into the client's app
                together with the base URL.
              </EmptyState>
            )
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
      {newThing === "key" && canEdit && tenant.archivedAt === null && (
        <KeyFormDialog
          tenant={tenant}
          onClose={() => askForNew("")}
          onCreated={(key) => {
            askForNew("");
            setOpen({ what: "secret", key });
          }}
        />
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
