"use client";

import { useQueryClient } from "@tanstack/react-query";
import { sendJson, sendOnce } from "@/lib/http/client";
import type { CreatePriceInput, ModelPrice, UpdatePriceInput } from "@/lib/prices/schema";
import type { CreateProviderInput, Provider, ProviderTest, UpdateProviderInput } from "@/lib/providers/schema";
import { providerQueries } from "./queries";

const url = "/api/admin/providers";

export function useProviderChanges() {
  const queryClient = useQueryClient();

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await queryClient.invalidateQueries({ queryKey: providerQueries.all() });
    return result;
  }

  return {
    create: (input: CreateProviderInput) => changed(sendOnce<Provider>(url, input)),
    update: (seen: Provider, input: UpdateProviderInput) =>
      changed(sendJson<Provider>("PATCH", `${url}/${seen.id}`, input, { seen })),
    remove: (providerId: string) => changed(sendJson("DELETE", `${url}/${providerId}`)),
    addPrice: (providerId: string, input: CreatePriceInput) =>
      changed(sendOnce<ModelPrice>(`${url}/${providerId}/prices`, input)),
    updatePrice: (seen: ModelPrice, input: UpdatePriceInput) =>
      changed(sendJson<ModelPrice>("PATCH", `${url}/${seen.providerId}/prices/${seen.id}`, input, { seen })),
    removePrice: ({ providerId, id }: ModelPrice) => changed(sendJson("DELETE", `${url}/${providerId}/prices/${id}`)),
    test: (providerId: string) => sendJson<ProviderTest>("POST", `${url}/${providerId}/test`),
  };
}
