"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useDeferredValue } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { LoadMore } from "@/components/ui/load-more";
import { SearchInput } from "@/components/ui/search-input";
import { Select } from "@/components/ui/select";
import { useUrlState } from "@/components/ui/use-url-state";
import { AuditTable } from "./audit-table";
import { targetKinds } from "./audit-words";
import { auditParameters, auditQueries } from "./queries";

const any = "any";

/** Who changed what, newest first. */
export function AuditPage() {
  const [search, setSearch] = useUrlState("q");
  const [kind, setKind] = useUrlState("kind", any);
  const [actor, setActor] = useUrlState("actor");
  const filter = { search, actor, target: kind === any ? "" : kind };
  const { data, error, refetch, ...paging } = useInfiniteQuery(auditQueries.events(useDeferredValue(filter)));
  const isFiltered = Object.values(filter).some(Boolean);

  return (
    <>
      <PageHeader
        title="Audit"
        actions={
          <Button asChild>
            <a href={`/api/admin/audit.csv?${auditParameters(filter)}`} download>
              <Download aria-hidden="true" />
              Export CSV
            </a>
          </Button>
        }
      >
        Every change, who made it, and what it was before. Nothing here can be edited.
      </PageHeader>
      <div className="page-gutter flex flex-wrap gap-2 border-b border-line pb-4">
        <SearchInput label="Search changes" value={search} onChange={setSearch} />
        <Select
          aria-label="What was changed"
          value={kind}
          onChange={setKind}
          options={[{ value: any, label: "Anything" }, ...targetKinds]}
          className="w-full sm:w-44"
        />
        {actor && (
          <Button onClick={() => setActor("")} className="h-9 max-w-full">
            <span className="truncate">By {actor}: show everybody</span>
          </Button>
        )}
      </div>
      {error && !data ? (
        <ErrorState title="The audit trail could not be loaded" error={error} onRetry={refetch} />
      ) : (
        <AuditTable
          events={data?.pages.flatMap(({ items }) => items)}
          onActor={setActor}
          empty={
            <EmptyState title={isFiltered ? "No change matches" : "No change yet"}>
              {isFiltered
                ? "Search for another word, or show anything."
                : "What is changed here is written down at once."}
            </EmptyState>
          }
        />
      )}
      <LoadMore pages={data?.pages.length} {...paging} />
    </>
  );
}
