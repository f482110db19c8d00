import type { Metadata } from "next";
import { Hydrated } from "@/app/hydrated";
import { tenantOfPage } from "@/app/tenant-of-page";
import { peopleQuery } from "@/components/people/queries";
import { scopeOfTenant } from "@/components/people/scope";
import { TenantPeople } from "@/components/people/tenant-people";
import { listMembers } from "@/lib/people/store";

export const metadata: Metadata = { title: "People" };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  const tenant = await tenantOfPage((await params).slug);

  return (
    <Hydrated data={[[peopleQuery(scopeOfTenant(tenant)).queryKey, { items: await listMembers(tenant.id) }]]}>
      <TenantPeople />
    </Hydrated>
  );
}
