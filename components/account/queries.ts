import { queryOptions } from "@tanstack/react-query";
import type { Me } from "@/lib/auth/schema";
import { getJson } from "@/lib/http/client";

export const accountQueries = {
  all: () => ["account"] as const,
  me: () =>
    queryOptions({
      queryKey: [...accountQueries.all(), "me"] as const,
      queryFn: ({ signal }) => getJson<Me>("/api/auth/me", { signal }),
    }),
};
