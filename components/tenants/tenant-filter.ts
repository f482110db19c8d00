import type { TenantSort } from "@/lib/tenants/schema";
import type { TenantFilter } from "./queries";

export const anyStatus = "all";
export const anyPlan = "all";
export const usualSort = "name";

export const statusChoices = [
  { value: anyStatus, label: "All clients" },
  { value: "attention", label: "Near or over a limit" },
  { value: "active", label: "Active" },
  { value: "suspended", label: "Suspended" },
  { value: "override", label: "With an override" },
  { value: "archived", label: "Archived" },
];

type ListAddress = { search?: string; status?: string; plan?: string; sort?: string };

/** What the address of the list asks for; what it says wrongly counts as not said. */
export function filterOf({
  search = "",
  status = anyStatus,
  plan = anyPlan,
  sort = usualSort,
}: ListAddress): TenantFilter {
  const sought = search.replaceAll("\0", "").trim().slice(0, 200);
  const isKnown = status !== anyStatus && statusChoices.some(({ value }) => value === status);
  return {
    ...(sought && { search: sought }),
    ...(isKnown && { status }),
    ...(/^[0-9a-f-]{36}$/.test(plan) && { planId: plan }),
    sort: (/^-?(name|plan|today|month|taken|calls|tokens|used)$/.test(sort) ? sort : usualSort) as TenantSort,
  };
}
