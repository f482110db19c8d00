"use client";

import { useQuery } from "@tanstack/react-query";
import { useCurrentTenant } from "@/components/tenants/current-tenant";
import { tenantQueries } from "@/components/tenants/queries";
import { Section } from "@/components/ui/section";
import { MonthsView } from "./months/months-view";

/** The months of the client whose pages these are. */
export function TenantMonths() {
  const tenant = useCurrentTenant();
  const { data: quota } = useQuery(tenantQueries.quota(tenant.id));

  return (
    <Section title="Months">
      <MonthsView scope={{ audience: "staff", tenantId: tenant.id }} quota={quota} />
    </Section>
  );
}
