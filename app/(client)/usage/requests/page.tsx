import type { Metadata } from "next";
import { type OwnSearch, ownTenantOfPage } from "@/app/own-tenant";
import { OwnRequestsPage } from "@/components/usage/own-requests-page";

export const metadata: Metadata = { title: "Requests" };

export default async function Page({ searchParams }: { searchParams: OwnSearch }) {
  const { tenant } = await ownTenantOfPage(searchParams);

  return <OwnRequestsPage tenant={{ slug: tenant.slug, name: tenant.name, timeZone: tenant.timeZone }} />;
}
