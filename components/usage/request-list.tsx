"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { keyQueries } from "@/components/keys/queries";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import { useUrlState } from "@/components/ui/use-url-state";
import type { UsageState } from "@/lib/usage/schema";
import { usageQueries } from "./queries";
import { RequestTable, stateWords } from "./request-table";

const any = "any";
const states = [
  { value: any, label: "Any state" },
  ...Object.entries(stateWords).map(([value, { label }]) => ({ value, label })),
];

/** The ledger of one tenant, newest first; it follows new calls by itself. */
export function RequestList() {
  const tenant = useCurrentTenant();
  const [state, setState] = useUrlState("state", any);
  const [keyId, setKeyId] = useUrlState("key", any);
  const { data: keys } = useQuery(keyQueries.ofTenant(tenant.id));
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    usageQueries.requests({
      tenantId: tenant.id,
      apiKeyId: keyId === any ? undefined : keyId,
      state: state in stateWords ? (state as UsageState) : undefined,
    }),
  );
  const keyOptions = (keys?.items ?? []).map(({ id, name, state }) => ({
    value: id,
    label: state === "revoked" ? `${name} (revoked)` : name,
  }));
  const isFiltered = state !== any || keyId !== any;

  return (
    <section aria-label="Requests">
      <div className="page-gutter flex flex-wrap gap-2 border-b border-line py-4">
        <Select
          aria-label="Key"
          value={keyId}
          onChange={setKeyId}
          options={[{ value: any, label: "Any key" }, ...keyOptions]}
          className="w-full sm:w-48"
        />
        <Select aria-label="State" value={state} onChange={setState} options={states} className="w-full sm:w-40" />
      </div>
      {error && !data ? (
        <ErrorState title="The requests could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <RequestTable
          requests={data?.pages.flatMap(({ items }) => items)}
          timeZone={tenant.timeZone}
          empty={
            <EmptyState title={isFiltered ? "No call matches" : "No call yet"}>
              {isFiltered
                ? "Choose another key or state."
                : "Create a key under Keys and set it in the client's app; its calls show up here at once."}
            </EmptyState>
          }
        />
      )}
      {hasNextPage && (
        <div className="flex justify-center border-t border-line py-4">
          <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </section>
  );
}
