import { notFound } from "next/navigation";
import { cache } from "react";
import { admitStaff } from "@/app/admit";
import type { Tenant } from "@/lib/tenants/schema";
import { findTenantBySlug, getTenant } from "@/lib/tenants/store";

/** The tenant that a page's address names, for staff alone; asked once per request. */
export const findTenantOfPage = cache(async (slug: string): Promise<Tenant | null> => {
  await admitStaff();
  const found = await findTenantBySlug(slug);
  return found && getTenant(found.id, new Date());
});

/** The same; where there is none, the page is "not found". */
export async function tenantOfPage(slug: string): Promise<Tenant> {
  return (await findTenantOfPage(slug)) ?? notFound();
}
