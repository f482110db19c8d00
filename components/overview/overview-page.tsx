"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import { useCanEdit, useViewer } from "@/components/shell/viewer";
import { tenantQueries } from "@/components/tenants/queries";
import { TenantTable } from "@/components/tenants/tenant-table";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { AttentionList } from "./attention-list";
import { FirstSteps } from "./first-steps";
import { mostUsedFilter, overviewQueries } from "./queries";
import { RunningFigures } from "./running-figures";
import { UseOverTime } from "./use-over-time";

/** What needs somebody, then how much is used, by all and by whom. */
export function OverviewPage() {
  const { agency } = useViewer();
  const canEdit = useCanEdit();
  const { data, error, refetch } = useQuery(overviewQueries.now());
  const { data: mostUsed } = useQuery(tenantQueries.list(mostUsedFilter));
  if (error && !data) return <ErrorState title="The overview could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <PageHeader title="Overview">{agency.name}</PageHeader>
      {mostUsed?.total === 0 ? (
        canEdit ? (
          <FirstSteps />
        ) : (
          <EmptyState title="No clients yet">An admin adds the first one; what it uses then shows up here.</EmptyState>
        )
      ) : (
        <>
          <AttentionList attention={data?.attention} />
          <div className="xl:grid xl:grid-cols-2 xl:border-t xl:border-line xl:[&>section]:border-t-0">
            <RunningFigures title="Today" running={data?.today} before="yesterday" />
            <RunningFigures title="This month" running={data?.month} before="last month" />
          </div>
          <p className="page-gutter -mt-2 pb-4 text-caption text-muted">
            Each client's day and month are those of its own time zone. They are compared with yesterday and last month
            up to the last full hour.
          </p>
          <UseOverTime />
          <Section
            title="Clients by use this month"
            actions={
              <Button asChild>
                <Link href="/clients">All clients</Link>
              </Button>
            }
          >
            <TenantTable label="Clients by use this month" tenants={mostUsed?.items} sorting={[]} empty={null} />
          </Section>
        </>
      )}
    </>
  );
}
