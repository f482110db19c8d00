"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { PageHeader } from "@/components/shell/page-header";
import { useViewer } from "@/components/shell/viewer";
import { tenantQueries } from "@/components/tenants/queries";
import { TenantTable } from "@/components/tenants/tenant-table";
import { Amount, Cost } from "@/components/ui/amount";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { Figure, Figures } from "@/components/usage/figures";
import type { TenantListItem } from "@/lib/tenants/schema";
import { AttentionList } from "./attention-list";
import { FirstSteps } from "./first-steps";

const mostUsed = 10;

export function OverviewPage() {
  const { data, error, refetch } = useQuery(tenantQueries.list({ limit: 500 }));
  const { agency } = useViewer();
  const tenants = data?.items;
  if (error && !data) return <ErrorState title="The overview could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <PageHeader title="Overview">{agency.name}</PageHeader>
      {tenants?.length === 0 ? (
        <FirstSteps />
      ) : (
        <>
          <AttentionList tenants={tenants} />
          <Section title="All clients together">
            {tenants ? <Totals tenants={tenants} /> : <Skeleton className="mx-6 h-11 max-w-xl" />}
          </Section>
          <Section
            title="Clients by use this month"
            actions={
              <Button asChild>
                <Link href="/clients">All clients</Link>
              </Button>
            }
          >
            <TenantTable label="Clients by use this month" tenants={byUse(tenants)} sorting={[]} empty={null} />
          </Section>
        </>
      )}
    </>
  );
}

function Totals({ tenants }: { tenants: TenantListItem[] }) {
  const { agency } = useViewer();
  const sum = (amountOf: (tenant: TenantListItem) => number) =>
    tenants.reduce((total, tenant) => total + amountOf(tenant), 0);

  return (
    <>
      <Figures>
        <Figure label="Calls today">
          <Amount value={sum(({ usedToday }) => usedToday.requests)} unit="calls" />
        </Figure>
        <Figure label="Tokens today">
          <Amount value={sum(({ usedToday }) => usedToday.tokens)} unit="tokens" />
        </Figure>
        <Figure label="Calls this month">
          <Amount value={sum(({ usedThisMonth }) => usedThisMonth.requests)} unit="calls" />
        </Figure>
        <Figure label="Tokens this month">
          <Amount value={sum(({ usedThisMonth }) => usedThisMonth.tokens)} unit="tokens" />
        </Figure>
        <Figure label="Cost this month">
          <Cost microUnits={sum(({ usedThisMonth }) => usedThisMonth.costMicroUsd)} currency={agency.currency} />
        </Figure>
      </Figures>
      <p className="page-gutter mt-2 text-caption text-muted">
        Each client's day and month are those of its own time zone.
      </p>
    </>
  );
}

function byUse(tenants: TenantListItem[] | undefined): TenantListItem[] | undefined {
  return tenants
    ?.toSorted((a, b) => b.usedThisMonth.tokens - a.usedThisMonth.tokens || a.name.localeCompare(b.name))
    .slice(0, mostUsed);
}
