import type { Metadata } from "next";
import { TenantMonths } from "@/components/usage/tenant-months";

export const metadata: Metadata = { title: "Months" };

export default function Page() {
  return <TenantMonths />;
}
