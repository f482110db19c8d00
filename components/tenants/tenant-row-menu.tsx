"use client";

import { Archive, ArchiveRestore, Pause, Pencil, Play } from "lucide-react";
import { useState } from "react";
import { Menu, MenuItem } from "@/components/ui/menu";
import type { Tenant } from "@/lib/tenants/schema";
import { type TenantAction, TenantDialogs } from "./tenant-dialogs";

/** What can be done to a client, at the end of its row. */
export function TenantRowMenu({ tenant }: { tenant: Tenant }) {
  // Undefined until something was chosen for the first time: a list has many rows, and few dialogs are ever opened.
  const [open, setOpen] = useState<TenantAction | null>();

  return (
    <>
      <Menu label={`Actions for ${tenant.name}`}>
        {tenant.archivedAt !== null ? (
          <MenuItem icon={ArchiveRestore} onSelect={() => setOpen("restore")}>
            Restore client
          </MenuItem>
        ) : (
          <>
            <MenuItem icon={Pencil} onSelect={() => setOpen("edit")}>
              Edit client
            </MenuItem>
            {tenant.status === "suspended" ? (
              <MenuItem icon={Play} onSelect={() => setOpen("resume")}>
                Resume client
              </MenuItem>
            ) : (
              <MenuItem icon={Pause} onSelect={() => setOpen("suspend")}>
                Suspend client
              </MenuItem>
            )}
            <MenuItem icon={Archive} danger onSelect={() => setOpen("archive")}>
              Archive client
            </MenuItem>
          </>
        )}
      </Menu>
      {open !== undefined && <TenantDialogs tenant={tenant} open={open} onClose={() => setOpen(null)} />}
    </>
  );
}
