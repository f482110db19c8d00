"use client";

import { Archive, ArchiveRestore, Pause, Pencil, Play, Plus } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { formatDate } from "@/components/ui/format-time";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useNow } from "@/components/ui/now";
import { useUrlState } from "@/components/ui/use-url-state";
import type { Tenant } from "@/lib/tenants/schema";
import { useCurrentTenant } from "./current-tenant";
import { type TenantAction, TenantDialogs } from "./tenant-dialogs";
import { TenantMarks } from "./tenant-marks";
import { hasOverride } from "./tenant-status";

export function TenantHeader() {
  const tenant = useCurrentTenant();
  const router = useRouter();
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<TenantAction | null>(null);
  const [, askForNew] = useUrlState("new");
  const keysPath = `/clients/${tenant.slug}/keys`;
  const isAtKeys = usePathname() === keysPath;
  /** The keys' own page makes one, and shows it among the others. */
  const makeKey = () => (isAtKeys ? askForNew("key") : router.push(`${keysPath}?new=key`));

  return (
    <>
      <PageHeader
        title={tenant.name}
        marks={<TenantMarks tenant={tenant} />}
        actions={canEdit && <Actions tenant={tenant} onOpen={setOpen} onNewKey={makeKey} />}
      >
        <Facts tenant={tenant} />
      </PageHeader>
      <TenantDialogs
        tenant={tenant}
        open={open}
        onClose={() => setOpen(null)}
        onArchived={() => router.push("/clients")}
      />
    </>
  );
}

type ActionsProps = { tenant: Tenant; onOpen: (action: TenantAction) => void; onNewKey: () => void };

function Actions({ tenant, onOpen, onNewKey }: ActionsProps) {
  if (tenant.archivedAt !== null) {
    return (
      <Button onClick={() => onOpen("restore")}>
        <ArchiveRestore aria-hidden="true" />
        Restore
      </Button>
    );
  }
  const isSuspended = tenant.status === "suspended";
  return (
    <>
      <Button onClick={() => onOpen(isSuspended ? "resume" : "suspend")}>
        {isSuspended ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
        {isSuspended ? "Resume" : "Suspend"}
      </Button>
      <Button look="primary" onClick={onNewKey}>
        <Plus aria-hidden="true" />
        New key
      </Button>
      <Menu label={`More actions for ${tenant.name}`}>
        <MenuItem icon={Pencil} onSelect={() => onOpen("edit")}>
          Edit client
        </MenuItem>
        <MenuItem icon={Archive} danger onSelect={() => onOpen("archive")}>
          Archive client
        </MenuItem>
      </Menu>
    </>
  );
}

function Facts({ tenant }: { tenant: Tenant }) {
  const now = useNow();
  const until = hasOverride(tenant, now) && tenant.dailyTokenLimitExpiresAt;
  const facts = [
    tenant.plan ? `Plan ${tenant.plan.name}${tenant.plan.origin === "default" ? " (default)" : ""}` : "No plan",
    until && `override until ${formatDate(new Date(until), tenant.timeZone)}`,
    tenant.timeZone,
  ];

  return facts.filter(Boolean).join(" · ");
}
