import type { ChosenSeries } from "./choose-series";
import type { BucketSums, Line, Series } from "./rollup-store";
import type { UsageSource } from "./schema";
import { addSums } from "./totals";

export const sourceOrder: UsageSource[] = ["apikey", "web", "legacy"];

/** A series with a line of its own. */
export type OwnLine = Line & Series;

/** What was used, put in order: the lines of the chosen series, most used first, then one for all others of each source. */
export type ReportLines = { own: OwnLine[]; rests: Line[] };

/** Lines of what was not chosen come one for each tenant, or of a user who has a line at another tenant: they are made one. */
export function arrangeLines(lines: Line[], { shown }: ChosenSeries): ReportLines {
  const places = new Map(shown.map((series, place) => [nameOf(series), place]));
  const own: OwnLine[] = [];
  const others: Line[] = [];
  for (const line of lines) {
    const place = places.get(nameOf(line));
    if (place === undefined) others.push(line);
    else own[place] = line as OwnLine;
  }
  const rests = sourceOrder.flatMap((source) => {
    const ofSource = others.filter((line) => line.source === source);
    return ofSource.length === 0 ? [] : [merge(source, ofSource)];
  });
  return { own, rests };
}

function nameOf({ tenantId, source, actorId }: Pick<Line, "tenantId" | "source" | "actorId">): string {
  return `${tenantId} ${source} ${actorId}`;
}

function merge(source: UsageSource, lines: Line[]): Line {
  const places: BucketSums[] = [];
  for (const { buckets } of lines)
    for (const sums of buckets) {
      const before = places[sums.bucket];
      places[sums.bucket] = before ? plus(before, sums) : sums;
    }
  return { ...addSums(lines), source, tenantId: null, actorId: null, buckets: places.filter(Boolean) };
}

function plus(one: BucketSums, other: BucketSums): BucketSums {
  return {
    bucket: one.bucket,
    requests: one.requests + other.requests,
    blocked: one.blocked + other.blocked,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    totalTokens: one.totalTokens + other.totalTokens,
    costMicroUsd: one.costMicroUsd + other.costMicroUsd,
    unpriced: one.unpriced + other.unpriced,
  };
}
