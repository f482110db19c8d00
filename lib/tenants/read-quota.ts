import { flushMetering } from "../metering/lifecycle";
import { localDate } from "../quota/window";
import { hasLegacyUse, isAllUnpriced } from "../usage/store";
import { quotaOf } from "./quota-view";
import { datedQuota } from "./refused-since";
import type { OwnQuota, Quota, UsedInWindow } from "./schema";
import { getMeteredTenant, type MeteredRowWithKeys } from "./store";

type ReadQuota = { tenantId: string; now: Date };

/** What a tenant may use and has used, its own last call included. @throws AppError `not_found`. */
export async function readQuota({ tenantId, now }: ReadQuota): Promise<Quota> {
  await flushMetering();
  return await withKnownCosts(await datedQuota(quotaOf({ metered: await getMeteredTenant(tenantId, now), now })));
}

/** The same as the client may see it: legacy keys left out, and of keys only the given one for whoever holds it. */
export async function readOwnQuota({ tenantId, keyId, now }: ReadQuota & { keyId: string | null }): Promise<OwnQuota> {
  await flushMetering();
  return await ownQuotaOf(await getMeteredTenant(tenantId, now), { keyId, now });
}

/** The same of what has been read. */
export async function ownQuotaOf(
  metered: MeteredRowWithKeys,
  { keyId, now }: { keyId: string | null; now: Date },
): Promise<OwnQuota> {
  const ownKeys = metered.keys.filter(({ id, kind }) => (keyId === null ? kind === "standard" : id === keyId));
  const quota = await withKnownCosts(await datedQuota(quotaOf({ metered: { ...metered, keys: ownKeys }, now })));
  const sinceDate = firstDateOf(quota.month, quota);
  return {
    ...quota,
    // What staff write down of it is for each other.
    dailyTokenLimit: { ...quota.dailyTokenLimit, overrideReason: null },
    hasUnlistedUse: await hasLegacyUse({ tenantId: quota.tenantId, sinceDate }),
  };
}

/** Counters add up what has a price. Where nothing has, as reports have it, the cost is not known. */
async function withKnownCosts(quota: Quota): Promise<Quota> {
  const { tenantId, today, month } = quota;
  const costIn = async (used: UsedInWindow) => {
    const isUnknown = used.requests > 0 && (await isAllUnpriced({ tenantId, sinceDate: firstDateOf(used, quota) }));
    return isUnknown ? null : used.costMicroUsd;
  };
  const [costToday, costThisMonth] = await Promise.all([costIn(today), costIn(month)]);
  return {
    ...quota,
    today: { ...today, costMicroUsd: costToday },
    month: { ...month, costMicroUsd: costThisMonth },
  };
}

function firstDateOf({ startsAt }: UsedInWindow, { timeZone }: Quota): string {
  return localDate(new Date(startsAt), timeZone);
}
