import type { Metadata } from "next";
import type { ReactNode } from "react";
import { Hydrated } from "@/app/hydrated";
import { findTenantOfPage, tenantOfPage } from "@/app/tenant-of-page";
import { CurrentTenant } from "@/components/tenants/current-tenant";
import { tenantQueries } from "@/components/tenants/queries";
import { TenantHeader } from "@/components/tenants/tenant-header";
import { TenantTabs } from "@/components/tenants/tenant-tabs";

type ClientLayoutProps = { params: Promise<{ slug: string }>; children: ReactNode };

export async function generateMetadata({ params }: ClientLayoutProps): Promise<Metadata> {
  const tenant = await findTenantOfPage((await params).slug);
  const name = tenant?.name ?? "Not found";
  return { title: { default: `${name} · Sluice`, template: `%s · ${name} · Sluice` } };
}

export default async function ClientLayout({ params, children }: ClientLayoutProps) {
  const tenant = await tenantOfPage((await params).slug);

  return (
    <Hydrated data={[[tenantQueries.detail(tenant.id).queryKey, tenant]]}>
      <CurrentTenant tenantId={tenant.id}>
        <TenantHeader />
        <TenantTabs>{children}</TenantTabs>
      </CurrentTenant>
    </Hydrated>
  );
}
