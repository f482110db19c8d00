import { flushMetering } from "../metering/lifecycle";
import { readNames, readScope, type SourcesRequest, soughtBy } from "./read-sources";
import { type SeriesSums, sumSeries } from "./rollup-store";
import type { UsageSource, UsageTotals } from "./schema";
import { inSnapshot } from "./snapshot";
import { isKnownUser } from "./sources-report";
import { addSums, byUse, totalsOf } from "./totals";

export type SourceRow = UsageTotals & {
  name: string | null;
  client: string;
  prefix: string | null;
  source: UsageSource;
  revokedAt: string | null;
};

export const sourceColumns = [
  "name",
  "client",
  "prefix",
  "source",
  "requests",
  "failed",
  "blocked",
  "free",
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "costMicroUsd",
  "unpricedRequests",
  "lastUsedAt",
  "revokedAt",
] as const satisfies (keyof SourceRow)[];

/** Every series of a report as a row, most used first; here nothing is cut at 200. A client's playground is one series. */
export async function exportSources(request: SourcesRequest): Promise<SourceRow[]> {
  await flushMetering();
  return await inSnapshot(async (snapshot) => {
    const { span, filter } = await readScope(snapshot, request);
    const all = await sumSeries(snapshot, { span, filter });
    const names = await readNames(snapshot, { series: all, audience: request.audience });
    const { search, audience } = request;
    const found = all.filter(soughtBy({ search, names, audience }));
    const rows = audience === "staff" ? found : withOnePlayground(found);
    return rows.toSorted(byUse).map((series) => {
      const { tenantId, source, actorId, ...sums } = series;
      const key = names.keys.get(actorId);
      return {
        name: key?.name ?? (isKnownUser(series) ? (names.users.get(actorId) ?? null) : null),
        client: names.tenants.get(tenantId)?.name ?? "",
        prefix: key?.prefix ?? null,
        source,
        ...totalsOf(sums),
        revokedAt: key?.revokedAt?.toISOString() ?? null,
      };
    });
  });
}

/** A client sees the playground's use as one, not by user. */
function withOnePlayground(all: SeriesSums[]): SeriesSums[] {
  const web = all.filter(({ source }) => source === "web");
  const [first] = web;
  if (!first) return all;
  const { tenantId } = first;
  return [
    ...all.filter(({ source }) => source !== "web"),
    { ...addSums(web), tenantId, source: "web", actorId: tenantId },
  ];
}
