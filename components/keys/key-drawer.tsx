"use client";

import { useQuery } from "@tanstack/react-query";
import { Ban, Pencil, RefreshCw, ScrollText } from "lucide-react";
import Link from "next/link";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { Drawer } from "@/components/ui/drawer";
import { Facts } from "@/components/ui/facts";
import { formatInstant } from "@/components/ui/format-time";
import { RelativeTime } from "@/components/ui/relative-time";
import type { ApiKey } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import type { KeyAction } from "./key-table";
import { LimitsBeside } from "./limits-beside";
import { OldSecret } from "./old-secret";
import { keyQueries } from "./queries";
import { RefusedAttempts } from "./refused-attempts";

type KeyDrawerProps = {
  apiKey: ApiKey;
  tenant: Tenant;
  onAction: (action: KeyAction, key: ApiKey) => void;
  onClose: () => void;
};

/** All that is known of one key, and after its revocation the receipt for it. */
export function KeyDrawer({ apiKey, tenant, onAction, onClose }: KeyDrawerProps) {
  const { timeZone } = tenant;

  return (
    <Drawer title={apiKey.name} description={<code className="font-mono">{apiKey.prefix}…</code>} onClose={onClose}>
      <div className="grid gap-6">
        {apiKey.revokedAt && (
          <>
            <Receipt apiKey={apiKey} timeZone={timeZone} />
            <RefusedAttempts apiKey={apiKey} />
          </>
        )}
        {apiKey.previousSecret && apiKey.state === "active" && (
          <OldSecret secret={apiKey.previousSecret} timeZone={timeZone} />
        )}
        <Facts
          title="Key"
          facts={[
            ["State", { active: "Active", expired: "Expired", revoked: "Revoked" }[apiKey.state]],
            ["Kind", apiKey.kind === "legacy" ? "Legacy: a secret from before" : null],
            ["Created", <RelativeTime key="created" at={apiKey.createdAt} timeZone={timeZone} />],
            ["Expires", apiKey.expiresAt ? <RelativeTime at={apiKey.expiresAt} timeZone={timeZone} /> : "Never"],
            ["Last call", apiKey.lastUsedAt ? <RelativeTime at={apiKey.lastUsedAt} timeZone={timeZone} /> : "None yet"],
            ["Allowed models", apiKey.allowedModels.join(", ") || "All that the plan allows"],
            ["Used-up quota", `Refused with ${apiKey.quotaStatus}`],
          ]}
        />
        <LimitsBeside apiKey={apiKey} />
        {!apiKey.revokedAt && <RefusedAttempts apiKey={apiKey} />}
        <KeyActions apiKey={apiKey} tenant={tenant} onAction={onAction} />
      </div>
    </Drawer>
  );
}

/** What one wants to have in hand when a key has leaked: since when it is dead, and that it is. */
function Receipt({ apiKey, timeZone }: { apiKey: ApiKey; timeZone: string }) {
  const { data } = useQuery(keyQueries.attempts(apiKey));
  const exact = (at: string) => `${formatInstant(new Date(at), timeZone)} ${timeZone}`;

  return (
    <Facts
      title="Receipt of the revocation"
      facts={[
        ["Revoked", exact(apiKey.revokedAt as string)],
        ["By", apiKey.revokedBy],
        ["Last accepted call", data ? (data.lastAcceptedAt ? exact(data.lastAcceptedAt) : "It made none") : "…"],
      ]}
    />
  );
}

function KeyActions({ apiKey, tenant, onAction }: Omit<KeyDrawerProps, "onClose">) {
  const canEdit = useCanEdit() && apiKey.state !== "revoked";

  return (
    <div className="flex flex-wrap gap-2">
      <Button asChild>
        <Link href={`/clients/${tenant.slug}/requests?key=${apiKey.id}`}>
          <ScrollText aria-hidden="true" />
          Requests
        </Link>
      </Button>
      {canEdit && (
        <>
          <Button onClick={() => onAction("edit", apiKey)}>
            <Pencil aria-hidden="true" />
            Edit
          </Button>
          {apiKey.state === "active" && (
            <Button onClick={() => onAction("rotate", apiKey)}>
              <RefreshCw aria-hidden="true" />
              Rotate
            </Button>
          )}
          <Button look="danger" onClick={() => onAction("revoke", apiKey)}>
            <Ban aria-hidden="true" />
            Revoke
          </Button>
        </>
      )}
    </div>
  );
}
