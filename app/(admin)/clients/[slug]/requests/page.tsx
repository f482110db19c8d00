import type { Metadata } from "next";
import { TenantRequests } from "@/components/usage/tenant-requests";

export const metadata: Metadata = { title: "Requests" };

export default function Page() {
  return <TenantRequests />;
}
