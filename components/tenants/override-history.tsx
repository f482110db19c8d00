"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { ChangeList } from "@/components/audit/change-list";
import { auditQueries } from "@/components/audit/queries";
import { DataTable } from "@/components/ui/data-table";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { RelativeTime } from "@/components/ui/relative-time";
import type { AuditEvent } from "@/lib/audit/schema";
import type { Tenant } from "@/lib/tenants/schema";

/** What was done to a client's override, newest first. */
export function overrideEvents(tenantId: string) {
  return auditQueries.events({ target: `tenant:${tenantId}`, search: "dailyTokenLimit" });
}

/** Who set, changed and took back the override, newest first, as the audit trail has it. */
export function OverrideHistory({ tenant }: { tenant: Tenant }) {
  const { data, error, refetch, ...paging } = useInfiniteQuery(overrideEvents(tenant.id));
  if (error && !data) return <ErrorState title="The history could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <DataTable
        label="History of the override"
        columns={columnsFor(tenant.timeZone)}
        rows={data?.pages.flatMap(({ items }) => items)}
        getRowId={({ id }) => id}
        empty={<p className="page-gutter text-muted">There was no override yet.</p>}
      />
      <LoadMore pages={data?.pages.length} {...paging} />
    </>
  );
}

function columnsFor(timeZone: string): ColumnDef<AuditEvent>[] {
  return [
    {
      id: "at",
      header: "When",
      meta: { className: "w-28 align-top whitespace-nowrap", cellClassName: "py-2.5 text-muted" },
      cell: ({ row: { original: event } }) => <RelativeTime at={event.at} timeZone={timeZone} />,
    },
    {
      id: "actor",
      header: "Who",
      meta: { from: "sm", className: "w-44 max-w-44 truncate align-top", cellClassName: "py-2.5" },
      cell: ({ row: { original: event } }) => <bdi>{event.actorName}</bdi>,
    },
    {
      id: "changes",
      header: "Change",
      meta: { className: "align-top", cellClassName: "py-2.5" },
      cell: ({ row: { original: event } }) => (
        <>
          <ChangeList event={event} timeZone={timeZone} />
          <span className="block text-caption text-muted @table-sm:hidden">{event.actorName}</span>
        </>
      ),
    },
  ];
}
