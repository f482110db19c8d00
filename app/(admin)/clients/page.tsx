import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { planQueries } from "@/components/plans/queries";
import { tenantPageSize, tenantQueries } from "@/components/tenants/queries";
import { filterOf } from "@/components/tenants/tenant-filter";
import { TenantListPage } from "@/components/tenants/tenant-list";
import { listPlans } from "@/lib/plans/store";
import { listTenants } from "@/lib/tenants/list-tenants";
import type { TenantStatusFilter } from "@/lib/tenants/schema";

export const metadata: Metadata = { title: "Clients" };

type ClientsPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: ClientsPageProps) {
  await admitStaff();
  const given = Object.entries(await searchParams).filter(
    (entry): entry is [string, string] => !Array.isArray(entry[1]),
  );
  const filter = filterOf(Object.fromEntries(given));
  const now = new Date();
  const [page, plans] = await Promise.all([
    listTenants({ ...filter, status: filter.status as TenantStatusFilter | undefined, limit: tenantPageSize, now }),
    listPlans(now),
  ]);

  return (
    <Hydrated
      data={[
        [tenantQueries.pages(filter).queryKey, { pages: [page], pageParams: [null] }],
        [planQueries.list().queryKey, { items: plans }],
      ]}
    >
      <TenantListPage />
    </Hydrated>
  );
}
