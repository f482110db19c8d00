"use client";

import { useQuery } from "@tanstack/react-query";
import type { ColumnDef } from "@tanstack/react-table";
import { Ban } from "lucide-react";
import { useViewer } from "@/components/shell/viewer";
import { Amount, Missing } from "@/components/ui/amount";
import { DataTable } from "@/components/ui/data-table";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Menu, MenuItem } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import type { OwnKey } from "@/lib/usage/schema";
import { KeyStateBadge } from "./key-state-badge";
import { keyQueries } from "./queries";

const pageSize = 50;

type OwnKeyTableProps = {
  tenantSlug: string;
  timeZone: string;
  /** Null for who may only look. */
  onRevoke: ((key: OwnKey) => void) | null;
};

/** A client's keys as the client sees them. */
export function OwnKeyTable({ tenantSlug, timeZone, onRevoke }: OwnKeyTableProps) {
  const { agency } = useViewer();
  const { data, error, refetch } = useQuery(keyQueries.own(tenantSlug));
  if (error && !data) return <ErrorState title="Your keys could not be loaded" error={error} onRetry={refetch} />;

  return (
    <DataTable
      label="Your keys"
      columns={columnsFor({ timeZone, onRevoke })}
      rows={data?.items}
      getRowId={({ id }) => id}
      pageSize={pageSize}
      isDimmed={({ state }) => state !== "active"}
      empty={
        <EmptyState title="No keys yet">
          {onRevoke
            ? "Create one with “New key” and put it into your app, as shown under “How to connect”."
            : `A manager among your people creates keys, or ${agency.name} does.`}
        </EmptyState>
      }
    />
  );
}

function columnsFor({ timeZone, onRevoke }: Pick<OwnKeyTableProps, "timeZone" | "onRevoke">): ColumnDef<OwnKey>[] {
  const columns: ColumnDef<OwnKey>[] = [
    {
      id: "name",
      header: "Name",
      meta: { className: "max-w-0 min-w-28 w-1/3 truncate", cellClassName: "font-medium" },
      cell: ({ row: { original: key } }) => (
        <bdi title={key.name} className="block truncate text-left">
          {key.name}
        </bdi>
      ),
    },
    {
      id: "prefix",
      header: "Secret",
      meta: { from: "sm", className: "whitespace-nowrap", cellClassName: "font-mono text-caption" },
      cell: ({ row: { original: key } }) => `${key.prefix}…`,
    },
    { id: "state", header: "State", cell: ({ row: { original: key } }) => <KeyStateBadge state={key.state} /> },
    {
      id: "calls",
      header: "Calls this month",
      meta: { align: "end", from: "sm" },
      cell: ({ row: { original: key } }) => <Amount value={key.usedThisMonth.requests} unit="calls" />,
    },
    {
      id: "tokens",
      header: "Tokens this month",
      meta: { align: "end" },
      cell: ({ row: { original: key } }) => <Amount value={key.usedThisMonth.tokens} unit="tokens" />,
    },
    {
      id: "used",
      header: "Last call",
      meta: { align: "end", from: "sm", cellClassName: "text-muted" },
      cell: ({ row: { original: key } }) =>
        key.lastUsedAt ? <RelativeTime at={key.lastUsedAt} timeZone={timeZone} /> : <Missing reason="No call yet" />,
    },
  ];
  if (!onRevoke) return columns;
  return [
    ...columns,
    {
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { align: "end", className: "w-12" },
      cell: ({ row: { original: key } }) =>
        key.state !== "revoked" && (
          <Menu label={`Actions for ${key.name}`}>
            <MenuItem icon={Ban} danger onSelect={() => onRevoke(key)}>
              Revoke key
            </MenuItem>
          </Menu>
        ),
    },
  ];
}
