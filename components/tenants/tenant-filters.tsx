"use client";

import { useQuery } from "@tanstack/react-query";
import { planQueries } from "@/components/plans/queries";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { anyPlan, statusChoices } from "./tenant-filter";

type TenantFiltersProps = {
  search: string;
  onSearch: (search: string) => void;
  status: string;
  onStatus: (status: string) => void;
  plan: string;
  onPlan: (planId: string) => void;
};

/** What narrows the list of clients; all of it stands in the address. */
export function TenantFilters({ search, onSearch, status, onStatus, plan, onPlan }: TenantFiltersProps) {
  const { data: plans } = useQuery(planQueries.list());
  const choices = plans?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];

  return (
    <div className="page-gutter flex flex-wrap gap-2 border-b border-line pb-4">
      <SearchInput label="Search clients" value={search} onChange={onSearch} />
      <Select
        aria-label="Status"
        value={status}
        onChange={onStatus}
        options={statusChoices}
        className="w-full sm:w-48"
      />
      <Select
        aria-label="Plan"
        value={plan}
        onChange={onPlan}
        options={[{ value: anyPlan, label: "Any plan" }, ...choices]}
        className="w-full sm:w-44"
      />
    </div>
  );
}
