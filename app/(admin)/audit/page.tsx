import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { AuditPage } from "@/components/audit/audit-page";

export const metadata: Metadata = { title: "Audit" };

export default async function Page() {
  await admitStaff();

  return <AuditPage />;
}
