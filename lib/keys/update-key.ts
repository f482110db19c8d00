import type { z } from "zod";
import { changedFields } from "../audit/changed-fields";
import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { requireMatch } from "../http/etag";
import { changeTenant } from "../tenants/change-tenant";
import { refusePastExpiry } from "./expiry";
import type { ApiKey, updateKeyInput } from "./schema";
import { readKey, saveKey } from "./store";

type UpdateKey = {
  tenantId: string;
  keyId: string;
  input: z.output<typeof updateKeyInput>;
  ifMatch?: string | null;
  actor: Actor;
  now: Date;
};

/**
 * Renames a key or changes its limits. Calls admitted after this resolves obey it.
 * @throws AppError `not_found`; `conflict` when key or tenant are over; `invalid_request` for an expiry in the past;
 * `precondition_failed` when the key is not as `ifMatch` says.
 */
export async function updateKey({ tenantId, keyId, input, ifMatch = null, actor, now }: UpdateKey): Promise<ApiKey> {
  refusePastExpiry(input.expiresAt, now);

  return await changeTenant({ tenantId, actor, now }, async (transaction) => {
    const key = await readKey(transaction, { tenantId, keyId, now });
    requireMatch(ifMatch, key);
    if (key.state === "revoked") throw new AppError("conflict", "This key is revoked and can no longer be changed.");
    await saveKey(transaction, { tenantId, keyId }, input);

    const updated = await readKey(transaction, { tenantId, keyId, now });
    const changes = changedFields(key, updated);
    return { result: updated, event: changes && { action: "key.updated", target: `key:${keyId}`, ...changes } };
  });
}
