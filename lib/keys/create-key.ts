import type { z } from "zod";
import type { Author } from "../auth/require-staff";
import { isTaken } from "../db/failures";
import { AppError } from "../errors";
import { changeTenant } from "../tenants/change-tenant";
import { refusePastExpiry } from "./expiry";
import type { createKeyInput, KeyWithSecret } from "./schema";
import { createSecret, hashSecret, prefixOf } from "./secret";
import { insertKey, isSecretTaken, readKey } from "./store";

type CreateKey = { tenantId: string; input: z.output<typeof createKeyInput>; actor: Author; now: Date };

/**
 * Issues a key, or with a given secret enters one that a client's app already uses (kind `legacy`). The secret is in this
 * answer and nowhere else.
 * @throws AppError `not_found`; `conflict` when the tenant is archived or the given secret is a key's already.
 */
export async function createKey({ tenantId, input, actor, now }: CreateKey): Promise<KeyWithSecret> {
  const { secret: legacySecret, ...fields } = input;
  refusePastExpiry(fields.expiresAt, now);
  const secret = legacySecret ?? createSecret();
  const secretHash = hashSecret(secret);

  const creating = changeTenant({ tenantId, actor, now }, async (transaction) => {
    if (await isSecretTaken(transaction, secretHash)) throw secretTaken();

    const kind = legacySecret === undefined ? "standard" : "legacy";
    const keyId = await insertKey(transaction, tenantId, { ...fields, kind, secretHash, prefix: prefixOf(secret) });
    const key = await readKey(transaction, { tenantId, keyId, now });
    return {
      result: { ...key, secret },
      event: { action: "key.created", target: `key:${keyId}`, before: null, after: key },
    };
  });
  return await creating.catch((cause: unknown) => {
    throw isTaken(cause) ? secretTaken(cause) : cause;
  });
}

/** Whose key it is, is not told. */
function secretTaken(cause?: unknown): AppError {
  return new AppError("conflict", "This secret cannot be used.", { cause, fields: { secret: "is in use already" } });
}
