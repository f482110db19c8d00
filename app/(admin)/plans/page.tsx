import type { Metadata } from "next";
import { PlanListPage } from "@/components/plans/plan-list";

export const metadata: Metadata = { title: "Plans" };

export default function Page() {
  return <PlanListPage />;
}
