import { getSettings } from "../agency/store";
import { flushMetering } from "../metering/lifecycle";
import { localDate } from "../quota/window";
import { spanOf } from "../usage/span";
import type { OverviewUse, UseSpan } from "./schema";
import { type SeriesRow, sumByTenant } from "./use-store";

/** So many clients have a line of their own. */
const ownLines = 7;
const hourMs = 3_600_000;

/** Use over the last 24 hours, or the last 30 days, of the clients that used most; the rest is one line, so that all add up. */
export async function readOverviewUse({
  span = "day",
  now,
}: {
  span?: UseSpan | undefined;
  now: Date;
}): Promise<OverviewUse> {
  await flushMetering();
  const { timeZone } = await getSettings();
  const bucket = span === "day" ? "hour" : "day";
  const from = span === "day" ? new Date(now.getTime() - 23 * hourMs) : undefined;
  const to = span === "day" ? new Date(now.getTime() + 1) : undefined;
  const { bucketStarts } = spanOf({ from, to, bucket, timeZone, severalTenants: true, now });

  const starts = bucketStarts.map((start) => (bucket === "hour" ? start.toISOString() : localDate(start, timeZone)));
  const { rows, names, others } = await sumByTenant({ starts, bucket, ownLines });
  return {
    bucket,
    timeZone,
    bucketStarts: bucketStarts.map((start) => start.toISOString()),
    series: [...Map.groupBy(rows, ({ tenantId }) => tenantId)].map(([tenantId, ofTenant]) => ({
      tenantId,
      name: tenantId === null ? null : (names.get(tenantId) ?? null),
      tenants: tenantId === null ? others : 1,
      ...amountsOf(ofTenant, bucketStarts.length),
      unpricedRequests: ofTenant.reduce((sum, { unpriced }) => sum + unpriced, 0),
    })),
  };
}

function amountsOf(rows: SeriesRow[], buckets: number) {
  const spread = (name: "requests" | "totalTokens" | "costMicroUsd") => {
    const amounts = Array<number>(buckets).fill(0);
    for (const row of rows) amounts[row.bucket] = row[name];
    return amounts;
  };
  return { requests: spread("requests"), totalTokens: spread("totalTokens"), costMicroUsd: spread("costMicroUsd") };
}
