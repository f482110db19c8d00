"use client";

import { Bar, BarChart, CartesianGrid, Tooltip, XAxis, YAxis } from "recharts";
import type { BucketSize } from "@/lib/usage/schema";
import { bucketLabel } from "./bucket-label";
import { BucketTooltip } from "./bucket-tooltip";
import type { ChartPart } from "./chart-parts";

type SourcesChartProps = {
  parts: ChartPart[];
  bucketStarts: string[];
  bucket: BucketSize;
  timeZone: string;
  /** What is measured, with a capital: `Tokens`. */
  title: string;
  format: (amount: number) => { short: string; full: string };
};

const axis = { stroke: "var(--color-line)", tick: { fill: "var(--color-muted)", fontSize: 12 }, tickLine: false };

/** Amounts per bucket as a stack. It draws what it is given; arrow keys move through the buckets. */
export function SourcesChart({ parts, bucketStarts, bucket, timeZone, title, format }: SourcesChartProps) {
  const points = bucketStarts.map((start, place) => ({
    start,
    amounts: parts.map(({ amounts }) => amounts[place] ?? 0),
  }));

  return (
    <BarChart
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
        tickFormatter={(amount: number) => format(amount).short}
      />
      <Tooltip
        isAnimationActive={false}
        cursor={{ fill: "var(--color-hover)" }}
        wrapperStyle={{ zIndex: 30, outline: "none" }}
        content={(props) => (
          <BucketTooltip {...props} parts={parts} points={points} bucket={bucket} timeZone={timeZone} format={format} />
        )}
      />
      {parts.map((part, place) => (
        <Bar
          key={part.id}
          name={part.name}
          dataKey={({ amounts }: (typeof points)[number]) => amounts[place]}
          stackId="use"
          fill={part.color}
          fillOpacity={part.isDimmed ? 0.18 : 1}
          stroke="var(--color-bg)"
          strokeWidth={0.5}
          maxBarSize={48}
          isAnimationActive={false}
        />
      ))}
    </BarChart>
  );
}
