"use client";

import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { memo, type ReactNode, useDeferredValue, useMemo, useState } from "react";
import { useViewer } from "@/components/shell/viewer";
import { Amount, Cost } from "@/components/ui/amount";
import { Button } from "@/components/ui/button";
import { classNames } from "@/components/ui/class-names";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { focusIfLost } from "@/components/ui/focus-if-lost";
import { formatCompact } from "@/components/ui/format-amount";
import { Notice } from "@/components/ui/notice";
import { SearchInput } from "@/components/ui/search-input";
import { Skeleton } from "@/components/ui/skeleton";
import { useUrlState } from "@/components/ui/use-url-state";
import type { SourcesReport } from "@/lib/usage/schema";
import { isFound } from "@/lib/usage/search";
import { Figure, Figures } from "../figures";
import { type UsageScope, usageQueries, usageUrl } from "../queries";
import { RangeFilter, useUrlRange } from "../range-filter";
import { rankedSeries } from "./chart-parts";
import { isSelected, selectionInWords } from "./selection";
import { SelectionChip } from "./selection-chip";
import { isUsed, listRest, listSeries, type Series } from "./series";
import { SourceRibbon } from "./source-ribbon";
import { SourceTable } from "./source-table";
import { MeasureChoice, OverTimeSkeleton, SourcesOverTime } from "./sources-over-time";

type SourcesViewProps = {
  scope: UsageScope;
  /** Whose hours, days and months are asked for. */
  timeZone: string;
  /** Further filters, such as the client. */
  filters?: ReactNode;
  /** The next step where nothing was ever used. */
  nextStep: ReactNode;
};

/** What was used by whom: filters, mix, chart and table of one report. All that is chosen stands in the URL. */
export function SourcesView({ scope, timeZone, filters, nextStep }: SourcesViewProps) {
  const range = useUrlRange(timeZone);
  const [search, setSearch] = useUrlState("q");
  const { data: report, error, refetch, isPlaceholderData } = useQuery(usageQueries.sources(scope, range));
  const sought = search.trim();
  const isWider = sought !== "" && report !== undefined && isCut(report);
  const atServer = useQuery({ ...usageQueries.sources(scope, { ...range, search: sought }), enabled: isWider });
  const { data: wider } = atServer;
  const searchError = isWider && !wider ? atServer.error : null;
  // A report of hundreds of names takes a while to draw; the page answers meanwhile.
  const drawn = useDeferredValue(
    useMemo(() => ({ report, wider, isWider, sought, searchError }), [report, wider, isWider, sought, searchError]),
  );
  const isEmpty = report !== undefined && hasNothing(report);

  return (
    <div aria-busy={isPlaceholderData}>
      <div className="page-gutter flex flex-wrap items-center gap-2 py-4">
        {filters}
        <RangeFilter timeZone={timeZone} />
        <SearchInput label="Search sources" value={search} onChange={setSearch} />
        <Button asChild className="ms-auto print:hidden">
          <a href={usageUrl(scope, "sources.csv", { ...range, search })} download>
            <Download aria-hidden="true" />
            CSV
          </a>
        </Button>
      </div>
      {error && !report && <ErrorState title="The use could not be loaded" error={error} onRetry={refetch} />}
      {isEmpty && <EmptyState title="No use in this time">{nextStep}</EmptyState>}
      {!isEmpty && !(error && !report) && (
        <div className={classNames("transition-opacity", isPlaceholderData && "opacity-60")}>
          <Report
            {...drawn}
            onSearchAgain={atServer.refetch}
            forStaff={scope.audience === "staff"}
            timeZone={timeZone}
          />
        </div>
      )}
    </div>
  );
}

type ReportProps = {
  /** Undefined while loading. */
  report: SourcesReport | undefined;
  /** What a search found on the server, where not all rows are here. */
  wider: SourcesReport | undefined;
  isWider: boolean;
  sought: string;
  searchError: Error | null;
  onSearchAgain: () => void;
  forStaff: boolean;
  timeZone: string;
};

