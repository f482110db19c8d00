"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit } from "@/components/shell/viewer";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { countOf } from "@/components/ui/format-amount";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { useUrlSorting } from "@/components/ui/use-url-sorting";
import { useUrlState } from "@/components/ui/use-url-state";
import type { TenantListItem } from "@/lib/tenants/schema";
import { NewTenantDialog } from "./new-tenant-dialog";
import { tenantQueries } from "./queries";
import { attentionOf } from "./tenant-status";
import { TenantTable } from "./tenant-table";

const statuses = [
  { value: "all", label: "All clients" },
  { value: "attention", label: "Near or over a limit" },
  { value: "active", label: "Active" },
  { value: "suspended", label: "Suspended" },
];

export function TenantListPage() {
  const { data, error, refetch } = useQuery(tenantQueries.list());
  const canEdit = useCanEdit();
  const [search, setSearch] = useUrlState("search");
  const [status, setStatus] = useUrlState("status", "all");
  const [sorting, setSorting] = useUrlSorting("name");
  const [creating, setCreating] = useState(false);
  const tenants = data?.items;
  const shown = tenants?.filter((tenant) => hasStatus(tenant, status) && matches(tenant, search));

  return (
    <>
      <PageHeader
        title="Clients"
        actions={canEdit && tenants?.length !== 0 && <NewButton onClick={() => setCreating(true)} />}
      >
        {shown && tenants ? summary(shown.length, tenants.length) : "Loading clients"}
      </PageHeader>
      {tenants?.length !== 0 && (
        <div className="page-gutter flex flex-wrap gap-2 border-b border-line pb-4">
          <SearchInput label="Search clients" value={search} onChange={setSearch} />
          <Select
            aria-label="Status"
            value={status}
            onChange={setStatus}
            options={statuses}
            className="w-full sm:w-48"
          />
        </div>
      )}
      {error && !data ? (
        <ErrorState title="The clients could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <TenantTable
          label="Clients"
          tenants={shown}
          sorting={sorting}
          onSortingChange={setSorting}
          empty={
            tenants?.length === 0 ? (
              <EmptyState title="No clients yet" action={canEdit && <NewButton onClick={() => setCreating(true)} />}>
                A client has a plan, keys for its apps, and a usage page of its own.
              </EmptyState>
            ) : (
              <EmptyState
                title="No client matches"
                action={
                  <Button
                    onClick={() => {
                      setSearch("");
                      setStatus("all");
                    }}
                  >
                    Show all clients
                  </Button>
                }
              />
            )
          }
        />
      )}
      {creating && <NewTenantDialog onClose={() => setCreating(false)} />}
    </>
  );
}

function NewButton({ onClick }: { onClick: () => void }) {
  return (
    <Button look="primary" onClick={onClick}>
      <Plus aria-hidden="true" />
      New client
    </Button>
  );
}

function summary(shown: number, all: number): string {
  return shown === all ? countOf(all, "client") : `${shown} of ${countOf(all, "client")}`;
}

function hasStatus(tenant: TenantListItem, status: string): boolean {
  if (status === "all") return true;
  if (status === "attention") return tenant.status === "active" && attentionOf(tenant) !== null;
  return tenant.status === status;
}

function matches({ name, slug, plan }: TenantListItem, search: string): boolean {
  return [name, slug, plan?.name ?? ""].some((text) => plain(text).includes(plain(search)));
}

/** Without case and accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
