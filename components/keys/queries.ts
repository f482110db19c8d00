import { queryOptions } from "@tanstack/react-query";
import { partOfOwnPage } from "@/components/usage/queries";
import { getJson } from "@/lib/http/client";
import type { ApiKey, KeyAttempts, KeyList } from "@/lib/keys/schema";
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
  attempts: ({ tenantId, id, revokedAt }: Pick<ApiKey, "tenantId" | "id" | "revokedAt">) =>
    queryOptions({
      queryKey: [...keyQueries.all(), "attempts", id, revokedAt] as const,
      queryFn: ({ signal }) => getJson<KeyAttempts>(`/api/admin/tenants/${tenantId}/keys/${id}/attempts`, { signal }),
      refetchInterval: refreshMs,
    }),
  /** The signed-in client's own, as they may see them. */
  own: (tenantSlug: string) =>
    queryOptions({
      queryKey: [...keyQueries.all(), "own", tenantSlug] as const,
      queryFn: ({ signal }) => getJson<OwnKeyList>(`/api/usage/keys?tenant=${tenantSlug}`, { signal }),
      ...partOfOwnPage,
    }),
};
