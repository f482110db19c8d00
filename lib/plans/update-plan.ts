import type { z } from "zod";
import { changedFields } from "../audit/changed-fields";
import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { requireMatch } from "../http/etag";
import { changePlans } from "../tenants/change-tenant";
import { naming } from "./naming";
import type { Plan, updatePlanInput } from "./schema";
import { clearDefaultPlan, listTenantIdsOnPlan, readPlan, savePlan } from "./store";

type UpdatePlan = {
  planId: string;
  input: z.output<typeof updatePlanInput>;
  ifMatch?: string | null;
  actor: Actor;
  now: Date;
};

/**
 * Changes a plan for every client on it: calls admitted after this resolves obey it, and what was used counts on.
 * @throws AppError `not_found`; `conflict` when the name is taken, a retired plan would be the default, or none would be; `precondition_failed` when it is not as `ifMatch` says.
 */
export async function updatePlan({ planId, input, ifMatch = null, actor, now }: UpdatePlan): Promise<Plan> {
  return await naming(
    changePlans({ actor, now }, async (transaction) => {
      const plan = await readPlan(transaction, planId, now);
      requireMatch(ifMatch, plan);
      if (input.isDefault && plan.retiredAt !== null)
        throw new AppError("conflict", "This plan is retired. Put it back on offer before it becomes the default.");
      if (input.isDefault === false && plan.isDefault)
        throw new AppError("conflict", "This is the default plan. Make another plan the default instead.", {
          fields: { isDefault: "is taken over by making another plan the default" },
        });
      if (input.isDefault && !plan.isDefault) await clearDefaultPlan(transaction);
      await savePlan(transaction, planId, input);

      const updated = await readPlan(transaction, planId, now);
      const changes = changedFields(plan, updated);
      const event = changes && { action: "plan.updated", target: `plan:${planId}`, ...changes };
      const affects = plan.isDefault || updated.isDefault ? "all" : await listTenantIdsOnPlan(transaction, planId, now);
      return { result: updated, event, affects };
    }),
  );
}
