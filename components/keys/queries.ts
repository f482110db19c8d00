import { queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { KeyList } from "@/lib/keys/schema";
import type { OwnKeyList } from "@/lib/usage/schema";

const refreshMs = 15_000;

export const keyQueries = {
  all: () => ["keys"] as const,
  ofTenant: (tenantId: string) =>
    queryOptions({
      queryKey: [...keyQueries.all(), "tenant", tenantId] as const,
      queryFn: ({ signal }) => getJson<KeyList>(`/api/admin/tenants/${tenantId}/keys`, { signal }),
      refetchInterval: refreshMs,
    }),
  /** The signed-in client's own, as they may see them. */
  own: (tenantSlug: string) =>
    queryOptions({
      queryKey: [...keyQueries.all(), "own", tenantSlug] as const,
      queryFn: ({ signal }) => getJson<OwnKeyList>(`/api/usage/keys?tenant=${tenantSlug}`, { signal }),
      refetchInterval: refreshMs,
    }),
};
