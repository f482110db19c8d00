"use client";

import type { ReactElement } from "react";
import { type AreaChart, type BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from "recharts";
import type { BucketSize } from "@/lib/usage/schema";
import { bucketLabel } from "./bucket-label";
import { BucketTooltip } from "./bucket-tooltip";
import type { ChartPart } from "./chart-parts";
import type { FormatAmount } from "./measure";

/** What is drawn, in whichever shape. */
export type Stack = {
  parts: ChartPart[];
  bucketStarts: string[];
  bucket: BucketSize;
  timeZone: string;
  /** What is measured, with a capital: `Tokens`. */
  title: string;
  format: FormatAmount;
};

type Point = { start: string; amounts: number[] };

type StackedChartProps = Stack & {
  Chart: typeof AreaChart | typeof BarChart;
  /** Marks the bucket that is looked at. */
  cursor: { fill?: string; stroke?: string };
  /** Draws one part, on top of those before it. */
  layerOf: (part: ChartPart, amountOf: (point: Point) => number) => ReactElement;
};

const axis = { stroke: "var(--color-line)", tick: { fill: "var(--color-muted)", fontSize: 12 }, tickLine: false };

/** Amounts over time, one part on top of the other. It draws what it is given; arrow keys move through the buckets. */
export function StackedChart({ Chart, cursor, layerOf, ...stack }: StackedChartProps) {
  const { parts, bucketStarts, bucket, timeZone, title, format } = stack;
  const points = bucketStarts.map(
    (start, place): Point => ({
      start,
      amounts: parts.map(({ amounts }) => amounts[place] ?? 0),
    }),
  );

  return (
    <Chart
      responsive
      data={points}
      style={{ width: "100%", height: "100%" }}
      margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
      barCategoryGap="18%"
      title={`${title} over time`}
      desc="Arrow keys move from one to the next; the table below holds the same figures."
    >
      <CartesianGrid vertical={false} stroke="var(--color-line)" />
      <XAxis
        {...axis}
        dataKey="start"
        tickFormatter={(start: string) => bucketLabel(start, bucket, timeZone)}
        minTickGap={24}
        interval="preserveStart"
      />
      <YAxis
        {...axis}
        axisLine={false}
        width={60}
        tickCount={5}
        tickFormatter={(amount: number) => format(amount).tick}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={cursor}
        wrapperStyle={{ zIndex: 30, outline: "none" }}
        content={(props) => (
          <BucketTooltip {...props} parts={parts} points={points} bucket={bucket} timeZone={timeZone} format={format} />
        )}
      />
      {parts.map((part, place) => layerOf(part, ({ amounts }) => amounts[place] ?? 0))}
    </Chart>
  );
}
