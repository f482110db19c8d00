import { queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { ModelPriceList } from "@/lib/prices/schema";
import type { ProviderHealthList, ProviderList } from "@/lib/providers/schema";

const refreshMs = 30_000;

export const providerQueries = {
  all: () => ["providers"] as const,
  list: () =>
    queryOptions({
      queryKey: [...providerQueries.all(), "list"] as const,
      queryFn: ({ signal }) => getJson<ProviderList>("/api/admin/providers", { signal }),
    }),
  health: () =>
    queryOptions({
      queryKey: [...providerQueries.all(), "health"] as const,
      queryFn: ({ signal }) => getJson<ProviderHealthList>("/api/admin/providers/health", { signal }),
      refetchInterval: refreshMs,
    }),
  prices: (providerId: string) =>
    queryOptions({
      queryKey: [...providerQueries.all(), "prices", providerId] as const,
      queryFn: ({ signal }) => getJson<ModelPriceList>(`/api/admin/providers/${providerId}/prices`, { signal }),
    }),
};
