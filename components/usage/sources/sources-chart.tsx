"use client";

import { Bar, BarChart } from "recharts";
import { type Stack, StackedChart } from "./stacked-chart";

/** Amounts per bucket as stacked bars. */
export function SourcesChart(stack: Stack) {
  return (
    <StackedChart
      {...stack}
      Chart={BarChart}
      cursor={{ fill: "var(--color-hover)" }}
      layerOf={({ id, name, color, isDimmed }, amountOf) => (
        <Bar
          key={id}
          name={name}
          dataKey={amountOf}
          stackId="use"
          fill={color}
          fillOpacity={isDimmed ? 0.18 : 1}
          stroke="var(--color-bg)"
          strokeWidth={0.5}
          maxBarSize={48}
          isAnimationActive={false}
        />
      )}
    />
  );
}
