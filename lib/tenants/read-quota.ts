import { flushMetering } from "../metering/lifecycle";
import { localDate } from "../quota/window";
import { hasLegacyUse } from "../usage/store";
import { quotaOf } from "./quota-view";
import type { OwnQuota, Quota } from "./schema";
import { getMeteredTenant } from "./store";

type ReadQuota = { tenantId: string; now: Date };

/** What a tenant may use and has used, its own last call included. @throws AppError `not_found`. */
export async function readQuota({ tenantId, now }: ReadQuota): Promise<Quota> {
  await flushMetering();
  return quotaOf({ metered: await getMeteredTenant(tenantId, now), now });
}

/** The same as the client may see it: legacy keys left out, and of keys only the given one for whoever holds it. */
export async function readOwnQuota({ tenantId, keyId, now }: ReadQuota & { keyId: string | null }): Promise<OwnQuota> {
  await flushMetering();
  const metered = await getMeteredTenant(tenantId, now);
  const ownKeys = metered.keys.filter(({ id, kind }) => (keyId === null ? kind === "standard" : id === keyId));
  const quota = quotaOf({ metered: { ...metered, keys: ownKeys }, now });
  const month = localDate(new Date(quota.month.startsAt), quota.timeZone);
  return { ...quota, hasUnlistedUse: await hasLegacyUse({ tenantId, sinceDate: month }) };
}
