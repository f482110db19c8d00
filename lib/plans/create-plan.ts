import type { z } from "zod";
import type { Actor } from "../auth/require-staff";
import { ensureAgency, getAgency } from "../auth/store";
import { changePlans } from "../tenants/change-tenant";
import { naming } from "./naming";
import type { createPlanInput, Plan } from "./schema";
import { clearDefaultPlan, insertPlan, readPlan } from "./store";

type CreatePlan = { input: z.output<typeof createPlanInput>; actor: Actor; now: Date };

/**
 * Makes a plan; the currency is the agency's where none is given. Made the default, it takes that from the plan that was.
 * @throws AppError `conflict` when the name is taken.
 */
export async function createPlan({ input, actor, now }: CreatePlan): Promise<Plan> {
  const currency = input.currency ?? (await getAgency()).currency;
  return await naming(
    changePlans({ actor, now }, async (transaction) => {
      await ensureAgency(transaction);
      if (input.isDefault) await clearDefaultPlan(transaction);
      const planId = await insertPlan(transaction, { ...input, currency });
      const plan = await readPlan(transaction, planId, now);
      const event = { action: "plan.created", target: `plan:${planId}`, before: null, after: plan };
      return { result: plan, event, affects: input.isDefault ? "all" : [] };
    }),
  );
}
