"use client";

import { Badge } from "@/components/ui/badge";
import { useNow } from "@/components/ui/now";
import type { Tenant } from "@/lib/tenants/schema";
import { hasOverride } from "./tenant-status";

/** What sets a tenant apart from others on its plan. */
export function TenantMarks({ tenant }: { tenant: Tenant }) {
  const now = useNow();

  return (
    <>
      {tenant.status === "suspended" && <Badge tone="over">Suspended</Badge>}
      {hasOverride(tenant, now) && <Badge tone="accent">Override</Badge>}
      {tenant.archivedAt !== null && <Badge>Archived</Badge>}
    </>
  );
}
