"use client";

import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { Amount, Cost, Missing } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { countOf, formatCompact, formatExact } from "@/components/ui/format-amount";
import { formatInstant } from "@/components/ui/format-time";
import { HoverDetail } from "@/components/ui/hover-detail";
import { RelativeTime } from "@/components/ui/relative-time";
import { useUrlSorting } from "@/components/ui/use-url-sorting";
import { colorOfRank } from "./chart-parts";
import type { Selection } from "./selection";
import { type Series, sourceNames } from "./series";

type SourceTableProps = {
  /** Undefined while loading. */
  rows: Series[] | undefined;
  /** Those with a colour of their own, in order. */
  ranked: Series[];
  /** Staff see owners and costs. */
  forStaff: boolean;
  timeZone: string;
  currency: string;
  isSelected: (series: Series) => boolean;
  onSelect: (selection: Selection) => void;
  empty: ReactNode;
};

/** Hundreds of rows would keep the page from answering while they are drawn. */
const pageSize = 50;

export function SourceTable({ rows, isSelected, empty, ...props }: SourceTableProps) {
  const [sorting, setSorting] = useUrlSorting("-tokens");

  return (
    <DataTable
      label="Sources"
      columns={columnsFor({ ...props, isSelected })}
      rows={rows}
      getRowId={({ id }) => id}
      sorting={sorting}
      onSortingChange={setSorting}
      pageSize={pageSize}
      isDimmed={({ revokedAt }) => revokedAt !== null}
      isSelected={isSelected}
      empty={empty}
    />
  );
}

type Columns = Omit<SourceTableProps, "rows" | "empty">;

