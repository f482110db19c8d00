"use client";

import { ConfirmDialog } from "@/components/ui/confirm-dialog";
import { showToast } from "@/components/ui/toast";
import type { Tenant } from "@/lib/tenants/schema";
import { EditTenantDialog } from "./edit-tenant-dialog";
import { useTenantChanges } from "./use-tenant-changes";

export type TenantAction = "edit" | "suspend" | "resume" | "archive" | "restore";

type TenantDialogsProps = {
  tenant: Tenant;
  open: TenantAction | null;
  onClose: () => void;
  /** Where to go when the client is no longer where the reader is. */
  onArchived?: () => void;
};

/** What can be done to a client from wherever it is named, each asked about first. */
export function TenantDialogs({ tenant, open, onClose, onArchived }: TenantDialogsProps) {
  const { update, archive, restore } = useTenantChanges();

  async function setStatus(status: Tenant["status"]) {
    await update(tenant.id, { status });
    showToast({
      title: status === "suspended" ? `${tenant.name} is suspended` : `${tenant.name} can make calls again`,
      onUndo: () => update(tenant.id, { status: tenant.status }),
    });
  }

  async function archiveTenant() {
    await archive(tenant.id);
    showToast({
      title: `${tenant.name} is archived`,
      description: "It is under Clients, status Archived.",
      onUndo: () => restore(tenant.id),
    });
    onArchived?.();
  }

  async function restoreTenant() {
    await restore(tenant.id);
    showToast({ title: `${tenant.name} is back` });
  }

  if (open === "edit") return <EditTenantDialog tenant={tenant} onClose={onClose} />;
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
        <p>What it has used stays on record, and it can be restored.</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={open === "restore"}
        onOpenChange={onClose}
        title={`Restore ${tenant.name}?`}
        action="Restore client"
        look="primary"
        onConfirm={restoreTenant}
      >
        <p>
          {tenant.status === "suspended"
            ? "It is back in the list of clients, and stays suspended."
            : "It is back in the list of clients, and calls with its keys will pass again at once, within its limits."}
        </p>
      </ConfirmDialog>
    </>
  );
}
