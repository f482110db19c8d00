import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { tenantQueries } from "@/components/tenants/queries";
import { TenantListPage } from "@/components/tenants/tenant-list";
import { listTenants } from "@/lib/tenants/list-tenants";

export const metadata: Metadata = { title: "Clients" };

export default async function Page() {
  await admitStaff();
  const items = await listTenants({ archived: false, now: new Date() });

  return (
    <Hydrated data={[[tenantQueries.list().queryKey, { items }]]}>
      <TenantListPage />
    </Hydrated>
  );
}
