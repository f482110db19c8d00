import type { Metadata } from "next";
import { TenantListPage } from "@/components/tenants/tenant-list";

export const metadata: Metadata = { title: "Clients" };

export default function Page() {
  return <TenantListPage />;
}
