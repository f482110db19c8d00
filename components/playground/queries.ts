import { queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { PlaygroundModels, PlaygroundOptions } from "@/lib/playground/schema";

const freshMs = 5 * 60_000;

export const playgroundQueries = {
  all: () => ["playground"] as const,
  options: (tenantSlug: string) =>
    queryOptions({
      queryKey: [...playgroundQueries.all(), "options", tenantSlug] as const,
      queryFn: ({ signal }) => getJson<PlaygroundOptions>(`/api/playground?tenant=${tenantSlug}`, { signal }),
    }),
  models: (tenantSlug: string, provider: string) =>
    queryOptions({
      queryKey: [...playgroundQueries.all(), "models", tenantSlug, provider] as const,
      queryFn: ({ signal }) =>
        getJson<PlaygroundModels>(`/api/playground/models?tenant=${tenantSlug}&provider=${provider}`, { signal }),
      staleTime: freshMs,
    }),
};
