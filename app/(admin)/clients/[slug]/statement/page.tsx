import type { Metadata } from "next";
import { Hydrated } from "@/app/hydrated";
import { tenantOfPage } from "@/app/tenant-of-page";
import { StatementPage } from "@/components/tenants/statement-page";
import { shownMonths, usageQueries } from "@/components/usage/queries";
import { readMonthly } from "@/lib/usage/read-monthly";

export const metadata: Metadata = { title: "Statement" };

export default async function Page({ params }: { params: Promise<{ slug: string }> }) {
  const { id: tenantId } = await tenantOfPage((await params).slug);
  const monthly = await readMonthly({ tenantId, months: Number(shownMonths), audience: "staff", now: new Date() });

  return (
    <Hydrated data={[[usageQueries.monthly({ audience: "staff", tenantId }).queryKey, monthly]]}>
      <StatementPage />
    </Hydrated>
  );
}
