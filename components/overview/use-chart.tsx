"use client";

import { Area, AreaChart } from "recharts";
import { type Stack, StackedChart } from "@/components/usage/sources/stacked-chart";

/** Amounts over time as stacked areas. */
export function UseChart(stack: Stack) {
  return (
    <StackedChart
      {...stack}
      Chart={AreaChart}
      cursor={{ stroke: "var(--color-line-strong)" }}
      layerOf={({ id, name, color, isDimmed }, amountOf) => (
        <Area
          key={id}
          name={name}
          dataKey={amountOf}
          stackId="use"
          type="linear"
          fill={color}
          fillOpacity={isDimmed ? 0.18 : 0.85}
          stroke="var(--color-bg)"
          strokeWidth={1}
          dot={false}
          activeDot={false}
          isAnimationActive={false}
        />
      )}
    />
  );
}
