"use client";

import { useQueryClient } from "@tanstack/react-query";
import { tenantQueries } from "@/components/tenants/queries";
import { sendJson, sendOnce } from "@/lib/http/client";
import type { CreatePlanInput, Plan, UpdatePlanInput } from "@/lib/plans/schema";
import { planQueries } from "./queries";

/** What can be done to plans. A plan's limits bind its tenants, so those are loaded again too. */
export function usePlanChanges() {
  const queryClient = useQueryClient();

  async function changed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer;
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: planQueries.all() }),
      queryClient.invalidateQueries({ queryKey: tenantQueries.all() }),
    ]);
    return result;
  }

  return {
    create: (input: CreatePlanInput) => changed(sendOnce<Plan>("/api/admin/plans", input)),
    update: (seen: Plan, input: UpdatePlanInput) =>
      changed(sendJson<Plan>("PATCH", `/api/admin/plans/${seen.id}`, input, { seen })),
    retire: (planId: string) => changed(sendJson<Plan>("POST", `/api/admin/plans/${planId}/retirement`)),
    reinstate: (planId: string) => changed(sendJson<Plan>("DELETE", `/api/admin/plans/${planId}/retirement`)),
    remove: (planId: string) => changed(sendJson("DELETE", `/api/admin/plans/${planId}`)),
  };
}
