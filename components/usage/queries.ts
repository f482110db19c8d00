import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { getJson } from "@/lib/http/client";
import type { OwnQuota } from "@/lib/tenants/schema";
import type { MonthlyUsageList, SourcesReport, UsageRequestList } from "@/lib/usage/schema";
import type { Range } from "./range";

/** Whose use it is: that of one client or of all, to staff; or a client's own. */
export type UsageScope =
  | { audience: "staff"; tenantId?: string | undefined }
  | { audience: "client"; tenantSlug: string };

export type SourcesFilter = Range & { search?: string | undefined };

/** Filters of the ledger; what is empty or left out does not filter. */
export type RequestFilter = Partial<
  Record<"id" | "apiKeyId" | "source" | "model" | "state" | "httpStatus" | "from" | "to", string | undefined>
>;

export const refreshMs = 5_000;
const pageSize = "50";
export const shownMonths = "13";

/** A part of a client's page is told with all others (`OwnPageRefresh`): it is asked for alone where it never was, or when that fails. */
export const partOfOwnPage = { refetchInterval: 2 * refreshMs, staleTime: Number.POSITIVE_INFINITY };

const refreshOf = ({ audience }: UsageScope, { search }: { search?: string | undefined } = {}) =>
  audience === "client" && !search ? partOfOwnPage : { refetchInterval: refreshMs };

export const usageQueries = {
  all: () => ["usage"] as const,
  requests: (scope: UsageScope, filter: RequestFilter = {}) =>
    infiniteQueryOptions({
      queryKey: [...usageQueries.all(), "requests", scope, filter] as const,
      queryFn: ({ signal, pageParam }) =>
        getJson<UsageRequestList>(
          usageUrl(scope, "requests", { ...filter, limit: pageSize, cursor: pageParam ?? undefined }),
          { signal },
        ),
      initialPageParam: null as string | null,
      getNextPageParam: ({ nextCursor }) => nextCursor,
      placeholderData: keepPreviousData,
      refetchInterval: refreshMs,
    }),
  /** The figures before stay until new ones are there, and an answer to what is no longer asked is left aside. */
  sources: (scope: UsageScope, filter: SourcesFilter) =>
    queryOptions({
      queryKey: [...usageQueries.all(), "sources", scope, filter] as const,
      queryFn: ({ signal }) => getJson<SourcesReport>(usageUrl(scope, "sources", filter), { signal }),
      placeholderData: keepPreviousData,
      ...refreshOf(scope, filter),
    }),
  monthly: (scope: UsageScope) =>
    queryOptions({
      queryKey: [...usageQueries.all(), "monthly", scope] as const,
      queryFn: ({ signal }) =>
        getJson<MonthlyUsageList>(usageUrl(scope, "monthly", { months: shownMonths }), { signal }),
      ...refreshOf(scope),
    }),
  /** The signed-in client's own. */
  ownQuota: (tenantSlug: string) =>
    queryOptions({
      queryKey: [...usageQueries.all(), "own-quota", tenantSlug] as const,
      queryFn: ({ signal }) => getJson<OwnQuota>(`/api/usage/quota?tenant=${tenantSlug}`, { signal }),
      ...partOfOwnPage,
    }),
};

/** Where the usage of a scope is read: `sources`, or `sources.csv`. What is empty is left out. */
export function usageUrl(scope: UsageScope, what: string, filter: Record<string, string | undefined>): string {
  const own = scope.audience === "staff" ? { tenantId: scope.tenantId } : { tenant: scope.tenantSlug };
  const given = Object.entries({ ...own, ...filter }).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `/api/${scope.audience === "staff" ? "admin/" : ""}usage/${what}?${new URLSearchParams(given)}`;
}
