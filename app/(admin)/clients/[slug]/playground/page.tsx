import type { Metadata } from "next";
import { TenantPlayground } from "@/components/playground/tenant-playground";

export const metadata: Metadata = { title: "Playground" };

export default function Page() {
  return <TenantPlayground />;
}
