"use client";

import dynamic from "next/dynamic";
import { useViewer } from "@/components/shell/viewer";
import { Segments } from "@/components/ui/segments";
import { Skeleton } from "@/components/ui/skeleton";
import { useUrlState } from "@/components/ui/use-url-state";
import type { SourcesReport } from "@/lib/usage/schema";
import { ChartFigures } from "./chart-figures";
import { ChartLegend } from "./chart-legend";
import { chartParts, otherSeries } from "./chart-parts";
import { formatFor, type Measure, measureOptions, titleOf, withoutPrice } from "./measure";
import type { Selection } from "./selection";
import { amountOf, type Series } from "./series";

const SourcesChart = dynamic(() => import("./sources-chart").then((module) => module.SourcesChart), {
  ssr: false,
  loading: () => <Skeleton className="h-full" />,
});

/** What the chart measures; costs are for staff. */
export function MeasureChoice({ forStaff }: { forStaff: boolean }) {
  const [measure, setMeasure] = useUrlMeasure(forStaff);

  return (
    <Segments
      label="Measure"
      value={measure}
      onChange={setMeasure}
      options={measureOptions(measuresFor(forStaff), "Requests")}
    />
  );
}

type SourcesOverTimeProps = {
  report: SourcesReport;
  all: Series[];
  ranked: Series[];
  selection: Selection;
  onSelect: (selection: Selection) => void;
  forStaff: boolean;
};

/** In the size of a chart whose names take two lines. */
export function OverTimeSkeleton() {
  return (
    <>
      <Skeleton className="h-70" />
      <Skeleton className="mt-1 mb-2 h-14.5" />
      <Skeleton className="h-4 max-w-xs" />
    </>
  );
}

/** The chart with its legend, and the same figures as a table. */
export function SourcesOverTime({ report, all, ranked, selection, onSelect, forStaff }: SourcesOverTimeProps) {
  const { agency } = useViewer();
  const [measure] = useUrlMeasure(forStaff);
  const format = formatFor(measure, { currency: agency.currency, requests: "Requests" });
  const title = titleOf(measure, "Requests");
  const { bucketStarts, bucket, timeZone, mixedTimeZones, totals } = report;
  const parts = chartParts({ report, all, measure, selection });
  const others = otherSeries(all, ranked).map((series) => ({
    id: series.id,
    name: series.fullName,
    selects: series.id,
    total: amountOf(series, measure),
  }));
  const drawn = { title, parts, bucketStarts, bucket, timeZone, format };

  return (
    <>
      <div className="h-70">
        <SourcesChart {...drawn} />
      </div>
      <ChartLegend entries={parts} others={others} selection={selection} onSelect={onSelect} format={format} />
      <p className="mt-2 text-caption text-muted">
        {mixedTimeZones ? `By ${bucket}; each client's own ${bucket}s stand together.` : `By ${bucket}, ${timeZone}.`}
        {measure === "cost" && withoutPrice(totals.grandTotal.unpricedRequests)}
      </p>
      <ChartFigures {...drawn} />
    </>
  );
}

function useUrlMeasure(forStaff: boolean): [Measure, (measure: Measure) => void] {
  const [text, setText] = useUrlState("measure", "tokens");
  return [measuresFor(forStaff).find((measure) => measure === text) ?? "tokens", setText];
}

function measuresFor(forStaff: boolean): Measure[] {
  return forStaff ? ["tokens", "requests", "cost"] : ["tokens", "requests"];
}
