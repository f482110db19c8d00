import type { ApiKey } from "../keys/schema";
import { listKeys } from "../keys/store";
import { flushMetering } from "../metering/lifecycle";
import type { OwnKey } from "./schema";
import { listKeyUseThisMonth, type UseOfKey } from "./store";

/** A client's keys as the client may see them, with the use of this month; never legacy ones. */
export async function listOwnKeys({ tenantId, now }: { tenantId: string; now: Date }): Promise<OwnKey[]> {
  await flushMetering();
  const [keys, used] = await Promise.all([listKeys(tenantId, now), listKeyUseThisMonth(tenantId, now)]);
  return ownKeysOf(keys, used);
}

/** The same of what has been read. */
export function ownKeysOf(keys: ApiKey[], used: Map<string, UseOfKey>): OwnKey[] {
  return keys
    .filter(({ kind }) => kind === "standard")
    .map(({ id, name, prefix, state, expiresAt, revokedAt, lastUsedAt, createdAt }) => ({
      id,
      name,
      prefix,
      state,
      expiresAt,
      revokedAt,
      lastUsedAt,
      createdAt,
      usedThisMonth: used.get(id) ?? { requests: 0, tokens: 0 },
    }));
}
