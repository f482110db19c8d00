import type { z } from "zod";
import type { Actor } from "../auth/require-staff";
import { AppError } from "../errors";
import { changeTenant } from "../tenants/change-tenant";
import type { KeyWithSecret, rotateKeyInput } from "./schema";
import { createSecret, hashSecret, prefixOf } from "./secret";
import { readKey, saveRotation } from "./store";

type RotateKey = { tenantId: string; keyId: string; input: z.output<typeof rotateKeyInput>; actor: Actor; now: Date };

/**
 * Gives a key a new secret; id, name, limits and history stay. The old secret works on for the grace period, if there is
 * one; one from an earlier rotation stops now.
 * @throws AppError `not_found`; `conflict` when the key is revoked or expired.
 */
export async function rotateKey({ tenantId, keyId, input, actor, now }: RotateKey): Promise<KeyWithSecret> {
  const { graceSeconds = 0 } = input;
  const graceEndsAt = graceSeconds === 0 ? null : new Date(now.getTime() + graceSeconds * 1000);
  const secret = createSecret();

  return await changeTenant({ tenantId, actor, now }, async (transaction) => {
    const key = await readKey(transaction, { tenantId, keyId, now });
    if (key.state !== "active") throw new AppError("conflict", `This key is ${key.state} and cannot be rotated.`);

    const prefix = prefixOf(secret);
    await saveRotation(transaction, { tenantId, keyId, secretHash: hashSecret(secret), prefix, graceEndsAt, now });
    const rotated = await readKey(transaction, { tenantId, keyId, now });
    const before = { prefix: key.prefix };
    const after = { prefix, previousSecretExpiresAt: rotated.previousSecretExpiresAt };
    return { result: { ...rotated, secret }, event: { action: "key.rotated", target: `key:${keyId}`, before, after } };
  });
}
