"use client";

import { Boxes, Pause, Play, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { countOf } from "@/components/ui/format-amount";
import type { TenantListItem } from "@/lib/tenants/schema";
import { type BulkAction, BulkDialog } from "./bulk-dialog";

type BulkBarProps = {
  tenants: TenantListItem[];
  /** Leaves these chosen: what is done is let go of. */
  onChange: (ids: string[]) => void;
};

/** What can be done to all the clients that are chosen. */
export function BulkBar({ tenants, onChange }: BulkBarProps) {
  // The dialog goes on with whom it was opened for, while the list behind it changes.
  const [open, setOpen] = useState<{ action: BulkAction; tenants: TenantListItem[] } | null>(null);
  const active = tenants.filter(({ status, archivedAt }) => status === "active" && archivedAt === null);
  const suspended = tenants.filter(({ status, archivedAt }) => status === "suspended" && archivedAt === null);
  const current = tenants.filter(({ archivedAt }) => archivedAt === null);

  return (
    <>
      {tenants.length > 0 && (
        <section
          aria-label="Chosen clients"
          className="page-gutter sticky top-12 z-10 flex flex-wrap items-center gap-2 border-b border-line bg-raised py-2 md:top-0"
        >
          <p role="status" className="me-2 font-medium">
            {countOf(tenants.length, "client")} selected
          </p>
          <Button disabled={active.length === 0} onClick={() => setOpen({ action: "suspend", tenants: active })}>
            <Pause aria-hidden="true" />
            Suspend
          </Button>
          <Button disabled={suspended.length === 0} onClick={() => setOpen({ action: "resume", tenants: suspended })}>
            <Play aria-hidden="true" />
            Resume
          </Button>
          <Button disabled={current.length === 0} onClick={() => setOpen({ action: "plan", tenants: current })}>
            <Boxes aria-hidden="true" />
            Change plan
          </Button>
          <Button look="quiet" onClick={() => onChange([])}>
            <X aria-hidden="true" />
            Clear
          </Button>
        </section>
      )}
      {open && (
        <BulkDialog
          action={open.action}
          tenants={open.tenants}
          onDone={(failed) => onChange(failed.map(({ id }) => id))}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}
