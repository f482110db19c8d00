import { queryOptions } from "@tanstack/react-query";
import { AppError } from "@/lib/errors";
import { getJson } from "@/lib/http/client";
import type { ModelPrice, ModelPriceList } from "@/lib/prices/schema";
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

/** A price as it is now. @throws AppError `not_found` when it was deleted. */
export async function loadPrice({ providerId, id }: ModelPrice): Promise<ModelPrice> {
  const { items } = await getJson<ModelPriceList>(`/api/admin/providers/${providerId}/prices`);
  const price = items.find((each) => each.id === id);
  if (!price) throw new AppError("not_found", "This price was deleted in the meantime.");
  return price;
}
