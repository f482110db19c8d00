import { type BucketSums, plus, sumOf, without } from "./bucket-sums";
import type { ChosenSeries } from "./choose-series";
import type { Line, Series, Use } from "./rollup-store";
import { allSources, type UsageSource } from "./schema";

/** What was used over time, put in order: of the chosen series, most used first, then of all others of each source. */
export type ReportLines = {
  own: { series: Series; buckets: BucketSums }[];
  rests: { source: UsageSource; buckets: BucketSums }[];
};

type Read = {
  chosen: ChosenSeries;
  /** At least those of the chosen series. */
  lines: Line[];
  bySource: Map<UsageSource, BucketSums>;
};

/** What was used, by the lines of all series. */
export function useOf(lines: Line[]): Use {
  const bySource = new Map<UsageSource, BucketSums>();
  for (const { source, buckets } of lines) {
    const before = bySource.get(source);
    bySource.set(source, before ? plus(before, buckets) : buckets);
  }
  return { all: lines.map(({ buckets, ...series }) => ({ ...series, ...sumOf(buckets) })), bySource };
}

export function arrangeLines({ chosen, lines, bySource }: Read): ReportLines {
  const read = new Map(lines.map((line) => [nameOf(line), line.buckets]));
  const own = chosen.shown.flatMap((series) => {
    const buckets = read.get(nameOf(series));
    return buckets ? [{ series, buckets }] : [];
  });
  const rests = allSources.flatMap((source) => {
    const all = bySource.get(source);
    if (!all || !chosen.others.some((series) => series.source === source)) return [];
    const ofOwn = own.filter(({ series }) => series.source === source).map(({ buckets }) => buckets);
    return [{ source, buckets: without(all, ofOwn) }];
  });
  return { own, rests };
}

function nameOf({ tenantId, source, actorId }: Series): string {
  return `${tenantId} ${source} ${actorId}`;
}
