"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { useViewer } from "@/components/shell/viewer";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Segments } from "@/components/ui/segments";
import { Skeleton } from "@/components/ui/skeleton";
import { useUrlState } from "@/components/ui/use-url-state";
import { ChartFigures } from "@/components/usage/sources/chart-figures";
import { ChartLegend } from "@/components/usage/sources/chart-legend";
import { type ChartPart, colorOfRank, otherColor } from "@/components/usage/sources/chart-parts";
import { formatFor, type Measure, measureOptions, titleOf, withoutPrice } from "@/components/usage/sources/measure";
import type { OverviewUse } from "@/lib/overview/schema";
import { overviewQueries } from "./queries";

const UseChart = dynamic(() => import("./use-chart").then((module) => module.UseChart), {
  ssr: false,
  loading: () => <Skeleton className="h-full" />,
});

const spans = [
  { value: "day", label: "24 hours" },
  { value: "month", label: "30 days" },
] as const;
const measures = measureOptions(["tokens", "requests", "cost"], "Calls");
const amountsOf = { tokens: "totalTokens", requests: "requests", cost: "costMicroUsd" } as const;

/** Use of the clients that use most, stacked over time, with all others in grey. */
export function UseOverTime() {
  const { agency } = useViewer();
  const [spanText, setSpan] = useUrlState("span", "day");
  const [measureText, setMeasure] = useUrlState("measure", "tokens");
  const [selection, setSelection] = useState("");
  const span = spans.find(({ value }) => value === spanText)?.value ?? "day";
  const measure = measures.find(({ value }) => value === measureText)?.value ?? "tokens";
  const title = titleOf(measure, "Calls");
  const { data: use, error, refetch } = useQuery(overviewQueries.use(span));
  const format = formatFor(measure, { currency: agency.currency, requests: "Calls" });
  const parts = use && partsOf(use, measure, selection);

  return (
    <Section
      title="Use over time"
      actions={
        <>
          <Segments label="Measure" value={measure} onChange={setMeasure} options={measures} />
          <Segments label="Span" value={span} onChange={setSpan} options={spans} />
        </>
      }
    >
      <div className="page-gutter">
        {error && !use && <ErrorState title="The chart could not be loaded" error={error} onRetry={refetch} />}
        {!error && !parts && <Skeleton className="h-72" />}
        {parts?.length === 0 && <p className="text-muted">Nothing was used in this time.</p>}
        {use && parts && parts.length > 0 && (
          <>
            <div className="h-64">
              <UseChart {...use} parts={parts} title={title} format={format} />
            </div>
            <ChartLegend entries={parts} others={[]} selection={selection} onSelect={setSelection} format={format} />
            <p className="mt-2 text-caption text-muted">
              {use.bucket === "hour" ? `By hour, ${use.timeZone}.` : "By day; each client's own days stand together."}
              {measure === "cost" && withoutPrice(use.series.reduce((sum, each) => sum + each.unpricedRequests, 0))}
            </p>
            <ChartFigures {...use} parts={parts} title={title} format={format} />
          </>
        )}
      </div>
    </Section>
  );
}

function partsOf({ series }: OverviewUse, measure: Measure, selection: string): ChartPart[] {
  return series.map(({ tenantId, name, tenants, [amountsOf[measure]]: amounts }, rank) => {
    const id = tenantId ?? "other";
    return {
      id,
      name: tenantId === null ? `Other (${tenants})` : (name ?? ""),
      selects: id,
      color: tenantId === null ? otherColor : colorOfRank(rank),
      isDimmed: selection !== "" && selection !== id,
      amounts,
      total: amounts.reduce((sum, amount) => sum + amount, 0),
    };
  });
}
