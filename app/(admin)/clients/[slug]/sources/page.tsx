import type { Metadata } from "next";
import { TenantSources } from "@/components/usage/tenant-sources";

export const metadata: Metadata = { title: "Sources" };

export default function Page() {
  return <TenantSources />;
}
