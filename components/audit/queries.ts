import { infiniteQueryOptions } from "@tanstack/react-query";
import type { AuditEventList } from "@/lib/audit/schema";
import { getJson } from "@/lib/http/client";

export type AuditParameters = { search?: string; target?: string; actor?: string; tenantId?: string };

const pageSize = "50";

export const auditQueries = {
  all: () => ["audit"] as const,
  events: (filter: AuditParameters) =>
    infiniteQueryOptions({
      queryKey: [...auditQueries.all(), "events", filter] as const,
      queryFn: ({ signal, pageParam }) => {
        const parameters = auditParameters(filter);
        parameters.set("limit", pageSize);
        if (pageParam) parameters.set("cursor", pageParam);
        return getJson<AuditEventList>(`/api/admin/audit?${parameters}`, { signal });
      },
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
};

/** What is not asked for is left out. */
export function auditParameters(filter: AuditParameters): URLSearchParams {
  return new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
}
