import type { KeyAttempts } from "./schema";
import { getKey, listRefusals } from "./store";

const shownDays = 30;
const dayMs = 24 * 3_600_000;

/**
 * The calls that were tried with a key in vain: since it was revoked, or else in the last 30 days.
 * @throws AppError `not_found` when the tenant has no such key.
 */
export async function readAttempts({
  tenantId,
  keyId,
  now,
}: {
  tenantId: string;
  keyId: string;
  now: Date;
}): Promise<KeyAttempts> {
  const { revokedAt, lastUsedAt } = await getKey({ tenantId, keyId, now });
  const since = revokedAt === null ? new Date(now.getTime() - shownDays * dayMs) : new Date(revokedAt);
  const refused = await listRefusals({ tenantId, keyId, since });
  return { since: since.toISOString(), lastAcceptedAt: lastUsedAt, refused };
}
