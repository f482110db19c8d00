import type { z } from "zod";
import type { Actor } from "../auth/require-staff";
import { atOnce } from "../db/transaction";
import { AppError } from "../errors";
import { requireMatch } from "../http/etag";
import { readPlan } from "../plans/store";
import { changeTenant } from "./change-tenant";
import { requirePlan } from "./create-tenant";
import type { Subscription, subscribeInput } from "./schema";
import { replaceSubscription } from "./store";

type SubscribeTenant = {
  tenantId: string;
  input: z.output<typeof subscribeInput>;
  ifMatch?: string | null;
  actor: Actor;
  now: Date;
};

/**
 * Puts a client on a plan, in place of the one in force. What it has used counts on.
 * @throws AppError `not_found`; `precondition_failed` when the client is not as `ifMatch` says; `conflict` when archived or the plan is retired; `invalid_request` when there is no such plan or the span is over.
 */
export async function subscribeTenant({
  tenantId,
  input,
  ifMatch = null,
  actor,
  now,
}: SubscribeTenant): Promise<Subscription> {
  const { planId, endsAt = null } = input;
  if (endsAt !== null && endsAt <= (input.startsAt ?? now)) {
    throw new AppError("invalid_request", "The subscription would end before it begins.", {
      fields: { endsAt: "must be after startsAt" },
    });
  }

  return await changeTenant({ tenantId, actor, now, usesPlan: true }, async (transaction, tenant) => {
    requireMatch(ifMatch, tenant);
    await requirePlan(readPlan(transaction, planId, now));
    const startsAt = input.startsAt ?? (await atOnce(transaction, now));
    const subscription = await replaceSubscription(transaction, { tenantId, planId, startsAt, endsAt });
    const { planName } = subscription;
    return {
      result: subscription,
      event: {
        action: "tenant.subscribed",
        target: `tenant:${tenantId}`,
        before: tenant.subscription && { ...tenant.subscription },
        after: { planId, planName, startsAt: subscription.startsAt, endsAt: subscription.endsAt },
      },
    };
  });
}
