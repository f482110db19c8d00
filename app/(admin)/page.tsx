import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { OverviewPage } from "@/components/overview/overview-page";
import { tenantQueries } from "@/components/tenants/queries";
import { listTenants } from "@/lib/tenants/list-tenants";

export const metadata: Metadata = { title: "Overview" };

export default async function Page() {
  await admitStaff();
  const tenants = await listTenants({ limit: 500, now: new Date() });

  return (
    <Hydrated data={[[tenantQueries.list({ limit: 500 }).queryKey, tenants]]}>
      <OverviewPage />
    </Hydrated>
  );
}
