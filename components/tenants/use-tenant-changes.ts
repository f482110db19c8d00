"use client";

import { useQueryClient } from "@tanstack/react-query";
import { auditQueries } from "@/components/audit/queries";
import { sendJson, sendOnce } from "@/lib/http/client";
import type { CreateTenantInput, Tenant, UpdateTenantInput } from "@/lib/tenants/schema";
import { tenantQueries } from "./queries";

/** What can be done to tenants; what is shown of them is loaded again after each change. */
export function useTenantChanges() {
  const queryClient = useQueryClient();

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await Promise.all(
      [tenantQueries.all(), auditQueries.all()].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
    return result;
  }

  return {
    /** Says that what is shown of tenants is out of date, after changes that were sent by other means. */
    refresh: () => changed(Promise.resolve()),
    /** As it is now, also for what shows it. */
    reload: (tenantId: string) => queryClient.fetchQuery({ ...tenantQueries.detail(tenantId), staleTime: 0 }),
    create: (input: CreateTenantInput) => changed(sendOnce<Tenant>("/api/admin/tenants", input)),
    /** With the client as it was seen, where what others have changed meanwhile must not be lost. */
    update: (tenantId: string, input: UpdateTenantInput, seen?: Tenant) =>
      changed(sendJson<Tenant>("PATCH", `/api/admin/tenants/${tenantId}`, input, seen && { seen })),
    subscribe: (seen: Tenant, planId: string) =>
      changed(sendJson("PUT", `/api/admin/tenants/${seen.id}/subscription`, { planId }, { seen })),
    archive: (tenantId: string) => changed(sendJson("DELETE", `/api/admin/tenants/${tenantId}`)),
    restore: (tenantId: string) => changed(sendJson<Tenant>("POST", `/api/admin/tenants/${tenantId}/restoration`)),
  };
}
