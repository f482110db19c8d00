"use client";

import type { ColumnDef, SortingState } from "@tanstack/react-table";
import Link from "next/link";
import type { ReactNode } from "react";
import { Amount, Missing } from "@/components/ui/amount";
import { DataTable } from "@/components/ui/data-table";
import { RelativeTime } from "@/components/ui/relative-time";
import { HeadroomCell } from "@/components/usage/headroom-bar";
import type { QuotaLimit, TenantListItem } from "@/lib/tenants/schema";
import { TenantMarks } from "./tenant-marks";
import { defaultNearLimitPercent } from "./tenant-status";

const columns: ColumnDef<TenantListItem>[] = [
  {
    id: "name",
    header: "Client",
    accessorFn: ({ name }) => name.toLocaleLowerCase(),
    meta: { className: "max-w-0 min-w-36 w-1/3" },
    cell: ({ row: { original: tenant } }) => (
      <div className="flex min-w-0 items-center gap-2">
        <Link
          href={`/clients/${tenant.slug}`}
          data-row-link=""
          className="truncate rounded-inner font-medium"
          title={tenant.name}
        >
          <bdi>{tenant.name}</bdi>
        </Link>
        <span className="flex gap-1 max-sm:hidden">
          <TenantMarks tenant={tenant} />
        </span>
      </div>
    ),
  },
  {
    id: "plan",
    header: "Plan",
    accessorFn: ({ plan }) => plan?.name.toLocaleLowerCase() ?? "",
    meta: { from: "lg", className: "max-w-40 truncate", cellClassName: "text-muted" },
    cell: ({ row: { original: tenant } }) => tenant.plan?.name ?? <Missing reason="No plan: nothing is limited" />,
  },
  {
    id: "today",
    header: "Today",
    accessorFn: ({ today }) => takenShare(today),
    cell: ({ row: { original: tenant } }) => (
      <LimitCell tenant={tenant} limit={tenant.today} used={tenant.usedToday.tokens} />
    ),
  },
  {
    id: "month",
    header: "This month",
    accessorFn: ({ month }) => takenShare(month),
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
    accessorFn: ({ lastUsedAt }) => lastUsedAt ?? "",
    meta: { align: "end", from: "lg", cellClassName: "text-muted" },
    cell: ({ row: { original: tenant } }) =>
      tenant.lastUsedAt ? (
        <RelativeTime at={tenant.lastUsedAt} timeZone={tenant.timeZone} />
      ) : (
        <Missing reason="No call yet" />
      ),
  },
];

type TenantTableProps = {
  label: string;
  tenants: TenantListItem[] | undefined;
  sorting: SortingState;
  onSortingChange?: (sorting: SortingState) => void;
  empty: ReactNode;
};

export function TenantTable({ label, tenants, sorting, onSortingChange, empty }: TenantTableProps) {
  return (
    <DataTable
      label={label}
      columns={columns}
      rows={tenants}
      getRowId={({ id }) => id}
      sorting={sorting}
      {...(onSortingChange && { onSortingChange })}
      empty={empty}
    />
  );
}

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

/** How full the tightest limit is; without a limit below all that have one. */
function takenShare(limit: QuotaLimit | null): number {
  if (limit === null) return -1;
  return limit.cap === 0 ? 1 : (limit.used + limit.reserved) / limit.cap;
}
