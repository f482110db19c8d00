import type { z } from "zod";
import { recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { hashToken } from "../auth/token";
import { inTransaction } from "../db/transaction";
import type { AdminTokenWithSecret, createAdminTokenInput } from "./schema";
import { createAdminSecret, prefixOf } from "./secret";
import { insertAdminToken } from "./store";

type CreateAdminToken = { input: z.output<typeof createAdminTokenInput>; actor: Actor; now: Date };

/** Makes a token for a script of the agency's own. Its secret is told here and never again. */
export async function createAdminToken({ input, actor, now }: CreateAdminToken): Promise<AdminTokenWithSecret> {
  const secret = createAdminSecret();
  return await inTransaction(async (transaction) => {
    const token = await insertAdminToken(transaction, {
      ...input,
      prefix: prefixOf(secret),
      tokenHash: hashToken(secret),
      createdBy: actor.name,
    });
    const { name, scope, prefix } = token;
    await recordEvent(transaction, {
      actor,
      now,
      action: "token.created",
      target: `token:${token.id}`,
      tenantId: null,
      before: null,
      after: { name, scope, prefix },
    });
    return { ...token, secret };
  });
}
