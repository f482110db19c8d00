import type { Metadata } from "next";
import { TenantLimitsPage } from "@/components/tenants/tenant-limits";

export const metadata: Metadata = { title: "Limits" };

export default function Page() {
  return <TenantLimitsPage />;
}
