import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { AgencySourcesPage } from "@/components/usage/agency-sources";

export const metadata: Metadata = { title: "Sources" };

export default async function Page() {
  await admitStaff();
  return <AgencySourcesPage />;
}
