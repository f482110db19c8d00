import { queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { ProviderList } from "@/lib/providers/schema";

export const providerQueries = {
  all: () => ["providers"] as const,
  list: () =>
    queryOptions({
      queryKey: [...providerQueries.all(), "list"] as const,
      queryFn: ({ signal }) => getJson<ProviderList>("/api/admin/providers", { signal }),
    }),
};
