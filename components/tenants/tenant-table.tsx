"use client";

import type { ColumnDef, SortingState } from "@tanstack/react-table";
import Link from "next/link";
import type { ReactNode } from "react";
import { Amount, Missing } from "@/components/ui/amount";
import { DataTable } from "@/components/ui/data-table";
import { RelativeTime } from "@/components/ui/relative-time";
import { SelectBox } from "@/components/ui/select-box";
import { defaultNearLimitPercent } from "@/components/usage/headroom";
import { HeadroomCell } from "@/components/usage/headroom-bar";
import type { QuotaLimit, TenantListItem } from "@/lib/tenants/schema";
import { TenantMarks } from "./tenant-marks";
import { TenantRowMenu } from "./tenant-row-menu";

const columns: ColumnDef<TenantListItem>[] = [
  {
    id: "name",
    header: "Client",
    accessorFn: ({ name }) => name,
    meta: { className: "max-w-0 min-w-36 w-1/3" },
    cell: ({ row: { original: tenant } }) => (
      <div className="flex min-w-0 items-center gap-x-2 gap-y-0.5 max-sm:flex-wrap">
        <Link
          href={`/clients/${tenant.slug}`}
          data-row-link=""
          className="max-w-full truncate rounded-inner font-medium"
          dir="auto"
          title={tenant.name}
        >
          {tenant.name}
        </Link>
        <span className="flex gap-1">
          <TenantMarks tenant={tenant} />
        </span>
      </div>
    ),
  },
  {
    id: "plan",
    header: "Plan",
    accessorFn: ({ plan }) => plan?.name,
    meta: { from: "lg", className: "max-w-40 truncate", cellClassName: "text-muted" },
    cell: ({ row: { original: tenant } }) => tenant.plan?.name ?? <Missing reason="No plan: nothing is limited" />,
  },
  {
    id: "today",
    header: "Today",
    accessorFn: ({ today }) => today,
    cell: ({ row: { original: tenant } }) => (
      <LimitCell tenant={tenant} limit={tenant.today} used={tenant.usedToday.tokens} />
    ),
  },
  {
    id: "month",
    header: "This month",
    accessorFn: ({ month }) => month,
    meta: { from: "md" },
    cell: ({ row: { original: tenant } }) => (
      <LimitCell tenant={tenant} limit={tenant.month} used={tenant.usedThisMonth.tokens} />
    ),
  },
  {
    id: "calls",
    header: "Calls this month",
    accessorFn: ({ usedThisMonth }) => usedThisMonth.requests,
    meta: { align: "end", from: "xl" },
    cell: ({ row: { original: tenant } }) => <Amount value={tenant.usedThisMonth.requests} unit="calls" />,
  },
  {
    id: "used",
    header: "Last call",
    accessorFn: ({ lastUsedAt }) => lastUsedAt,
    meta: { align: "end", from: "lg", cellClassName: "text-muted" },
    cell: ({ row: { original: tenant } }) =>
      tenant.lastUsedAt ? (
        <RelativeTime at={tenant.lastUsedAt} timeZone={tenant.timeZone} />
      ) : (
        <Missing reason="No call yet" />
      ),
  },
];

/** Which rows are chosen, by id. */
export type TenantSelection = { ids: ReadonlySet<string>; onChange: (ids: ReadonlySet<string>) => void };

type TenantTableProps = {
  label: string;
  /** In the order in which they are shown. */
  tenants: TenantListItem[] | undefined;
  sorting: SortingState;
  onSortingChange?: (sorting: SortingState) => void;
  /** Where something can be done to them, one by one or together. */
  selection?: TenantSelection | undefined;
  empty: ReactNode;
};

export function TenantTable({ label, tenants, sorting, onSortingChange, selection, empty }: TenantTableProps) {
  return (
    <DataTable
      label={label}
      columns={selection ? [selectColumn(tenants ?? [], selection), ...columns, menuColumn] : columns}
      rows={tenants}
      getRowId={({ id }) => id}
      sorting={sorting}
      isSorted
      {...(onSortingChange && { onSortingChange })}
      isDimmed={({ archivedAt }) => archivedAt !== null}
      isSelected={({ id }) => selection?.ids.has(id) ?? false}
      empty={empty}
    />
  );
}

function selectColumn(tenants: TenantListItem[], { ids, onChange }: TenantSelection): ColumnDef<TenantListItem> {
  const chosen = tenants.filter(({ id }) => ids.has(id)).length;
  const change = (changed: string[], isChosen: boolean) =>
    onChange(new Set(isChosen ? [...ids, ...changed] : [...ids].filter((id) => !changed.includes(id))));

  return {
    id: "select",
    enableSorting: false,
    meta: { className: "w-8" },
    header: () => (
      <SelectBox
        label="Select all clients shown"
        checked={chosen > 0 && (chosen === tenants.length || "indeterminate")}
        onChange={(isChosen) =>
          change(
            tenants.map(({ id }) => id),
            isChosen,
          )
        }
      />
    ),
    cell: ({ row: { original: tenant } }) => (
      <SelectBox
        label={`Select ${tenant.name}`}
        checked={ids.has(tenant.id)}
        onChange={(isChosen) => change([tenant.id], isChosen)}
      />
    ),
  };
}

const menuColumn: ColumnDef<TenantListItem> = {
  id: "actions",
  enableSorting: false,
  meta: { align: "end", className: "w-10" },
  header: () => <span className="sr-only">Actions</span>,
  cell: ({ row: { original: tenant } }) => <TenantRowMenu tenant={tenant} />,
};

function LimitCell({ tenant, limit, used }: { tenant: TenantListItem; limit: QuotaLimit | null; used: number }) {
  if (limit === null) {
    return (
      <span className="text-caption text-muted">
        No limit · <Amount value={used} unit="tokens" />
      </span>
    );
  }
  return (
    <HeadroomCell
      limit={limit}
      timeZone={tenant.timeZone}
      nearLimitPercent={tenant.plan?.nearLimitPercent ?? defaultNearLimitPercent}
    />
  );
}
