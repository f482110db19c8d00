import type { Metadata } from "next";
import { Hydrated } from "@/app/hydrated";
import { tenantOfPage } from "@/app/tenant-of-page";
import { tenantQueries } from "@/components/tenants/queries";
import { TenantOverview } from "@/components/tenants/tenant-overview";
import { readQuota } from "@/lib/tenants/read-quota";

export const metadata: Metadata = { title: "Overview" };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  const { id: tenantId } = await tenantOfPage((await params).slug);
  const quota = await readQuota({ tenantId, now: new Date() });

  return (
    <Hydrated data={[[tenantQueries.quota(tenantId).queryKey, quota]]}>
      <TenantOverview />
    </Hydrated>
  );
}
