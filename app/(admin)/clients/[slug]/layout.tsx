import { dehydrate, HydrationBoundary, QueryClient } from "@tanstack/react-query";
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { CurrentTenant } from "@/components/tenants/current-tenant";
import { tenantQueries } from "@/components/tenants/queries";
import { TenantHeader } from "@/components/tenants/tenant-header";
import { TenantTabs } from "@/components/tenants/tenant-tabs";
import { findTenantBySlug, getTenant } from "@/lib/tenants/store";

type ClientLayoutProps = { params: Promise<{ slug: string }>; children: ReactNode };

export async function generateMetadata({ params }: ClientLayoutProps): Promise<Metadata> {
  const tenant = await findTenantBySlug((await params).slug);
  return { title: { default: tenant?.name ?? "Not found", template: `%s · ${tenant?.name} · Sluice` } };
}

export default async function ClientLayout({ params, children }: ClientLayoutProps) {
  const found = await findTenantBySlug((await params).slug);
  if (!found) notFound();
  const tenant = await getTenant(found.id, new Date());

  const queryClient = new QueryClient();
  queryClient.setQueryData(tenantQueries.detail(tenant.id).queryKey, tenant);

  return (
    <HydrationBoundary state={dehydrate(queryClient)}>
      <CurrentTenant tenantId={tenant.id}>
        <TenantHeader />
        <TenantTabs>{children}</TenantTabs>
      </CurrentTenant>
    </HydrationBoundary>
  );
}
