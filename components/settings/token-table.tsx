"use client";

import type { ColumnDef } from "@tanstack/react-table";
import type { ReactNode } from "react";
import { useIsOwner, useViewer } from "@/components/shell/viewer";
import { Missing } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { DataTable } from "@/components/ui/data-table";
import { RelativeTime } from "@/components/ui/relative-time";
import type { AdminToken } from "@/lib/admin-tokens/schema";

type TokenTableProps = {
  tokens: AdminToken[] | undefined;
  onRevoke: (token: AdminToken) => void;
  empty: ReactNode;
};

const scopeWords = { read: "Read only", write: "Read and change" };

export function TokenTable({ tokens, onRevoke, empty }: TokenTableProps) {
  const { agency } = useViewer();
  const isOwner = useIsOwner();

  return (
    <DataTable
      label="Admin tokens"
      columns={columnsFor({ timeZone: agency.timeZone, onRevoke: isOwner ? onRevoke : null })}
      rows={tokens}
      getRowId={({ id }) => id}
      isDimmed={({ revokedAt }) => revokedAt !== null}
      empty={empty}
    />
  );
}

type Columns = { timeZone: string; onRevoke: ((token: AdminToken) => void) | null };

function columnsFor({ timeZone, onRevoke }: Columns): ColumnDef<AdminToken>[] {
  return [
    {
      id: "name",
      header: "Name",
      meta: { className: "max-w-0 w-2/5 min-w-32" },
      cell: ({ row: { original: token } }) => (
        <div className="flex min-w-0 items-center gap-2">
          <bdi className="truncate font-medium" title={token.name}>
            {token.name}
          </bdi>
          {token.revokedAt !== null && <Badge>Revoked</Badge>}
        </div>
      ),
    },
    {
      id: "prefix",
      header: "Token",
      meta: { from: "md", className: "whitespace-nowrap", cellClassName: "font-mono text-caption" },
      cell: ({ row: { original: token } }) => `${token.prefix}…`,
    },
    {
      id: "scope",
      header: "May",
      meta: { className: "whitespace-nowrap" },
      cell: ({ row: { original: token } }) => scopeWords[token.scope],
    },
    {
      id: "created",
      header: "Made",
      meta: { from: "lg", className: "whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: token } }) => (
        <>
          <RelativeTime at={token.createdAt} timeZone={timeZone} /> by {token.createdBy}
        </>
      ),
    },
    {
      id: "used",
      header: "Last used",
      meta: { from: "sm", align: "end", className: "whitespace-nowrap", cellClassName: "text-muted" },
      cell: ({ row: { original: token } }) =>
        token.lastUsedAt === null ? (
          <Missing reason="Never used" />
        ) : (
          <RelativeTime at={token.lastUsedAt} timeZone={timeZone} />
        ),
    },
    {
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { align: "end", className: "w-24" },
      cell: ({ row: { original: token } }) =>
        onRevoke &&
        token.revokedAt === null && (
          <Button onClick={() => onRevoke(token)} aria-label={`Revoke ${token.name}`}>
            Revoke
          </Button>
        ),
    },
  ];
}
