import type { Metadata } from "next";
import { ProviderListPage } from "@/components/providers/provider-list";

export const metadata: Metadata = { title: "Providers" };

export default function Page() {
  return <ProviderListPage />;
}
