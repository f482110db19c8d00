"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { Section } from "@/components/ui/section";
import { showToast } from "@/components/ui/toast";
import { ownPagesKey } from "@/components/usage/own-page";
import { sendJson, sendOnce } from "@/lib/http/client";
import type { Connection } from "@/lib/providers/connection";
import type { OwnKey, OwnKeyWithSecret } from "@/lib/usage/schema";
import { ConnectSnippet } from "./connect-snippet";
import { OwnKeyTable } from "./own-key-table";
import { keyQueries } from "./queries";
import { SecretDialog } from "./secret-dialog";

/** Comes when it is asked for. */
const NewOwnKeyDialog = dynamic(() => import("./new-own-key-dialog").then((module) => module.NewOwnKeyDialog));

type OwnTenant = { slug: string; timeZone: string; isManaged: boolean };
type Open = { what: "create" } | { what: "revoke"; key: OwnKey } | { what: "secret"; key: OwnKeyWithSecret } | null;

/** A client's keys; its managers create and revoke them. */
export function OwnKeys({ tenant, connections }: { tenant: OwnTenant; connections: Connection[] }) {
  const [open, setOpen] = useState<Open>(null);
  const { create, revoke } = useOwnKeyChanges(tenant.slug);
  const close = () => setOpen(null);

  return (
    <Section
      title="Your keys"
      actions={
        tenant.isManaged && (
          <Button look="primary" onClick={() => setOpen({ what: "create" })}>
            <Plus aria-hidden="true" />
            New key
          </Button>
        )
      }
    >
      <OwnKeyTable
        tenantSlug={tenant.slug}
        timeZone={tenant.timeZone}
        onRevoke={tenant.isManaged ? (key) => setOpen({ what: "revoke", key }) : null}
      />
      {open?.what === "create" && (
        <NewOwnKeyDialog
          onClose={close}
          onSubmit={async (name) => setOpen({ what: "secret", key: await create(name) })}
        />
      )}
      {open?.what === "revoke" && (
        <ConfirmDialog
          open
          onOpenChange={close}
          title={`Revoke ${open.key.name}?`}
          action="Revoke key"
          onConfirm={async () => {
            await revoke(open.key.id);
            showToast({ title: `${open.key.name} is revoked`, description: "Its calls are refused from now on." });
          }}
        >
          <p>Every app that uses this key ({open.key.prefix}…) will have its calls refused at once.</p>
          <p>This cannot be taken back. What the key has used stays on record under its name.</p>
        </ConfirmDialog>
      )}
      {open?.what === "secret" && (
        <SecretDialog apiKey={open.key} onClose={close}>
          <ConnectSnippet secret={open.key.secret} connections={connections} />
        </SecretDialog>
      )}
    </Section>
  );
}

function useOwnKeyChanges(tenantSlug: string) {
  const queryClient = useQueryClient();
  const urlOf = (path: string) => `/api/usage/keys${path}?tenant=${tenantSlug}`;

  async function refresh(): Promise<void> {
    await queryClient.cancelQueries({ queryKey: ownPagesKey });
    await Promise.all([keyQueries.all(), ownPagesKey].map((queryKey) => queryClient.invalidateQueries({ queryKey })));
  }

  return {
    /** Its secret is told this once: it is shown before anything else is asked for, which may not come. */
    create: async (name: string) => {
      const created = await sendOnce<OwnKeyWithSecret>(urlOf(""), { name });
      void refresh();
      return created;
    },
    revoke: async (keyId: string) => {
      await sendJson("POST", urlOf(`/${keyId}/revocation`));
      await refresh();
    },
  };
}
