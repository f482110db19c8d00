import { infiniteQueryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { UsageAdjustmentList } from "@/lib/usage/adjustment-schema";

const pageSize = "20";

export const adjustmentQueries = {
  all: () => ["adjustments"] as const,
  ofTenant: (tenantId: string) =>
    infiniteQueryOptions({
      queryKey: [...adjustmentQueries.all(), tenantId] as const,
      queryFn: ({ signal, pageParam }) => {
        const parameters = new URLSearchParams({ limit: pageSize, ...(pageParam && { cursor: pageParam }) });
        return getJson<UsageAdjustmentList>(`/api/admin/tenants/${tenantId}/adjustments?${parameters}`, { signal });
      },
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
};
