import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { changePlans } from "../tenants/change-tenant";
import { countSubscriptions, deletePlanRow, readPlan } from "./store";

type DeletePlan = { planId: string; actor: Actor; now: Date };

/**
 * Deletes a plan that nobody is on, nor has been: a subscription that has ended still says what a client had bought.
 * @throws AppError `not_found`; `conflict` when it is or was in use, or is the default.
 */
export async function deletePlan({ planId, actor, now }: DeletePlan): Promise<void> {
  await changePlans({ actor, now }, async (transaction) => {
    const plan = await readPlan(transaction, planId, now);
    if (plan.isDefault)
      throw new AppError("conflict", "This is the default plan. Make another plan the default first.");
    if (plan.subscriptionCount > 0)
      throw new AppError("conflict", "Clients are on this plan. Put them on another one first.");
    if ((await countSubscriptions(transaction, planId)) > 0) {
      throw new AppError("conflict", "Clients have been on this plan, and their history refers to it.");
    }

    await deletePlanRow(transaction, planId);
    return {
      result: undefined,
      event: { action: "plan.deleted", target: `plan:${planId}`, before: plan, after: null },
      affects: [],
    };
  });
}
