import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { Quota } from "@/lib/tenants/schema";
import type { UsageRequestList, UsageState } from "@/lib/usage/schema";

export type RequestFilter = { tenantId: string; apiKeyId?: string | undefined; state?: UsageState | undefined };

const refreshMs = 5_000;
const pageSize = "50";

export const usageQueries = {
  all: () => ["usage"] as const,
  requests: ({ tenantId, apiKeyId, state }: RequestFilter) =>
    infiniteQueryOptions({
      queryKey: [...usageQueries.all(), "requests", { tenantId, apiKeyId, state }] as const,
      queryFn: ({ signal, pageParam }) => {
        const parameters = new URLSearchParams({ tenantId, limit: pageSize });
        if (apiKeyId) parameters.set("apiKeyId", apiKeyId);
        if (state) parameters.set("state", state);
        if (pageParam) parameters.set("cursor", pageParam);
        return getJson<UsageRequestList>(`/api/admin/usage/requests?${parameters}`, { signal });
      },
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      refetchInterval: refreshMs,
    }),
  /** The signed-in client's own. */
  ownQuota: (tenantSlug: string) =>
    queryOptions({
      queryKey: [...usageQueries.all(), "own-quota", tenantSlug] as const,
      queryFn: ({ signal }) => getJson<Quota>(`/api/usage/quota?tenant=${tenantSlug}`, { signal }),
      refetchInterval: refreshMs,
    }),
};