function columnsFor({ ranked, forStaff, timeZone, currency, isSelected, onSelect }: Columns): ColumnDef<Series>[] {
  const forStaffOnly = (column: ColumnDef<Series>) => (forStaff ? [column] : []);
  return [
    {
      id: "name",
      sortDescFirst: false,
      header: "Name",
      accessorFn: ({ name }) => name,
      sortingFn: (a, b) => byText(a.original.name, b.original.name),
      meta: { className: "max-w-0 min-w-36 w-full sm:w-1/3" },
      cell: ({ row: { original: series } }) => (
        <Name
          series={series}
          rank={ranked.findIndex(({ id }) => id === series.id)}
          timeZone={timeZone}
          isSelected={isSelected(series)}
          onSelect={onSelect}
        />
      ),
    },
    ...forStaffOnly({
      id: "owner",
      sortDescFirst: false,
      header: "Owner",
      accessorFn: ({ owner }) => owner ?? "",
      sortingFn: (a, b) => byText(a.original.owner ?? "", b.original.owner ?? ""),
      meta: { from: "lg", className: "max-w-48 truncate", cellClassName: "text-muted" },
      cell: ({ row: { original: series } }) =>
        series.owner ? (
          <bdi title={series.owner} className="block truncate text-left">
            {series.owner}
          </bdi>
        ) : (
          <Missing reason="Of several" />
        ),
    }),
    {
      id: "prefix",
      sortDescFirst: false,
      header: "Key prefix",
      accessorFn: ({ prefix }) => prefix ?? "",
      meta: { from: "lg", className: "whitespace-nowrap", cellClassName: "font-mono text-caption text-muted" },
      cell: ({ row: { original: series } }) =>
        series.prefix ? (
          `${series.prefix}…`
        ) : (
          <Missing reason={series.kind === "rest" ? "Several keys" : "Without a key"} />
        ),
    },
    {
      id: "source",
      sortDescFirst: false,
      header: "Source",
      accessorFn: ({ source }) => sourceNames[source],
      meta: { from: "lg", className: "whitespace-nowrap" },
      cell: ({ row: { original: series } }) => <Source series={series} />,
    },
    {
      id: "requests",
      header: "Requests",
      accessorFn: ({ requests }) => requests,
      sortDescFirst: true,
      meta: { align: "end", from: "sm" },
      cell: ({ row: { original: series } }) => <Requests series={series} />,
    },
    {
      id: "tokens",
      header: "Tokens",
      accessorFn: ({ totalTokens }) => totalTokens,
      sortDescFirst: true,
      meta: { align: "end" },
      cell: ({ row: { original: series } }) => <Tokens series={series} />,
    },
    ...forStaffOnly({
      id: "cost",
      header: "Cost",
      accessorFn: ({ costMicroUsd }) => costMicroUsd ?? -1,
      sortDescFirst: true,
      meta: { align: "end", from: "md" },
      cell: ({ row: { original: series } }) => <SeriesCost series={series} currency={currency} />,
    }),
    {
      id: "refused",
      header: "Refused",
      accessorFn: ({ blocked }) => blocked,
      sortDescFirst: true,
      meta: { align: "end", from: "md", cellClassName: "text-muted" },
      cell: ({ row: { original: series } }) => <Amount value={series.blocked} unit="calls refused" />,
    },
    {
      id: "used",
      header: "Last used",
      accessorFn: ({ lastUsedAt }) => lastUsedAt ?? "",
      sortDescFirst: true,
      meta: { align: "end", from: "sm", className: "whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: series } }) =>
        series.lastUsedAt ? (
          <RelativeTime at={series.lastUsedAt} timeZone={timeZone} />
        ) : (
          <Missing reason={series.kind === "rest" ? "Several keys" : "No call in this time"} />
        ),
    },
  ];
}

type NameProps = { series: Series; rank: number; timeZone: string; isSelected: boolean } & Pick<Columns, "onSelect">;

function Name({ series, rank, timeZone, isSelected, onSelect }: NameProps) {
  return (
    <div className="flex min-w-0 items-center gap-2">
      <span
        aria-hidden="true"
        className="size-2.5 shrink-0 rounded-[2px]"
        style={{ backgroundColor: rank === -1 ? "var(--color-series-other)" : colorOfRank(rank) }}
      />
      <button
        type="button"
        data-row-link=""
        aria-pressed={isSelected}
        onClick={() => onSelect(isSelected ? "" : series.id)}
        dir="auto"
        title={series.name}
        className="min-w-0 truncate rounded-inner text-left font-medium"
      >
        {series.name}
      </button>
      {series.revokedAt && (
        <HoverDetail detail={`Revoked ${formatInstant(new Date(series.revokedAt), timeZone)} ${timeZone}`}>
          <Badge>Revoked</Badge>
        </HoverDetail>
      )}
    </div>
  );
}

function Source({ series: { source } }: { series: Series }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      <span
        aria-hidden="true"
        className="size-2 rounded-full"
        style={{ backgroundColor: `var(--color-source-${source})` }}
      />
      {source === "apikey" ? "API key" : sourceNames[source]}
    </span>
  );
}

function Requests({ series: { requests, failed, free } }: { series: Series }) {
  const detail = [
    countOf(requests, "request"),
    failed > 0 && `${formatExact(failed)} failed upstream, not counted`,
    free > 0 && `${formatExact(free)} free, not counted`,
  ];
  return <HoverDetail detail={detail.filter(Boolean).join("; ")}>{formatCompact(requests)}</HoverDetail>;
}

function Tokens({ series: { totalTokens, inputTokens, outputTokens } }: { series: Series }) {
  const detail = `${countOf(totalTokens, "token")}: ${formatExact(inputTokens)} in, ${formatExact(outputTokens)} out`;
  return <HoverDetail detail={detail}>{formatCompact(totalTokens)}</HoverDetail>;
}

function SeriesCost({ series, currency }: { series: Series; currency: string }) {
  const { costMicroUsd, unpricedRequests } = series;
  if (costMicroUsd === null)
    return (
      <HoverDetail detail="No price is known for the models that were called">
        <span className="text-muted">unpriced</span>
      </HoverDetail>
    );
  return <Cost microUnits={costMicroUsd} currency={currency} unpriced={unpricedRequests} />;
}

function byText(a: string, b: string): number {
  return a.localeCompare(b, "en", { sensitivity: "base", numeric: true });
}
