"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { useUrlState } from "@/components/ui/use-url-state";
import { type UsageScope, usageQueries, usageUrl } from "./queries";
import { RangeFilter, useUrlSpan } from "./range-filter";
import { RequestDrawer } from "./request-drawer";
import { RequestTable, stateWords } from "./request-table";

const any = "any";
const states = [
  { value: any, label: "Any state" },
  ...Object.entries(stateWords).map(([value, { label }]) => ({ value, label })),
];
const httpStatuses = [
  { value: any, label: "Any status" },
  { value: "2xx", label: "2xx: answered" },
  { value: "4xx", label: "4xx: refused upstream" },
  { value: "429", label: "429: provider's limit" },
  { value: "5xx", label: "5xx: provider failed" },
];
const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type RequestListProps = {
  scope: UsageScope;
  timeZone: string;
  keys: { id: string; name: string; state: string }[];
  /** Where no call was ever made. */
  noCallYet: ReactNode;
};

/** The ledger, newest first; it follows new calls by itself, and a click on one opens all that is known of it. */
export function RequestList({ scope, timeZone, keys, noCallYet }: RequestListProps) {
  const { filter, isFiltered } = useUrlFilter(timeZone);
  const [opened, setOpened] = useUrlState("request");
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isPlaceholderData } = useInfiniteQuery(
    usageQueries.requests(scope, filter),
  );
  const requests = data?.pages.flatMap(({ items }) => items);

  return (
    <section aria-label="Requests" aria-busy={isPlaceholderData}>
      <Filters scope={scope} timeZone={timeZone} keys={keys} csvUrl={usageUrl(scope, "requests.csv", filter)} />
      {error && !data ? (
        <ErrorState title="The requests could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <RequestTable
          requests={requests}
          timeZone={timeZone}
          onOpen={({ id }) => setOpened(id)}
          empty={isFiltered ? <EmptyState title="No call matches">Take a filter back.</EmptyState> : noCallYet}
        />
      )}
      <LoadMore pages={data?.pages.length} {...{ hasNextPage, isFetchingNextPage, fetchNextPage }} />
      {opened !== "" && (
        <RequestDrawer
          id={opened}
          request={requests?.find(({ id }) => id === opened)}
          scope={scope}
          timeZone={timeZone}
          onClose={() => setOpened("")}
        />
      )}
    </section>
  );
}

type FiltersProps = Pick<RequestListProps, "scope" | "timeZone" | "keys"> & { csvUrl: string };

function Filters({ scope, timeZone, keys, csvUrl }: FiltersProps) {
  const [keyId, setKeyId] = useUrlState("key", any);
  const [source, setSource] = useUrlState("source", any);
  const [state, setState] = useUrlState("state", any);
  const [status, setStatus] = useUrlState("status", any);
  const [search, setSearch] = useUrlState("q");
  const keyOptions = keys.map(({ id, name, state }) => ({
    value: id,
    label: state === "revoked" ? `${name} (revoked)` : name,
  }));

  return (
    <div className="page-gutter grid grid-cols-2 gap-2 border-b border-line py-4 sm:flex sm:flex-wrap sm:items-center">
      <Select
        aria-label="Key"
        value={keyId}
        onChange={setKeyId}
        options={[{ value: any, label: "Any key" }, ...keyOptions]}
        className="w-full sm:w-40"
      />
      <Select
        aria-label="Source"
        value={source}
        onChange={setSource}
        options={sourcesOf(scope)}
        className="w-full sm:w-34"
      />
      <Select aria-label="State" value={state} onChange={setState} options={states} className="w-full sm:w-34" />
      <Select
        aria-label="Status"
        value={status}
        onChange={setStatus}
        options={httpStatuses}
        className="w-full sm:w-34"
      />
      <RangeFilter timeZone={timeZone} withAnyTime />
      <div className="col-span-2 max-sm:order-last sm:w-56">
        <SearchInput label="Model or request id" value={search} onChange={setSearch} />
      </div>
      <Button asChild className="ms-auto max-sm:h-9">
        <a href={csvUrl} download>
          <Download aria-hidden="true" />
          CSV
        </a>
      </Button>
    </div>
  );
}

function sourcesOf({ audience }: UsageScope) {
  const forAll = [
    { value: any, label: "Any source" },
    { value: "apikey", label: "API keys" },
    { value: "web", label: "Web" },
  ];
  return audience === "staff" ? [...forAll, { value: "legacy", label: "Legacy" }] : forAll;
}

/** The filters in the URL, as what is asked of the server. What nobody can have chosen does not filter. */
function useUrlFilter(timeZone: string) {
  const [keyId] = useUrlState("key");
  const [source] = useUrlState("source");
  const [state] = useUrlState("state");
  const [status] = useUrlState("status");
  const [search] = useUrlState("q");
  const span = useUrlSpan(timeZone);
  const sought = search.trim();
  const filter = {
    apiKeyId: idPattern.test(keyId) ? keyId : undefined,
    source: ["apikey", "web", "legacy"].includes(source) ? source : undefined,
    state: Object.hasOwn(stateWords, state) ? state : undefined,
    httpStatus: /^[1-5](\d\d|xx)$/.test(status) ? status : undefined,
    ...(idPattern.test(sought) ? { id: sought } : { model: sought || undefined }),
    ...span,
  };
  return { filter, isFiltered: Object.values(filter).some(Boolean) };
}
