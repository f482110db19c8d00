"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { useViewer } from "@/components/shell/viewer";
import { Missing } from "@/components/ui/amount";
import { DataTable } from "@/components/ui/data-table";
import { formatCost, formatExact } from "@/components/ui/format-amount";
import { RelativeTime } from "@/components/ui/relative-time";
import type { UsageAdjustment } from "@/lib/usage/adjustment-schema";

type AdjustmentTableProps = {
  adjustments: UsageAdjustment[] | undefined;
  nameOfKey: (keyId: string) => string;
  timeZone: string;
};

export function AdjustmentTable({ adjustments, ...words }: AdjustmentTableProps) {
  const { agency } = useViewer();

  return (
    <DataTable
      label="Corrections"
      columns={columnsFor({ ...words, currency: agency.currency })}
      rows={adjustments}
      getRowId={({ id }) => id}
      empty={
        <p className="page-gutter text-muted">
          Nothing was corrected yet. A wrong count is corrected by a row, never by an edit.
        </p>
      }
    />
  );
}

type Words = Omit<AdjustmentTableProps, "adjustments"> & { currency: string };

function columnsFor({ nameOfKey, timeZone, currency }: Words): ColumnDef<UsageAdjustment>[] {
  return [
    {
      id: "at",
      header: "Counted",
      meta: { className: "w-28 whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: adjustment } }) => <RelativeTime at={adjustment.at} timeZone={timeZone} />,
    },
    {
      id: "author",
      header: "By",
      meta: { from: "md", className: "max-w-44 truncate" },
      cell: ({ row: { original: adjustment } }) => <bdi>{adjustment.authorName}</bdi>,
    },
    {
      id: "key",
      header: "Key",
      meta: { from: "lg", className: "max-w-44 truncate", cellClassName: "text-muted" },
      cell: ({ row: { original: adjustment } }) =>
        adjustment.apiKeyId === null ? <Missing reason="Of the client as a whole" /> : nameOfKey(adjustment.apiKeyId),
    },
    amountColumn("tokens", "Tokens", ({ tokens }) => signed(tokens)),
    amountColumn("requests", "Calls", ({ requests }) => signed(requests)),
    amountColumn("cost", "Cost", ({ costMicroUsd }) => signed(costMicroUsd, (amount) => formatCost(amount, currency))),
    {
      id: "reason",
      header: "Reason",
      meta: { className: "max-w-0 w-2/5 min-w-32 truncate" },
      cell: ({ row: { original: adjustment } }) => <span title={adjustment.reason}>{adjustment.reason}</span>,
    },
  ];
}

function amountColumn(
  id: string,
  header: string,
  wordsOf: (adjustment: UsageAdjustment) => string | null,
): ColumnDef<UsageAdjustment> {
  return {
    id,
    header,
    meta: { align: "end", className: "whitespace-nowrap", ...(id !== "tokens" && { from: "sm" }) },
    cell: ({ row: { original: adjustment } }) => wordsOf(adjustment) ?? <Missing reason="Not corrected" />,
  };
}

/** `+1,200`, `−300`; null for zero. */
function signed(amount: number, format = formatExact): string | null {
  if (amount === 0) return null;
  return `${amount > 0 ? "+" : "−"}${format(Math.abs(amount))}`;
}
