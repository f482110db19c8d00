import { changedFields } from "../audit/changed-fields";
import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { changePlans } from "../tenants/change-tenant";
import type { Plan } from "./schema";
import { readPlan, savePlan } from "./store";

type RetirePlan = { planId: string; actor: Actor; now: Date };

/**
 * Takes a plan off offer: whoever is on it stays, and nobody is put on it. Retiring a retired plan changes nothing.
 * @throws AppError `not_found`; `conflict` when it is the default, on which clients come by themselves.
 */
export async function retirePlan({ planId, actor, now }: RetirePlan): Promise<Plan> {
  return await changeOffer({ planId, actor, now, action: "plan.retired" }, (plan) => {
    if (plan.isDefault)
      throw new AppError("conflict", "This is the default plan. Make another plan the default first.");
    return plan.retiredAt === null ? now : new Date(plan.retiredAt);
  });
}

/** Puts a retired plan back on offer. @throws AppError `not_found`. */
export async function reinstatePlan({ planId, actor, now }: RetirePlan): Promise<Plan> {
  return await changeOffer({ planId, actor, now, action: "plan.reinstated" }, () => null);
}

/** Nobody's limits move with it. */
async function changeOffer(
  { planId, actor, now, action }: RetirePlan & { action: string },
  decide: (plan: Plan) => Date | null,
): Promise<Plan> {
  return await changePlans({ actor, now }, async (transaction) => {
    const plan = await readPlan(transaction, planId, now);
    await savePlan(transaction, planId, { retiredAt: decide(plan) });
    const updated = await readPlan(transaction, planId, now);
    const changes = changedFields(plan, updated);
    const event = changes && { action, target: `plan:${planId}`, ...changes };
    return { result: updated, event, affects: [] };
  });
}
