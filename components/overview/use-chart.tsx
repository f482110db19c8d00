"use client";

import { Area, AreaChart, CartesianGrid, Tooltip, XAxis, YAxis } from "recharts";
import { bucketLabel } from "@/components/usage/sources/bucket-label";
import { BucketTooltip } from "@/components/usage/sources/bucket-tooltip";
import type { ChartPart } from "@/components/usage/sources/chart-parts";

type UseChartProps = {
  parts: ChartPart[];
  bucketStarts: string[];
  bucket: "hour" | "day";
  timeZone: string;
  /** What is measured, with a capital: `Tokens`. */
  title: string;
  format: (amount: number) => { short: string; full: string };
};

const axis = { stroke: "var(--color-line)", tick: { fill: "var(--color-muted)", fontSize: 12 }, tickLine: false };

/** Amounts over time as stacked areas. It draws what it is given; arrow keys move through the buckets. */
export function UseChart({ parts, bucketStarts, bucket, timeZone, title, format }: UseChartProps) {
  const points = bucketStarts.map((start, place) => ({
    start,
    amounts: parts.map(({ amounts }) => amounts[place] ?? 0),
  }));

  return (
    <AreaChart
      responsive
      data={points}
      style={{ width: "100%", height: "100%" }}
      margin={{ top: 8, right: 0, bottom: 0, left: 0 }}
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
        cursor={{ stroke: "var(--color-line-strong)" }}
        wrapperStyle={{ zIndex: 30, outline: "none" }}
        content={(props) => (
          <BucketTooltip {...props} parts={parts} points={points} bucket={bucket} timeZone={timeZone} format={format} />
        )}
      />
      {parts.map((part, place) => (
        <Area
          key={part.id}
          name={part.name}
          dataKey={({ amounts }: (typeof points)[number]) => amounts[place]}
          stackId="use"
          type="linear"
          fill={part.color}
          fillOpacity={part.isDimmed ? 0.18 : 0.85}
          stroke="var(--color-bg)"
          strokeWidth={1}
          dot={false}
          activeDot={false}
          isAnimationActive={false}
        />
      ))}
    </AreaChart>
  );
}
