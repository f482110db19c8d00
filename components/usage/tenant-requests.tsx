"use client";

import { useQuery } from "@tanstack/react-query";
import { NoCallYet } from "@/components/keys/first-call";
import { keyQueries } from "@/components/keys/queries";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { RequestList } from "./request-list";

/** The calls of the client whose pages these are. */
export function TenantRequests() {
  const tenant = useCurrentTenant();
  const { data: keys } = useQuery(keyQueries.ofTenant(tenant.id));

  return (
    <RequestList
      scope={{ audience: "staff", tenantId: tenant.id }}
      timeZone={tenant.timeZone}
      keys={keys?.items ?? []}
      noCallYet={
        <NoCallYet>Create a key under Keys and set it in the client's app; its calls show up here at once.</NoCallYet>
      }
    />
  );
}
