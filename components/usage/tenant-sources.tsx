"use client";

import Link from "next/link";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { SourcesView } from "./sources/sources-view";

/** Use by source of the client whose pages these are. */
export function TenantSources() {
  const tenant = useCurrentTenant();

  return (
    <SourcesView
      scope={{ audience: "staff", tenantId: tenant.id }}
      timeZone={tenant.timeZone}
      nextStep={
        <>
          Choose a longer range, or{" "}
          <Link href={`/clients/${tenant.slug}/keys`} className="text-accent underline underline-offset-2">
            create a key
          </Link>{" "}
          and set it in the client's app; its calls show up here at once.
        </>
      }
    />
  );
}
