import type { SourcesReport } from "@/lib/usage/schema";

type Report = Pick<SourcesReport, "buckets" | "bucketStarts" | "totals">;
type Days = { measure: "requests" | "totalTokens"; isUsedBefore: boolean };

/** The days that are over, of a new client from its first use on, and what is used with today. */
export function daysOf({ buckets, bucketStarts, totals }: Report, { measure, isUsedBefore }: Days) {
  const used = new Set(buckets.filter(({ requests }) => requests > 0).map(({ bucket }) => bucket));
  const first = isUsedBefore ? 0 : bucketStarts.findIndex((start) => used.has(start));
  const byDay = new Map(bucketStarts.slice(first).map((start) => [start, 0]));
  for (const line of buckets) {
    const before = byDay.get(line.bucket);
    if (before !== undefined) byDay.set(line.bucket, before + line[measure]);
  }
  return { days: [...byDay.values()].slice(0, -1), used: totals.grandTotal[measure] };
}
