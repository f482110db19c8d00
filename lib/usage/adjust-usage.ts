import type { z } from "zod";
import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { readKey } from "../keys/store";
import { dayAt, hourAt, localDate, monthAt } from "../quota/window";
import { changeTenant } from "../tenants/change-tenant";
import type { createAdjustmentInput, UsageAdjustment } from "./adjustment-schema";
import { insertAdjustment } from "./adjustment-store";

type AdjustUsage = { tenantId: string; input: z.output<typeof createAdjustmentInput>; actor: Actor; now: Date };

/**
 * Corrects what was counted for a client: counters and roll-ups move with the row that says why, and calls admitted after
 * this resolves are judged by them.
 * @throws AppError `not_found`; `invalid_request` for an instant to come; `conflict` for more than was counted.
 */
export async function adjustUsage({ tenantId, input, actor, now }: AdjustUsage): Promise<UsageAdjustment> {
  const { apiKeyId: keyId, at = now, ...amounts } = input;
  if (at > now)
    throw new AppError("invalid_request", "What is to come has not been counted.", {
      fields: { at: "must not be in the future" },
    });

  return await changeTenant({ tenantId, actor, now }, async (transaction, { timeZone }) => {
    const key = keyId === undefined ? null : await readKey(transaction, { tenantId, keyId, now });
    const { adjustment, isTooMuch } = await insertAdjustment(transaction, {
      ...amounts,
      tenantId,
      apiKeyId: key?.id ?? null,
      source: key === null ? "web" : key.kind === "legacy" ? "legacy" : "apikey",
      at,
      authorId: actor.id,
      authorName: actor.name,
      hourStartsAt: hourAt(at, timeZone).startsAt,
      localDate: new Date(localDate(at, timeZone)),
      day: dayAt(now, timeZone),
      month: monthAt(now, timeZone),
    });
    if (isTooMuch) throw new AppError("conflict", "This takes back more than was counted then.");
    const event = { action: "usage.adjusted", target: `tenant:${tenantId}`, before: null, after: adjustment };
    return { result: adjustment, event };
  });
}
