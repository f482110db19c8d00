import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { admitClient } from "@/app/admit";
import { OwnUsagePage } from "@/components/usage/own-usage-page";
import { TenantChoice } from "@/components/usage/tenant-choice";

export const metadata: Metadata = { title: "Usage" };

/** The page of one client; who belongs to several chooses by `?tenant=`. */
export default async function Page({ searchParams }: { searchParams: Promise<{ tenant?: string }> }) {
  const { tenants } = await admitClient();
  const { tenant: chosen } = await searchParams;
  const tenant = chosen ? tenants.find(({ slug }) => slug === chosen) : tenants[0];
  if (!tenant) notFound();

  return (
    <>
      <TenantChoice tenants={tenants} current={tenant} />
      <OwnUsagePage key={tenant.slug} tenantSlug={tenant.slug} />
    </>
  );
}
