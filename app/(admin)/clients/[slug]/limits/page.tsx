import type { Metadata } from "next";
import { Hydrated } from "@/app/hydrated";
import { tenantOfPage } from "@/app/tenant-of-page";
import { keyQueries } from "@/components/keys/queries";
import { tenantQueries } from "@/components/tenants/queries";
import { TenantLimitsPage } from "@/components/tenants/tenant-limits";
import { listKeys } from "@/lib/keys/store";
import { readQuota } from "@/lib/tenants/read-quota";
import { readRefusals } from "@/lib/tenants/refusals";

export const metadata: Metadata = { title: "Limits" };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  const { id: tenantId } = await tenantOfPage((await params).slug);
  const now = new Date();
  const [quota, keys, refusals] = await Promise.all([
    readQuota({ tenantId, now }),
    listKeys(tenantId, now),
    readRefusals({ tenantId, now }),
  ]);

  return (
    <Hydrated
      data={[
        [tenantQueries.quota(tenantId).queryKey, quota],
        [keyQueries.ofTenant(tenantId).queryKey, { items: keys }],
        [tenantQueries.refusals(tenantId).queryKey, refusals],
      ]}
    >
      <TenantLimitsPage />
    </Hydrated>
  );
}
