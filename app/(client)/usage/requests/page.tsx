import type { Metadata } from "next";
import { type OwnSearch, ownTenantOfPage } from "@/app/own-tenant";
import { OwnRequestsPage } from "@/components/usage/own-requests-page";
import { connectionsTo } from "@/lib/providers/connection";
import { listProviders } from "@/lib/providers/store";

export const metadata: Metadata = { title: "Requests" };

export default async function Page({ searchParams }: { searchParams: OwnSearch }) {
  const { tenant } = await ownTenantOfPage(searchParams);
  const connections = connectionsTo(await listProviders());

  return (
    <OwnRequestsPage
      tenant={{ slug: tenant.slug, name: tenant.name, timeZone: tenant.timeZone }}
      connections={connections}
    />
  );
}