const Report = memo(function Report({
  report,
  wider,
  isWider,
  sought,
  searchError,
  onSearchAgain,
  forStaff,
  timeZone,
}: ReportProps) {
  const { agency } = useViewer();
  const [selection, setSelection] = useUrlState("select");
  const [isCleared, setCleared] = useState(false);
  const all = useMemo(() => report && listSeries(report), [report]);
  const ranked = useMemo(() => (all ? rankedSeries(all) : []), [all]);
  const found = findRows({ all, sought, wider: isWider ? wider : null });
  const chosen = selectionInWords(selection, all ?? [], ranked) ?? selectionInWords(selection, found.extra, ranked);
  const select = chosen === null ? "" : selection;

  function clearSelection() {
    setCleared(true);
    setSelection("");
  }

  return (
    <>
      <Totals report={report} currency={agency.currency} forStaff={forStaff} />
      <div className="page-gutter py-5">
        <SourceRibbon totals={report?.totals} selection={select} onSelect={setSelection} />
      </div>
      <div className="page-gutter flex min-h-9 flex-wrap items-center justify-between gap-2 border-t border-line pt-4">
        {chosen === null ? (
          <p ref={isCleared ? focusIfLost : undefined} tabIndex={-1} className="text-muted print:hidden">
            Choose a name or a part to single it out.
          </p>
        ) : (
          <SelectionChip name={chosen} onClear={clearSelection} />
        )}
        <MeasureChoice forStaff={forStaff} />
      </div>
      <div className="page-gutter min-h-98.5 pt-2 pb-5">
        {report && all ? (
          <SourcesOverTime
            report={report}
            all={all}
            ranked={ranked}
            selection={select}
            onSelect={setSelection}
            forStaff={forStaff}
          />
        ) : (
          <OverTimeSkeleton />
        )}
      </div>
      <div className="border-t border-line">
        {searchError ? (
          <ErrorState title="The search could not be made" error={searchError} onRetry={onSearchAgain} />
        ) : (
          <SourceTable
            rows={found.rows}
            ranked={ranked}
            forStaff={forStaff}
            timeZone={timeZone}
            currency={agency.currency}
            isSelected={(series) => select !== "" && isSelected(series, select, ranked)}
            onSelect={setSelection}
            empty={<EmptyState title="No source matches">Search for another name, prefix or owner.</EmptyState>}
          />
        )}
      </div>
      {report && isCut(report) && <CutNotice report={report} />}
    </>
  );
});

type Search = {
  all: Series[] | undefined;
  sought: string;
  /** Null where all rows are here. */
  wider: SourcesReport | undefined | null;
};

/** The rows that a search finds: among those that are here, and where not all are, on the server. */
function findRows({ all, sought, wider }: Search): { rows: Series[] | undefined; extra: Series[] } {
  const from = wider === null ? all : wider && listSeries(wider);
  const rows =
    sought === ""
      ? all
      : from?.filter(({ kind, name, prefix, owner }) => kind !== "rest" && isFound([name, prefix, owner], sought));
  return { rows, extra: wider !== null && rows ? rows : [] };
}

function Totals({
  report,
  currency,
  forStaff,
}: {
  report: SourcesReport | undefined;
  currency: string;
  forStaff: boolean;
}) {
  const total = report?.totals.grandTotal;
  const pending = <Skeleton className="h-7 w-20" />;

  return (
    <Figures>
      <Figure label="Tokens">{total ? <Amount value={total.totalTokens} unit="tokens" /> : pending}</Figure>
      <Figure label="Requests">{total ? <Amount value={total.requests} unit="requests" /> : pending}</Figure>
      {forStaff && (
        <Figure label="Cost">
          {total ? (
            <Cost microUnits={total.costMicroUsd} currency={currency} unpriced={total.unpricedRequests} />
          ) : (
            pending
          )}
        </Figure>
      )}
      <Figure label="Refused">{total ? <Amount value={total.blocked} unit="calls refused" /> : pending}</Figure>
    </Figures>
  );
}

function CutNotice({ report: { totals } }: { report: SourcesReport }) {
  const cut = listRest(totals);
  const names = new Intl.ListFormat("en").format(cut.map(({ name }) => name));
  const tokens = cut.reduce((sum, { totalTokens }) => sum + totalTokens, 0);

  return (
    <div className="page-gutter border-t border-line py-4">
      <Notice tone="info">
        Those with most tokens are listed. {names} with {formatCompact(tokens)} tokens stand together in{" "}
        {cut.length === 1 ? "a row of their own" : `${cut.length} rows`}; the search finds each, and the CSV holds all.
      </Notice>
    </div>
  );
}

/** Whether some keys or users have no line of their own, as there are more than are listed. */
function isCut({ totals, truncated }: SourcesReport): boolean {
  return truncated || (totals.byUserSourceRemainder ?? []).some(({ source }) => source === "web");
}

function hasNothing({ totals: { grandTotal } }: SourcesReport): boolean {
  const { failed, blocked, free } = grandTotal;
  return !isUsed(grandTotal) && failed === 0 && blocked === 0 && free === 0;
}
