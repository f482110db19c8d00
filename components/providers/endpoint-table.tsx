"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";

/** An endpoint that is let through to a provider, as the page is told of it. */
export type CoveredEndpoint = {
  method: string;
  path: string;
  kind: "metered" | "checked" | "free";
  countsRequestsOnly: boolean;
  streams: boolean;
};

/** What is let through to a provider; anything else is answered 404 and never sent. */
export function EndpointTable({ endpoints }: { endpoints: CoveredEndpoint[] }) {
  return (
    <DataTable
      label="Endpoints"
      columns={columns}
      rows={endpoints}
      getRowId={({ method, path }) => `${method} ${path}`}
      dense
      empty={null}
    />
  );
}

const columns: ColumnDef<CoveredEndpoint>[] = [
  {
    id: "path",
    header: "Endpoint",
    meta: { cellClassName: "font-mono text-caption" },
    cell: ({ row: { original: endpoint } }) => `${endpoint.method} ${endpoint.path}`,
  },
  { id: "kind", header: "Its calls", cell: ({ row: { original: endpoint } }) => <Kind endpoint={endpoint} /> },
  {
    id: "streams",
    header: "Streamed",
    meta: { from: "sm", cellClassName: "text-muted" },
    cell: ({ row: { original: endpoint } }) => (endpoint.streams ? "Yes" : "No"),
  },
];

function Kind({ endpoint: { kind, countsRequestsOnly } }: { endpoint: CoveredEndpoint }) {
  if (kind === "free") return <Badge>Free</Badge>;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      {kind === "metered" ? <Badge tone="accent">Metered</Badge> : <Badge>Free</Badge>}
      {kind === "checked" && <span className="text-muted">but not on an exhausted key</span>}
      {countsRequestsOnly && (
        <span className="text-muted @max-table-sm:hidden">requests; tokens where they are told</span>
      )}
    </span>
  );
}
