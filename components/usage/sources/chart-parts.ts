import type { SourcesReport } from "@/lib/usage/schema";
import type { Measure } from "./measure";
import { isOther, isSelected, otherSelection, type Selection } from "./selection";
import { amountOf, isUsed, type Series, seriesIdOf } from "./series";

const coloured = 7;

/** One layer of the stack. Selecting dims layers and may part "Other" in two; no sum changes by it. */
export type ChartPart = {
  id: string;
  name: string;
  /** What a click on it selects. */
  selects: Selection;
  color: string;
  isDimmed: boolean;
  /** One amount per bucket. */
  amounts: number[];
  total: number;
};

export const otherColor = "var(--color-series-other)";

/** The seven series with most tokens, which have a colour of their own. */
export function rankedSeries(all: Series[]): Series[] {
  return all.filter((series) => series.kind !== "rest" && isUsed(series)).slice(0, coloured);
}

/** The series that share the grey of "Other". */
export function otherSeries(all: Series[], ranked: Series[]): Series[] {
  return all.filter((series) => isOther(series, ranked));
}

export function colorOfRank(rank: number): string {
  return `var(--color-series-${rank + 1})`;
}

type ChartParts = { report: SourcesReport; all: Series[]; measure: Measure; selection: Selection };

/** The layers of the chart, the most used one at the bottom and "Other" last; together they are what the report holds. */
export function chartParts({ report, all, measure, selection }: ChartParts): ChartPart[] {
  const ranked = rankedSeries(all);
  const others = otherSeries(all, ranked);
  const { bySeries, whole } = amountsOf(report, measure);
  const none = report.bucketStarts.map(() => 0);
  const isDimmed = (series: Series) => selection !== "" && !isSelected(series, selection, ranked);

  const own = ranked.map((series, rank): ChartPart => {
    const amounts = bySeries.get(series.id) ?? none;
    return {
      id: series.id,
      name: series.fullName,
      selects: series.id,
      color: colorOfRank(rank),
      isDimmed: isDimmed(series),
      amounts,
      total: sum(amounts),
    };
  });
  if (others.length === 0) return own;

  const other = { selects: otherSelection, color: otherColor };
  const rest = minus(
    whole,
    own.map(({ amounts }) => amounts),
  );
  const singled = others.filter((series) => !isDimmed(series));
  const nameOf = (count: number) => `Other (${count})`;
  if (singled.length === 0 || singled.length === others.length)
    return [
      ...own,
      {
        ...other,
        id: "other",
        name: nameOf(others.length),
        isDimmed: singled.length === 0,
        amounts: rest,
        total: sum(rest),
      },
    ];

  const selected = plus(
    singled.map(({ id }) => bySeries.get(id) ?? none),
    none,
  );
  const unselected = minus(rest, [selected]);
  const [first] = singled as [Series];
  return [
    ...own,
    {
      ...other,
      id: "other-selected",
      name: singled.length === 1 ? first.fullName : `${singled.length} of Other`,
      selects: selection,
      isDimmed: false,
      amounts: selected,
      total: sum(selected),
    },
    {
      ...other,
      id: "other",
      name: nameOf(others.length - singled.length),
      isDimmed: true,
      amounts: unselected,
      total: sum(unselected),
    },
  ];
}

/** Amounts per bucket of each series, and of all together. */
function amountsOf({ buckets, bucketStarts }: SourcesReport, measure: Measure) {
  const places = new Map(bucketStarts.map((start, place) => [start, place]));
  const bySeries = new Map<string, number[]>();
  const whole = bucketStarts.map(() => 0);
  for (const line of buckets) {
    const place = places.get(line.bucket) as number;
    const id = seriesIdOf(line);
    const amounts = bySeries.get(id) ?? bucketStarts.map(() => 0);
    const amount = amountOf(line, measure);
    amounts[place] = (amounts[place] as number) + amount;
    whole[place] = (whole[place] as number) + amount;
    bySeries.set(id, amounts);
  }
  return { bySeries, whole };
}

function plus(all: number[][], none: number[]): number[] {
  return all.reduce((sums, amounts) => sums.map((each, place) => each + (amounts[place] ?? 0)), none);
}

function minus(whole: number[], parts: number[][]): number[] {
  return parts.reduce((rest, part) => rest.map((each, place) => each - (part[place] ?? 0)), whole);
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
