"use client";

import { Archive, Pause, Pencil, Play } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { formatDate } from "@/components/ui/format-time";
import { Menu, MenuItem } from "@/components/ui/menu";
import { useNow } from "@/components/ui/now";
import { showToast } from "@/components/ui/toast";
import type { Tenant } from "@/lib/tenants/schema";
import { useCurrentTenant } from "./current-tenant";
import { EditTenantDialog } from "./edit-tenant-dialog";
import { TenantMarks } from "./tenant-marks";
import { hasOverride } from "./tenant-status";
import { useTenantChanges } from "./use-tenant-changes";

type Open = "edit" | "suspend" | "resume" | "archive" | null;

export function TenantHeader() {
  const tenant = useCurrentTenant();
  const canEdit = useCanEdit();
  const [open, setOpen] = useState<Open>(null);
  const isSuspended = tenant.status === "suspended";

  return (
    <>
      <PageHeader
        title={tenant.name}
        marks={<TenantMarks tenant={tenant} />}
        actions={
          canEdit && (
            <>
              <Button onClick={() => setOpen(isSuspended ? "resume" : "suspend")}>
                {isSuspended ? <Play aria-hidden="true" /> : <Pause aria-hidden="true" />}
                {isSuspended ? "Resume" : "Suspend"}
              </Button>
              <Menu label={`More actions for ${tenant.name}`}>
                <MenuItem icon={Pencil} onSelect={() => setOpen("edit")}>
                  Edit client
                </MenuItem>
                <MenuItem icon={Archive} danger onSelect={() => setOpen("archive")}>
                  Archive client
                </MenuItem>
              </Menu>
            </>
          )
        }
      >
        <Facts tenant={tenant} />
      </PageHeader>
      {open === "edit" && <EditTenantDialog tenant={tenant} onClose={() => setOpen(null)} />}
      <StatusDialogs tenant={tenant} open={open} onClose={() => setOpen(null)} />
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

function StatusDialogs({ tenant, open, onClose }: { tenant: Tenant; open: Open; onClose: () => void }) {
  const router = useRouter();
  const { update, archive } = useTenantChanges();

  async function setStatus(status: Tenant["status"]) {
    await update(tenant.id, { status });
    showToast({
      title: status === "suspended" ? `${tenant.name} is suspended` : `${tenant.name} can make calls again`,
    });
  }

  async function archiveTenant() {
    await archive(tenant.id);
    showToast({ title: `${tenant.name} is archived` });
    router.push("/clients");
  }

  return (
    <>
      <ConfirmDialog
        open={open === "suspend"}
        onOpenChange={onClose}
        title={`Suspend ${tenant.name}?`}
        action="Suspend client"
        onConfirm={() => setStatus("suspended")}
      >
        <p>All calls with its keys will be refused at once, until you resume it.</p>
        <p>Keys, limits and history stay, and its people still see their usage page.</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "resume"}
        onOpenChange={onClose}
        title={`Resume ${tenant.name}?`}
        action="Resume client"
        look="primary"
        onConfirm={() => setStatus("active")}
      >
        <p>Calls with its keys will pass again at once, within its limits. What it used before still counts.</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "archive"}
        onOpenChange={onClose}
        title={`Archive ${tenant.name}?`}
        action="Archive client"
        onConfirm={archiveTenant}
      >
        <p>All calls with its keys will be refused at once, and it leaves the list of clients.</p>
        <p>What it has used stays on record.</p>
      </ConfirmDialog>
    </>
  );
}
