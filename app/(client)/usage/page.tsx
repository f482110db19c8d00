import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { admitClient } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { keyQueries } from "@/components/keys/queries";
import { OwnUsagePage } from "@/components/usage/own-usage-page";
import { usageQueries } from "@/components/usage/queries";
import { TenantChoice } from "@/components/usage/tenant-choice";
import { readOwnQuota } from "@/lib/tenants/read-quota";
import { listOwnKeys } from "@/lib/usage/list-own-keys";

export const metadata: Metadata = { title: "Usage" };

/** The page of one client; who belongs to several chooses by `?tenant=`. */
export default async function Page({ searchParams }: { searchParams: Promise<{ tenant?: string }> }) {
  const { tenants } = await admitClient();
  const { tenant: chosen } = await searchParams;
  const tenant = chosen ? tenants.find(({ slug }) => slug === chosen) : tenants[0];
  if (!tenant) notFound();

  const own = { tenantId: tenant.id, now: new Date() };
  const [quota, items] = await Promise.all([readOwnQuota({ ...own, keyId: null }), listOwnKeys(own)]);

  return (
    <Hydrated
      data={[
        [usageQueries.ownQuota(tenant.slug).queryKey, quota],
        [keyQueries.own(tenant.slug).queryKey, { items }],
      ]}
    >
      <TenantChoice tenants={tenants} current={tenant} />
      <OwnUsagePage key={tenant.slug} tenantSlug={tenant.slug} />
    </Hydrated>
  );
}
