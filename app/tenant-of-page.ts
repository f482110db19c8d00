import { notFound } from "next/navigation";
import { cache } from "react";
import { admitStaff } from "@/app/admit";
import type { Tenant } from "@/lib/tenants/schema";
import { findTenantBySlug, getTenant } from "@/lib/tenants/store";

/** The tenant whose page this is, for staff alone; asked once per request. */
export const tenantOfPage = cache(async (slug: string): Promise<Tenant> => {
  await admitStaff();
  const found = await findTenantBySlug(slug);
  if (!found) notFound();
  return getTenant(found.id, new Date());
});
