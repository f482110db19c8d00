"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useViewer } from "@/components/shell/viewer";
import { Amount, Cost } from "@/components/ui/amount";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { Notice } from "@/components/ui/notice";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { Figure, Figures } from "@/components/usage/figures";
import { KeyLimits } from "@/components/usage/key-limits";
import { TenantLimits } from "@/components/usage/limit-list";
import { RecentRequests } from "@/components/usage/recent-requests";
import type { Quota } from "@/lib/tenants/schema";
import { useCurrentTenant } from "./current-tenant";
import { tenantQueries } from "./queries";

export function TenantOverview() {
  const tenant = useCurrentTenant();
  const { data: quota, error, refetch } = useQuery(tenantQueries.quota(tenant.id));
  if (error && !quota) return <ErrorState title="The use could not be loaded" error={error} onRetry={refetch} />;

  return (
    <>
      <Section title="Headroom">
        <div className="page-gutter max-w-3xl">
          {tenant.status === "suspended" && (
            <div className="mb-5">
              <Notice tone="over">This client is suspended: every call is refused until you resume it.</Notice>
            </div>
          )}
          {quota ? <TenantLimits quota={quota} /> : <LimitsSkeleton />}
        </div>
      </Section>
      {quota && <KeyLimits quota={quota} allHref={`/clients/${tenant.slug}/limits`} />}
      <Section
        title="Use"
        actions={
          <Button asChild>
            <Link href={`/clients/${tenant.slug}/statement`}>Statement of the month</Link>
          </Button>
        }
      >
        {quota ? <UseFigures quota={quota} /> : <Skeleton className="mx-6 h-11 max-w-xl" />}
      </Section>
      <Section
        title="Last requests"
        actions={
          <Button asChild>
            <Link href={`/clients/${tenant.slug}/requests`}>All requests</Link>
          </Button>
        }
      >
        <RecentRequests tenant={tenant} />
      </Section>
    </>
  );
}

function UseFigures({ quota }: { quota: Quota }) {
  const { agency } = useViewer();

  return (
    <Figures>
      <Figure label="Calls today">
        <Amount value={quota.today.requests} unit="calls" />
      </Figure>
      <Figure label="Tokens today">
        <Amount value={quota.today.tokens} unit="tokens" />
      </Figure>
      <Figure label="Calls this month">
        <Amount value={quota.month.requests} unit="calls" />
      </Figure>
      <Figure label="Tokens this month">
        <Amount value={quota.month.tokens} unit="tokens" />
      </Figure>
      <Figure label="Cost this month">
        <Cost microUnits={quota.month.costMicroUsd} currency={agency.currency} />
      </Figure>
    </Figures>
  );
}

function LimitsSkeleton() {
  return (
    <div className="grid gap-5" aria-hidden="true">
      {["first", "second"].map((name) => (
        <div key={name}>
          <Skeleton className="mb-1.5 h-5 w-40" />
          <Skeleton className="h-2.5 rounded-full" />
          <Skeleton className="mt-1.5 h-5 w-72" />
        </div>
      ))}
    </div>
  );
}
