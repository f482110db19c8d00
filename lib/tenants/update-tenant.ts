import type { z } from "zod";
import { changedFields } from "../audit/changed-fields";
import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { requireMatch } from "../http/etag";
import { moveToZone } from "../metering/zone-change";
import { changeTenant } from "./change-tenant";
import type { Tenant, updateTenantInput } from "./schema";
import { readTenant, saveTenant } from "./store";

type Input = z.output<typeof updateTenantInput>;
type UpdateTenant = { tenantId: string; input: Input; ifMatch?: string | null; actor: Actor; now: Date };

/**
 * Changes a client: its name, status, time zone and the override of its daily tokens. Calls admitted after this resolves
 * obey it. Neither a change of limit nor one of zone resets what has been used.
 * @throws AppError `not_found`; `conflict` when archived; `invalid_request` for an expiry without an override;
 * `precondition_failed` when it is not as `ifMatch` says.
 */
export async function updateTenant({ tenantId, input, ifMatch = null, actor, now }: UpdateTenant): Promise<Tenant> {
  return await changeTenant({ tenantId, actor, now }, async (transaction, tenant) => {
    requireMatch(ifMatch, tenant);
    const { timeZone } = input;
    const isNewZone = timeZone !== undefined && timeZone !== tenant.timeZone;
    await saveTenant(transaction, tenantId, { ...input, ...overrideAfter(tenant, input, now) });
    if (isNewZone) await moveToZone(transaction, { tenantId, timeZone, now });

    const updated = await readTenant(transaction, tenantId, now);
    const changes = changedFields(editableOf(tenant), editableOf(updated));
    return {
      result: updated,
      event: changes && { action: "tenant.updated", target: `tenant:${tenantId}`, ...changes },
    };
  });
}

/**
 * The override as it will stand. Taking it back takes reason and expiry with it; a new one that names no expiry does not
 * inherit the expiry of one that is over.
 */
function overrideAfter(tenant: Tenant, input: Input, now: Date) {
  const { dailyTokenLimit, dailyTokenLimitReason, dailyTokenLimitExpiresAt } = input;
  const knownExpiry = tenant.dailyTokenLimitExpiresAt === null ? null : new Date(tenant.dailyTokenLimitExpiresAt);
  const isOver = knownExpiry !== null && knownExpiry <= now;
  const isEnding = dailyTokenLimit === null || (dailyTokenLimit !== undefined && isOver);

  const after = {
    dailyTokenLimit: dailyTokenLimit === undefined ? tenant.dailyTokenLimit : dailyTokenLimit,
    dailyTokenLimitReason:
      dailyTokenLimitReason !== undefined ? dailyTokenLimitReason : isEnding ? null : tenant.dailyTokenLimitReason,
    dailyTokenLimitExpiresAt:
      dailyTokenLimitExpiresAt !== undefined ? dailyTokenLimitExpiresAt : isEnding ? null : knownExpiry,
  };
  if (after.dailyTokenLimit === null && after.dailyTokenLimitExpiresAt !== null) {
    throw new AppError("invalid_request", "There is no override that could expire.", {
      fields: { dailyTokenLimitExpiresAt: "needs a dailyTokenLimit" },
    });
  }
  return after;
}

function editableOf({
  name,
  status,
  timeZone,
  dailyTokenLimit,
  dailyTokenLimitReason,
  dailyTokenLimitExpiresAt,
}: Tenant) {
  return { name, status, timeZone, dailyTokenLimit, dailyTokenLimitReason, dailyTokenLimitExpiresAt };
}
