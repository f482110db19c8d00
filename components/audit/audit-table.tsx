"use client";

import type { ColumnDef } from "@tanstack/react-table";
import Link from "next/link";
import type { ReactNode } from "react";
import { useViewer } from "@/components/shell/viewer";
import { DataTable } from "@/components/ui/data-table";
import { RelativeTime } from "@/components/ui/relative-time";
import type { AuditEvent } from "@/lib/audit/schema";
import { actionInWords } from "./audit-words";
import { ChangeList } from "./change-list";

type AuditTableProps = {
  events: AuditEvent[] | undefined;
  /** Narrows the list to what one has done. */
  onActor: (name: string) => void;
  empty: ReactNode;
};

export function AuditTable({ events, onActor, empty }: AuditTableProps) {
  const { agency } = useViewer();

  return (
    <DataTable
      label="Changes"
      columns={columnsFor({ timeZone: agency.timeZone, onActor })}
      rows={events}
      getRowId={({ id }) => id}
      empty={empty}
    />
  );
}

type Columns = { timeZone: string; onActor: (name: string) => void };

function columnsFor({ timeZone, onActor }: Columns): ColumnDef<AuditEvent>[] {
  return [
    {
      id: "at",
      header: "When",
      meta: { from: "sm", className: "w-28 align-top whitespace-nowrap", cellClassName: "py-2.5 text-muted" },
      cell: ({ row: { original: event } }) => <RelativeTime at={event.at} timeZone={timeZone} />,
    },
    {
      id: "actor",
      header: "Who",
      meta: { from: "md", className: "w-44 max-w-44 align-top", cellClassName: "py-2.5" },
      cell: ({ row: { original: event } }) => (
        <button
          type="button"
          title={`Only changes by ${event.actorName}`}
          onClick={() => onActor(event.actorName)}
          className="max-w-full truncate rounded-inner text-start hover:underline"
        >
          <bdi>{event.actorName}</bdi>
        </button>
      ),
    },
    {
      id: "what",
      header: "What",
      meta: { className: "w-2/5 max-w-0 align-top sm:w-1/3", cellClassName: "py-2.5" },
      cell: ({ row: { original: event } }) => (
        <>
          <span className="block">{actionInWords(event.action)}</span>
          <Target event={event} />
          <span className="block truncate text-caption text-muted @table-md:hidden">
            {event.actorName}
            <span className="@table-sm:hidden">
              , <RelativeTime at={event.at} timeZone={timeZone} />
            </span>
          </span>
        </>
      ),
    },
    {
      id: "changes",
      header: "Change",
      meta: { className: "align-top", cellClassName: "py-2.5" },
      cell: ({ row: { original: event } }) => <ChangeList event={event} timeZone={timeZone} />,
    },
  ];
}

/** What was changed, and for a client's key or person also whose it is. */
function Target({ event: { target, targetName, tenantName, tenantSlug } }: { event: AuditEvent }) {
  const isTenant = target.startsWith("tenant:");
  const client = tenantSlug && (
    <Link href={`/clients/${tenantSlug}`} className="rounded-inner hover:underline">
      <bdi>{tenantName}</bdi>
    </Link>
  );

  return (
    <span
      className="block truncate text-muted"
      title={[targetName, !isTenant && tenantName].filter(Boolean).join(", ")}
    >
      {isTenant ? (client ?? targetName) : <bdi>{targetName}</bdi>}
      {!isTenant && client && <> of {client}</>}
    </span>
  );
}
