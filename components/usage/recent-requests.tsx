"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { NoCallYet } from "@/components/keys/first-call";
import { ErrorState } from "@/components/ui/error-state";
import type { Tenant } from "@/lib/tenants/schema";
import { usageQueries } from "./queries";
import { RequestTable } from "./request-table";

const shownAtMost = 8;

export function RecentRequests({ tenant }: { tenant: Tenant }) {
  const router = useRouter();
  const { data, error, refetch } = useInfiniteQuery(usageQueries.requests({ audience: "staff", tenantId: tenant.id }));
  if (error && !data) return <ErrorState title="The requests could not be loaded" error={error} onRetry={refetch} />;

  return (
    <RequestTable
      requests={data?.pages[0]?.items.slice(0, shownAtMost)}
      timeZone={tenant.timeZone}
      onOpen={({ id }) => router.push(`/clients/${tenant.slug}/requests?request=${id}`)}
      empty={
        <NoCallYet>Create a key under Keys and set it in the client's app; its calls show up here at once.</NoCallYet>
      }
    />
  );
}
