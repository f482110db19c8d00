import type { QueryKey } from "@tanstack/react-query";
import { keyQueries } from "@/components/keys/queries";
import type { OwnPage } from "@/lib/usage/schema";
import { usageQueries } from "./queries";
import type { Range } from "./range";

type OwnRange = { tenantSlug: string; range: Range };

/** Of any range. Who changes what the page shows cancels by this an answer that is on its way and says it as it was. */
export const ownPagesKey: QueryKey = [...usageQueries.all(), "own-page"];

export function ownPageKey({ tenantSlug, range }: OwnRange): QueryKey {
  return [...ownPagesKey, tenantSlug, range];
}

/** What one answer says of all parts of a client's page, under the keys by which each asks for its own. */
export function partsOf(page: OwnPage, { tenantSlug, range }: OwnRange): [key: QueryKey, answer: unknown][] {
  const scope = { audience: "client", tenantSlug } as const;
  const { from, to, bucket } = page.thisMonth;
  return [
    [usageQueries.ownQuota(tenantSlug).queryKey, page.quota],
    [keyQueries.own(tenantSlug).queryKey, page.keys],
    [usageQueries.monthly(scope).queryKey, page.months],
    [usageQueries.sources(scope, { from, to, bucket }).queryKey, page.thisMonth],
    [usageQueries.sources(scope, range).queryKey, page.sources],
  ];
}
