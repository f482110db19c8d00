import type { Author } from "../auth/require-staff";
import { changeTenant } from "../tenants/change-tenant";
import type { ApiKey } from "./schema";
import { getKey, readKey, saveKey } from "./store";

export type RevokeKey = { tenantId: string; keyId: string; actor: Author; now: Date };

/**
 * Revokes a key: no call admitted after this resolves is made with it, on any instance, nor when an archived client is brought back. Revoking a revoked key changes
 * nothing and returns the first revocation.
 * @throws AppError `not_found` when the tenant has no such key.
 */
export async function revokeKey({ tenantId, keyId, actor, now }: RevokeKey): Promise<ApiKey> {
  const known = await getKey({ tenantId, keyId, now });
  if (known.state === "revoked") return known;

  return await changeTenant({ tenantId, actor, now, evenArchived: true }, async (transaction) => {
    const key = await readKey(transaction, { tenantId, keyId, now });
    if (key.state === "revoked") return { result: key, event: null };

    await saveKey(transaction, { tenantId, keyId }, { revokedAt: now, revokedBy: actor.name });
    const revoked = await readKey(transaction, { tenantId, keyId, now });
    const before = { name: key.name, prefix: key.prefix };
    const after = { ...before, revokedAt: revoked.revokedAt };
    return { result: revoked, event: { action: "key.revoked", target: `key:${keyId}`, before, after } };
  });
}
