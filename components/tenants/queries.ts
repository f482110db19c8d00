import { queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { Quota, Tenant, TenantList } from "@/lib/tenants/schema";

const refreshMs = 10_000;

export const tenantQueries = {
  all: () => ["tenants"] as const,
  list: () =>
    queryOptions({
      queryKey: [...tenantQueries.all(), "list"] as const,
      queryFn: ({ signal }) => getJson<TenantList>("/api/admin/tenants", { signal }),
      refetchInterval: refreshMs,
    }),
  detail: (tenantId: string) =>
    queryOptions({
      queryKey: [...tenantQueries.all(), "detail", tenantId] as const,
      queryFn: ({ signal }) => getJson<Tenant>(`/api/admin/tenants/${tenantId}`, { signal }),
    }),
  quota: (tenantId: string) =>
    queryOptions({
      queryKey: [...tenantQueries.all(), "quota", tenantId] as const,
      queryFn: ({ signal }) => getJson<Quota>(`/api/admin/tenants/${tenantId}/quota`, { signal }),
      refetchInterval: refreshMs / 2,
    }),
};
