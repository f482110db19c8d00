"use client";

import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Amount } from "@/components/ui/amount";
import { DataTable } from "@/components/ui/data-table";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { reasonInWords } from "@/components/usage/refusal-words";
import type { Refusals, Tenant } from "@/lib/tenants/schema";
import { playgroundName } from "@/lib/usage/search";
import { tenantQueries } from "./queries";

/** What calls of the last 24 hours were refused for: the answer to "why am I blocked?" when it is no limit of now. */
export function RefusalList({ tenant }: { tenant: Tenant }) {
  const { data, error, refetch } = useQuery(tenantQueries.refusals(tenant.id));
  if (error && !data) return <ErrorState title="The refusals could not be loaded" error={error} onRetry={refetch} />;

  return (
    <DataTable
      label="Refused in the last 24 hours"
      columns={columnsFor(tenant.timeZone)}
      rows={data?.items}
      getRowId={({ reason, apiKeyId }) => `${reason} ${apiKeyId}`}
      empty={<p className="page-gutter text-muted">No call was refused.</p>}
    />
  );
}

function columnsFor(timeZone: string): ColumnDef<Refusals["items"][number]>[] {
  return [
    {
      id: "reason",
      header: "Why",
      cell: ({ row: { original: refusal } }) => (
        <>
          <span className="inline-block first-letter:uppercase">{reasonInWords(refusal.reason)}</span>
          <span className="block text-caption text-muted @table-sm:hidden">{refusal.apiKeyName ?? playgroundName}</span>
        </>
      ),
    },
    {
      id: "key",
      header: "Key",
      meta: { from: "sm", className: "max-w-56 truncate", cellClassName: "text-muted" },
      cell: ({ row: { original: refusal } }) => <bdi>{refusal.apiKeyName ?? playgroundName}</bdi>,
    },
    {
      id: "refusals",
      header: "Refused calls",
      meta: { align: "end", className: "w-32" },
      cell: ({ row: { original: refusal } }) => <Amount value={refusal.refusals} unit="calls" />,
    },
    {
      id: "last",
      header: "Last",
      meta: { align: "end", className: "w-32 whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: refusal } }) => <RelativeTime at={refusal.lastAt} timeZone={timeZone} />,
    },
  ];
}
