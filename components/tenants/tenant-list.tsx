"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useDeferredValue, useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { LoadMore } from "@/components/ui/load-more";
import { useUrlSorting } from "@/components/ui/use-url-sorting";
import { useUrlState } from "@/components/ui/use-url-state";
import { BulkBar } from "./bulk-bar";
import { NewTenantDialog } from "./new-tenant-dialog";
import { tenantQueries } from "./queries";
import { anyPlan, anyStatus, filterOf, usualSort } from "./tenant-filter";
import { TenantFilters } from "./tenant-filters";
import { TenantTable } from "./tenant-table";

export function TenantListPage() {
  const canEdit = useCanEdit();
  const [search, setSearch] = useUrlState("search");
  const [status, setStatus] = useUrlState("status", anyStatus);
  const [plan, setPlan] = useUrlState("plan", anyPlan);
  const [sort] = useUrlState("sort", usualSort);
  const [sorting, setSorting] = useUrlSorting(usualSort);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [creating, setCreating] = useState(false);
  const filter = useDeferredValue(filterOf({ search, status, plan, sort }));
  const { data, error, refetch, ...paging } = useInfiniteQuery(tenantQueries.pages(filter));

  const tenants = data?.pages.flatMap(({ items }) => items);
  const total = data?.pages.at(-1)?.total;
  const isFiltered = Boolean(filter.search || filter.status || filter.planId);
  const isNew = total === 0 && !isFiltered;
  const newButton = canEdit && (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden="true" />
      New client
    </Button>
  );

  return (
    <>
      <PageHeader title="Clients" actions={!isNew && newButton}>
        {total === undefined
          ? error
            ? ""
            : "Loading clients"
          : `${countOf(total, "client")}${isFiltered ? " found" : ""}`}
      </PageHeader>
      <TenantFilters
        search={search}
        onSearch={setSearch}
        status={status}
        onStatus={setStatus}
        plan={plan}
        onPlan={setPlan}
      />
      {canEdit && (
        <BulkBar
          tenants={tenants?.filter(({ id }) => chosen.has(id)) ?? []}
          onChange={(ids) => setChosen(new Set(ids))}
        />
      )}
      {error && !data ? (
        <ErrorState title="The clients could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <TenantTable
          label="Clients"
          tenants={tenants}
          sorting={sorting}
          onSortingChange={setSorting}
          selection={canEdit ? { ids: chosen, onChange: setChosen } : undefined}
          empty={
            isNew ? (
              <EmptyState title="No clients yet" action={newButton}>
                A client has a plan, keys for its apps, and a usage page of its own.
              </EmptyState>
            ) : (
              <EmptyState
                title="No client matches"
                drawing="sought"
                action={<Button onClick={showAll}>Show all clients</Button>}
              />
            )
          }
        />
      )}
      <LoadMore pages={data?.pages.length} {...paging} />
      {creating && <NewTenantDialog onClose={() => setCreating(false)} />}
    </>
  );

  function showAll() {
    setSearch("");
    setStatus(anyStatus);
    setPlan(anyPlan);
  }
}
