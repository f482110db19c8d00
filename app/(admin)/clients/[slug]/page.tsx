import type { Metadata } from "next";
import { TenantOverview } from "@/components/tenants/tenant-overview";

export const metadata: Metadata = { title: "Overview" };

export default function Page() {
  return <TenantOverview />;
}
