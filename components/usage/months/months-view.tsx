"use client";

import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Download } from "lucide-react";
import { useViewer } from "@/components/shell/viewer";
import { Amount, Cost, Missing } from "@/components/ui/amount";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { ErrorState } from "@/components/ui/error-state";
import { countOf, formatExact } from "@/components/ui/format-amount";
import { HoverDetail } from "@/components/ui/hover-detail";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { useUrlState } from "@/components/ui/use-url-state";
import type { Quota } from "@/lib/tenants/schema";
import { shownMonths, type UsageScope, usageQueries, usageUrl } from "../queries";
import { shareInWords } from "../sources/shares";
import { MonthForecast } from "./month-forecast";
import { allKeys, isUsedBefore, keysOf, type MonthRow, monthName, monthRows, percentOfLimit } from "./month-rows";

type MonthsViewProps = { scope: UsageScope; quota: Quota | undefined };

/** The last 13 calendar months of a client, from the first that has any use, as a whole or of one key, against the monthly limit as it is now. */
export function MonthsView({ scope, quota }: MonthsViewProps) {
  const { agency } = useViewer();
  const [keyId, setKeyId] = useUrlState("months", allKeys);
  const { data, error, refetch } = useQuery(usageQueries.monthly(scope));
  if (error && !data) return <ErrorState title="The months could not be loaded" error={error} onRetry={refetch} />;

  const keys = data ? keysOf(data) : [];
  const chosen = keys.some(({ value }) => value === keyId) ? keyId : allKeys;
  const limits = limitsOf(quota, chosen);

  return (
    <>
      <div className="page-gutter mb-3 flex flex-wrap items-center justify-between gap-2">
        <Select
          aria-label="Months of"
          value={chosen}
          onChange={setKeyId}
          options={[{ value: allKeys, label: "All use" }, ...keys]}
          className="w-full sm:w-56"
        />
        <Button asChild className="ms-auto print:hidden">
          <a href={usageUrl(scope, "monthly.csv", { months: shownMonths })} download>
            <Download aria-hidden="true" />
            {chosen === allKeys ? "CSV" : "CSV of all use"}
          </a>
        </Button>
      </div>
      {chosen === allKeys && (
        <div className="page-gutter mb-3 max-w-[72ch]">
          {quota && data ? (
            <MonthForecast scope={scope} timeZone={quota.timeZone} isUsedBefore={isUsedBefore(data)} limits={limits} />
          ) : (
            <Skeleton className="h-15 sm:h-10" />
          )}
        </div>
      )}
      <DataTable
        label="Months"
        dense
        expectedRows={Number(shownMonths)}
        columns={columnsFor({ limits, currency: scope.audience === "staff" ? agency.currency : null })}
        rows={data && monthRows(data, chosen)}
        getRowId={({ month }) => month}
        empty={null}
      />
      {quota && <p className="page-gutter mt-2 text-caption text-muted">Calendar months, {quota.timeZone}.</p>}
    </>
  );
}

type Limits = { tokens: number | null; requests: number | null };

/** The monthly limits in force: of the client or, where one is chosen, of the key itself. */
function limitsOf(quota: Quota | undefined, keyId: string): Limits {
  const subjectId = keyId === allKeys ? quota?.tenantId : keyId;
  const capOf = (metric: string) =>
    quota?.limits.find((limit) => limit.subjectId === subjectId && limit.window === "month" && limit.metric === metric)
      ?.cap ?? null;
  return { tokens: capOf("tokens"), requests: capOf("requests") };
}

function columnsFor({ limits, currency }: { limits: Limits; currency: string | null }): ColumnDef<MonthRow>[] {
  const columns: ColumnDef<MonthRow>[] = [
    {
      id: "month",
      header: "Month",
      meta: { className: "whitespace-nowrap", cellClassName: "font-medium" },
      cell: ({ row: { original, index } }) => (
        <>
          {monthName(original.month)}
          {index === 0 && <span className="text-caption font-normal text-muted"> so far</span>}
        </>
      ),
    },
    {
      id: "calls",
      header: "Calls",
      meta: { align: "end" },
      cell: ({ row: { original } }) => <Amount value={original.requests} unit="calls" />,
    },
    {
      id: "of-calls",
      header: "of the limit",
      meta: { from: "md", className: "w-32" },
      cell: ({ row: { original } }) => <ShareOfLimit amount={original.requests} cap={limits.requests} unit="call" />,
    },
    {
      id: "tokens",
      header: "Tokens",
      meta: { align: "end" },
      cell: ({ row: { original } }) => <Amount value={original.totalTokens} unit="tokens" />,
    },
    {
      id: "of-tokens",
      header: "of the limit",
      meta: { from: "sm", className: "w-32" },
      cell: ({ row: { original } }) => <ShareOfLimit amount={original.totalTokens} cap={limits.tokens} unit="token" />,
    },
    {
      id: "refused",
      header: "Refused",
      meta: { align: "end", from: "sm", cellClassName: "text-muted" },
      cell: ({ row: { original } }) => <Amount value={original.blocked} unit="calls refused" />,
    },
  ];
  if (currency === null) return columns;
  return [
    ...columns,
    {
      id: "cost",
      header: "Cost",
      meta: { align: "end", from: "md" },
      cell: ({ row: { original } }) => (
        <Cost microUnits={original.costMicroUsd} currency={currency} unpriced={original.unpricedRequests} />
      ),
    },
  ];
}

function ShareOfLimit({ amount, cap, unit }: { amount: number; cap: number | null; unit: "call" | "token" }) {
  if (cap === null) return <Missing reason={`No monthly limit of ${unit}s`} />;
  const percent = percentOfLimit(amount, cap);
  const isOver = amount >= cap;

  return (
    <HoverDetail detail={`${formatExact(amount)} of ${countOf(cap, unit)}`}>
      <span className="inline-flex items-center gap-2">
        <span
          aria-hidden="true"
          className={`h-1.5 w-16 overflow-hidden rounded-full bg-current/12 ${isOver ? "text-over" : "text-accent"}`}
        >
          <span className="block h-full bg-current" style={{ width: `${Math.min(100, percent)}%` }} />
        </span>
        {shareInWords(percent, amount)}
      </span>
    </HoverDetail>
  );
}
