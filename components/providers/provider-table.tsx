"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { Pencil, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useCanEdit } from "@/components/shell/viewer";
import { Missing } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { EntryName } from "@/components/ui/entry-name";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { Provider } from "@/lib/providers/schema";
import { factsOf } from "@/lib/providers/vendors";
import { HealthMark } from "./provider-health";
import { TestConnection } from "./test-connection";

type ProviderTableProps = {
  providers: Provider[] | undefined;
  onAction: (action: "edit" | "delete", provider: Provider) => void;
  empty: ReactNode;
};

export function ProviderTable({ providers, onAction, empty }: ProviderTableProps) {
  const canEdit = useCanEdit();

  return (
    <DataTable
      label="Providers"
      columns={canEdit ? [...factColumns, ...actionColumns(onAction)] : factColumns}
      rows={providers}
      getRowId={({ id }) => id}
      empty={empty}
    />
  );
}

const factColumns: ColumnDef<Provider>[] = [
  {
    id: "name",
    header: "Name",
    meta: { className: "max-w-0 min-w-40 w-1/5" },
    cell: ({ row: { original: provider } }) => (
      <>
        <EntryName
          name={provider.name}
          href={`/providers/${provider.slug}`}
          marks={provider.isDefault && <Badge tone="accent">Default</Badge>}
        />
        <span className="mt-0.5 block @table-sm:hidden">
          <HealthMark providerId={provider.id} />
        </span>
      </>
    ),
  },
  {
    id: "vendor",
    header: "Vendor",
    meta: { from: "lg", className: "whitespace-nowrap", cellClassName: "text-muted" },
    cell: ({ row: { original: provider } }) => factsOf(provider.vendor).label,
  },
  {
    id: "address",
    header: "Clients call",
    meta: { from: "md", className: "whitespace-nowrap", cellClassName: "font-mono text-caption" },
    cell: ({ row: { original: provider } }) => `/api/proxy/${provider.slug}`,
  },
  {
    id: "base-url",
    header: "Goes to",
    meta: { from: "xl", className: "max-w-64 truncate", cellClassName: "font-mono text-caption text-muted" },
    cell: ({ row: { original: provider } }) => <span title={provider.baseUrl}>{provider.baseUrl}</span>,
  },
  {
    id: "credential",
    header: "Credential",
    meta: { from: "lg", className: "whitespace-nowrap", cellClassName: "font-mono text-caption" },
    cell: ({ row: { original: provider } }) =>
      provider.credentialSet ? (provider.credentialHint ?? "set") : <Missing reason="No credential is set" />,
  },
  {
    id: "health",
    header: "Last hour",
    meta: { from: "sm", className: "whitespace-nowrap" },
    cell: ({ row: { original: provider } }) => <HealthMark providerId={provider.id} />,
  },
];

function actionColumns(onAction: ProviderTableProps["onAction"]): ColumnDef<Provider>[] {
  return [
    {
      id: "test",
      header: "Connection",
      meta: { align: "end" },
      cell: ({ row: { original: provider } }) => <TestConnection provider={provider} />,
    },
    {
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { align: "end", className: "w-12" },
      cell: ({ row: { original: provider } }) => <ProviderMenu provider={provider} onAction={onAction} />,
    },
  ];
}

function ProviderMenu({ provider, onAction }: { provider: Provider; onAction: ProviderTableProps["onAction"] }) {
  return (
    <Menu label={`Actions for ${provider.name}`}>
      <MenuItem icon={Pencil} onSelect={() => onAction("edit", provider)}>
        Edit provider
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={Trash2} danger onSelect={() => onAction("delete", provider)}>
        Delete provider
      </MenuItem>
    </Menu>
  );
}
