import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { Quota, Refusals, Tenant, TenantList, TenantSort } from "@/lib/tenants/schema";

/** What is empty or left out does not filter. */
export type TenantFilter = { search?: string; status?: string; planId?: string; sort?: TenantSort };

const refreshMs = 10_000;
export const tenantPageSize = 50;

export const tenantQueries = {
  all: () => ["tenants"] as const,
  /** Page by page, as the clients' own page shows them. */
  pages: (filter: TenantFilter) =>
    infiniteQueryOptions({
      queryKey: [...tenantQueries.all(), "pages", filter] as const,
      queryFn: ({ signal, pageParam }) =>
        getJson<TenantList>(listUrl({ ...filter, limit: tenantPageSize, cursor: pageParam }), { signal }),
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPreviousData,
      refetchInterval: refreshMs,
    }),
  /** The first of them. */
  list: (filter: TenantFilter & { limit?: number } = {}) =>
    queryOptions({
      queryKey: [...tenantQueries.all(), "list", filter] as const,
      queryFn: ({ signal }) => getJson<TenantList>(listUrl(filter), { signal }),
      refetchInterval: refreshMs,
    }),
  detail: (tenantId: string) =>
    queryOptions({
      queryKey: [...tenantQueries.all(), "detail", tenantId] as const,
      queryFn: ({ signal }) => getJson<Tenant>(`/api/admin/tenants/${tenantId}`, { signal }),
    }),
  refusals: (tenantId: string) =>
    queryOptions({
      queryKey: [...tenantQueries.all(), "refusals", tenantId] as const,
      queryFn: ({ signal }) => getJson<Refusals>(`/api/admin/tenants/${tenantId}/refusals`, { signal }),
      refetchInterval: refreshMs,
    }),
  quota: (tenantId: string) =>
    queryOptions({
      queryKey: [...tenantQueries.all(), "quota", tenantId] as const,
      queryFn: ({ signal }) => getJson<Quota>(`/api/admin/tenants/${tenantId}/quota`, { signal }),
      refetchInterval: refreshMs / 2,
    }),
};

function listUrl(filter: TenantFilter & { limit?: number; cursor?: string | null }): string {
  const given = Object.entries(filter).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  return `/api/admin/tenants?${new URLSearchParams(given)}`;
}
