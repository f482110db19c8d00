"use client";

import type { ColumnDef } from "@tanstack/react-table";
import { Archive, ArchiveRestore, Copy, Pencil, Star, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useCanEdit } from "@/components/shell/viewer";
import { Amount } from "@/components/ui/amount";
import { Badge } from "@/components/ui/badge";
import { DataTable } from "@/components/ui/data-table";
import { EntryName } from "@/components/ui/entry-name";
import { formatCost } from "@/components/ui/format-amount";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { Plan } from "@/lib/plans/schema";

export type PlanAction = "edit" | "duplicate" | "make default" | "retire" | "reinstate" | "delete";

type PlanTableProps = {
  plans: Plan[] | undefined;
  onAction: (action: PlanAction, plan: Plan) => void;
  empty: ReactNode;
};

const microUnitsPerCent = 10_000;

export function PlanTable({ plans, onAction, empty }: PlanTableProps) {
  return (
    <DataTable
      label="Plans"
      columns={columnsFor(onAction)}
      rows={plans && onOfferFirst(plans)}
      getRowId={({ id }) => id}
      isDimmed={({ retiredAt }) => retiredAt !== null}
      empty={empty}
    />
  );
}

function onOfferFirst(plans: Plan[]): Plan[] {
  return plans.toSorted((a, b) => Number(a.retiredAt !== null) - Number(b.retiredAt !== null));
}

function columnsFor(onAction: PlanTableProps["onAction"]): ColumnDef<Plan>[] {
  return [
    {
      id: "name",
      header: "Name",
      meta: { className: "max-w-0 min-w-32 w-1/2 sm:w-1/4" },
      cell: ({ row: { original: plan } }) => <PlanName plan={plan} onEdit={() => onAction("edit", plan)} />,
    },
    {
      id: "fee",
      header: "Fee a month",
      meta: { align: "end", from: "md" },
      cell: ({ row: { original: plan } }) => formatCost(plan.feeCents * microUnitsPerCent, plan.currency),
    },
    limitColumn({ id: "daily-tokens", header: "Tokens a day", field: "dailyTokenLimit", unit: "tokens" }),
    limitColumn({
      id: "monthly-tokens",
      header: "Tokens a month",
      field: "monthlyTokenLimit",
      unit: "tokens",
      from: "sm",
    }),
    limitColumn({ id: "daily-calls", header: "Calls a day", field: "dailyRequestLimit", unit: "calls", from: "lg" }),
    limitColumn({
      id: "monthly-calls",
      header: "Calls a month",
      field: "monthlyRequestLimit",
      unit: "calls",
      from: "lg",
    }),
    {
      id: "cost",
      header: "Cost a month",
      meta: { align: "end", from: "lg" },
      cell: ({ row: { original: plan } }) =>
        plan.monthlyCostLimitMicroUsd === null ? (
          <span className="text-muted">No limit</span>
        ) : (
          formatCost(plan.monthlyCostLimitMicroUsd, plan.currency)
        ),
    },
    limitColumn({ id: "rate", header: "Calls a minute", field: "requestsPerMinute", unit: "calls", from: "xl" }),
    {
      id: "clients",
      header: "Clients",
      meta: { align: "end", from: "sm" },
      cell: ({ row: { original: plan } }) => <Amount value={plan.subscriptionCount} />,
    },
    {
      id: "actions",
      header: () => <span className="sr-only">Actions</span>,
      meta: { align: "end", className: "w-12" },
      cell: ({ row: { original: plan } }) => <PlanMenu plan={plan} onAction={onAction} />,
    },
  ];
}

type LimitField =
  | "dailyTokenLimit"
  | "monthlyTokenLimit"
  | "dailyRequestLimit"
  | "monthlyRequestLimit"
  | "requestsPerMinute";
type LimitColumn = { id: string; header: string; field: LimitField; unit: string; from?: "sm" | "lg" | "xl" };

function limitColumn({ id, header, field, unit, from }: LimitColumn): ColumnDef<Plan> {
  return {
    id,
    header,
    meta: { align: "end", ...(from && { from }) },
    cell: ({ row: { original: plan } }) =>
      plan[field] === null ? <span className="text-muted">No limit</span> : <Amount value={plan[field]} unit={unit} />,
  };
}

function PlanName({ plan, onEdit }: { plan: Plan; onEdit: () => void }) {
  const marks = (
    <>
      {plan.isDefault && <Badge tone="accent">Default</Badge>}
      {plan.retiredAt && <Badge>Retired</Badge>}
    </>
  );
  return <EntryName name={plan.name} marks={marks} onEdit={useCanEdit() ? onEdit : null} />;
}

function PlanMenu({ plan, onAction }: { plan: Plan; onAction: PlanTableProps["onAction"] }) {
  if (!useCanEdit()) return null;

  return (
    <Menu label={`Actions for ${plan.name}`}>
      <MenuItem icon={Pencil} onSelect={() => onAction("edit", plan)}>
        Edit plan
      </MenuItem>
      <MenuItem icon={Copy} onSelect={() => onAction("duplicate", plan)}>
        Duplicate plan
      </MenuItem>
      {!plan.isDefault && plan.retiredAt === null && (
        <MenuItem icon={Star} onSelect={() => onAction("make default", plan)}>
          Make default
        </MenuItem>
      )}
      <MenuSeparator />
      {plan.retiredAt !== null ? (
        <MenuItem icon={ArchiveRestore} onSelect={() => onAction("reinstate", plan)}>
          Put back on offer
        </MenuItem>
      ) : (
        <MenuItem icon={Archive} disabled={plan.isDefault} onSelect={() => onAction("retire", plan)}>
          Retire plan
        </MenuItem>
      )}
      <MenuItem icon={Trash2} danger disabled={plan.isDefault} onSelect={() => onAction("delete", plan)}>
        Delete plan
      </MenuItem>
    </Menu>
  );
}
