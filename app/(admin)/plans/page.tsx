import type { Metadata } from "next";
import { admitStaff } from "@/app/admit";
import { Hydrated } from "@/app/hydrated";
import { PlanListPage } from "@/components/plans/plan-list";
import { planQueries } from "@/components/plans/queries";
import { listPlans } from "@/lib/plans/store";

export const metadata: Metadata = { title: "Plans" };

export default async function Page() {
  await admitStaff();
  const items = await listPlans(new Date());

  return (
    <Hydrated data={[[planQueries.list().queryKey, { items }]]}>
      <PlanListPage />
    </Hydrated>
  );
}
