import type { z } from "zod";
import { recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { ensureAgency, getAgency } from "../auth/store";
import { isTaken } from "../db/failures";
import { atOnce, inTransaction } from "../db/transaction";
import { AppError } from "../errors";
import type { Plan } from "../plans/schema";
import { lockPlans, readPlan } from "../plans/store";
import type { createTenantInput, Tenant } from "./schema";
import { freeSlug, slugOf } from "./slug";
import { insertTenant, listSlugsLike, readTenant, replaceSubscription } from "./store";

/** Clients of one name may be made at the same time; then a later one takes the next number. */
const slugAttempts = 50;

type CreateTenant = { input: z.output<typeof createTenantInput>; actor: Actor; now: Date };

/**
 * Makes a client, on a plan if one is given.
 * @throws AppError `conflict` when the given slug is taken or the plan is retired, `invalid_request` when there is no such
 * plan.
 */
export async function createTenant({ input, actor, now }: CreateTenant): Promise<Tenant> {
  const timeZone = input.timeZone ?? (await getAgency()).timeZone;
  for (let attempt = 1; ; attempt++) {
    try {
      return await insert({ input: { ...input, timeZone }, actor, now });
    } catch (error) {
      if (!isTaken(error)) throw error;
      if (input.slug !== undefined || attempt === slugAttempts) {
        throw new AppError("conflict", "This slug is taken.", { cause: error, fields: { slug: "is taken" } });
      }
    }
  }
}

async function insert({ input, actor, now }: CreateTenant & { input: { timeZone: string } }): Promise<Tenant> {
  const { name, timeZone, planId } = input;
  return await inTransaction(async (transaction) => {
    await ensureAgency(transaction);
    await lockPlans(transaction, "use");
    if (planId !== undefined) await requirePlan(readPlan(transaction, planId, now));

    const wanted = slugOf(name);
    const slug = input.slug ?? freeSlug(wanted, await listSlugsLike(transaction, wanted));
    const tenantId = await insertTenant(transaction, { name, slug, timeZone });
    if (planId !== undefined) {
      const startsAt = await atOnce(transaction, now);
      await replaceSubscription(transaction, { tenantId, planId, startsAt, endsAt: null });
    }

    const tenant = await readTenant(transaction, tenantId, now);
    const after = { name, slug, timeZone, planId: planId ?? null };
    await recordEvent(transaction, {
      actor,
      now,
      action: "tenant.created",
      target: `tenant:${tenantId}`,
      tenantId,
      before: null,
      after,
    });
    return tenant;
  });
}

/**
 * A plan that is named in a body and does not exist is a wrong input, and not a wrong address.
 * @throws AppError `invalid_request`; `conflict` when it is retired.
 */
export async function requirePlan(reading: Promise<Plan>): Promise<void> {
  const { retiredAt } = await reading.catch((cause: unknown) => {
    if (!(cause instanceof AppError) || cause.code !== "not_found") throw cause;
    throw new AppError("invalid_request", "There is no such plan.", {
      cause,
      fields: { planId: "is not a plan of ours" },
    });
  });
  if (retiredAt !== null) {
    throw new AppError("conflict", "This plan is retired: whoever is on it stays, and nobody is put on it.", {
      fields: { planId: "is retired" },
    });
  }
}
