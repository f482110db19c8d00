import { recordEvent } from "../audit/store";
import type { Actor } from "../auth/require-staff";
import { inTransaction } from "../db/transaction";
import type { AdminToken } from "./schema";
import { lockAdminToken, saveRevocation } from "./store";

type RevokeAdminToken = { tokenId: string; actor: Actor; now: Date };

/**
 * Revokes a token: it opens nothing from the next request on. Revoking a revoked one changes nothing.
 * @throws AppError `not_found`.
 */
export async function revokeAdminToken({ tokenId, actor, now }: RevokeAdminToken): Promise<AdminToken> {
  return await inTransaction(async (transaction) => {
    const token = await lockAdminToken(transaction, tokenId);
    if (token.revokedAt !== null) return token;

    const revoked = await saveRevocation(transaction, tokenId, { revokedAt: now, revokedBy: actor.name });
    const { name, scope } = token;
    await recordEvent(transaction, {
      actor,
      now,
      action: "token.revoked",
      target: `token:${tokenId}`,
      tenantId: null,
      before: { name, scope, revokedAt: null },
      after: { name, scope, revokedAt: revoked.revokedAt },
    });
    return revoked;
  });
}
