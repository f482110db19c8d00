import { queryOptions } from "@tanstack/react-query";
import type { AdminTokenList } from "@/lib/admin-tokens/schema";
import type { Settings } from "@/lib/agency/schema";
import { getJson } from "@/lib/http/client";

export const settingsQueries = {
  all: () => ["settings"] as const,
  settings: () =>
    queryOptions({
      queryKey: [...settingsQueries.all(), "agency"] as const,
      queryFn: ({ signal }) => getJson<Settings>("/api/admin/settings", { signal }),
    }),
  tokens: () =>
    queryOptions({
      queryKey: [...settingsQueries.all(), "tokens"] as const,
      queryFn: ({ signal }) => getJson<AdminTokenList>("/api/admin/tokens", { signal }),
    }),
};
