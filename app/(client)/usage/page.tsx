import type { Metadata } from "next";
import { Hydrated } from "@/app/hydrated";
import { readOwnReports } from "@/app/own-reports";
import { type OwnSearch, ownTenantOfPage } from "@/app/own-tenant";
import { keyQueries } from "@/components/keys/queries";
import { playgroundQueries } from "@/components/playground/queries";
import { OwnUsagePage } from "@/components/usage/own-usage-page";
import { usageQueries } from "@/components/usage/queries";
import { TenantChoice } from "@/components/usage/tenant-choice";
import { optionsOf } from "@/lib/playground/list-options";
import { connectionsTo } from "@/lib/providers/connection";
import { listProviders } from "@/lib/providers/store";
import { readOwnQuota } from "@/lib/tenants/read-quota";
import { listOwnKeys } from "@/lib/usage/list-own-keys";

export const metadata: Metadata = { title: "Usage" };

export default async function Page({ searchParams }: { searchParams: OwnSearch }) {
  const { tenant, tenants } = await ownTenantOfPage(searchParams);
  const now = new Date();
  const own = { tenantId: tenant.id, now };
  const [items, providers] = await Promise.all([listOwnKeys(own), listProviders()]);
  const reports =
    (await readOwnReports({ tenant, keys: items.length, search: await searchParams, now })) ??
    ([
      [usageQueries.ownQuota(tenant.slug).queryKey, await readOwnQuota({ ...own, keyId: null })],
      [keyQueries.own(tenant.slug).queryKey, { items }],
    ] as const);

  return (
    <Hydrated data={[[playgroundQueries.options(tenant.slug).queryKey, optionsOf(providers)], ...reports]}>
      <TenantChoice tenants={tenants} current={tenant} />
      <OwnUsagePage
        key={tenant.slug}
        tenant={{ slug: tenant.slug, timeZone: tenant.timeZone, isManaged: tenant.role === "manager" }}
        connections={connectionsTo(providers)}
      />
    </Hydrated>
  );
}
