import { notFound } from "next/navigation";
import { admitClient } from "@/app/admit";
import type { RangeSearch } from "./own-reports";

export type OwnSearch = Promise<{ tenant?: string } & RangeSearch>;

/** The client whose own pages these are; who belongs to several chooses by `?tenant=`. */
export async function ownTenantOfPage(searchParams: OwnSearch) {
  const { tenants } = await admitClient();
  const { tenant: chosen } = await searchParams;
  const tenant = chosen ? tenants.find(({ slug }) => slug === chosen) : tenants[0];
  return { tenant: tenant ?? notFound(), tenants };
}
