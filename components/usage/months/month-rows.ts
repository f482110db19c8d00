import type { MonthlyUsageList, UsageTotals } from "@/lib/usage/schema";

export type MonthRow = Pick<
  UsageTotals,
  "requests" | "totalTokens" | "blocked" | "costMicroUsd" | "unpricedRequests"
> & {
  month: string;
};

export const allKeys = "all";

/**
 * Each month of a client as a whole or, with a key's id, of that key alone. Months without use are there too, but for those
 * before the first that has any.
 */
export function monthRows({ items }: MonthlyUsageList, keyId: string): MonthRow[] {
  const first = Math.max(0, items.findLastIndex(isUsed));
  return items.slice(0, first + 1).map(({ month, byKey, ...whole }) => {
    const use = keyId === allKeys ? whole : byKey.find(({ apiKeyId }) => apiKeyId === keyId);
    return {
      month,
      requests: use?.requests ?? 0,
      totalTokens: use?.totalTokens ?? 0,
      blocked: use?.blocked ?? 0,
      costMicroUsd: use ? use.costMicroUsd : 0,
      unpricedRequests: use?.unpricedRequests ?? 0,
    };
  });
}

/** Whether anything was used before the month that runs. */
export function isUsedBefore({ items }: MonthlyUsageList): boolean {
  return items.slice(1).some(isUsed);
}

/** Corrections may take back as much as was used, or more. */
function isUsed({ requests, failed, blocked, free, totalTokens, costMicroUsd }: UsageTotals): boolean {
  return [requests, failed, blocked, free, totalTokens, costMicroUsd].some((amount) => amount !== 0);
}

/** How much of a limit was used, in whole percent, rounded down; more than it may be over 100, a month corrected below zero is 0. */
export function percentOfLimit(amount: number, cap: number): number {
  return cap === 0 ? 100 : Math.max(0, Math.floor((amount / cap) * 100));
}

/** The keys that were used in any of the months, by their newest name. */
export function keysOf({ items }: MonthlyUsageList): { value: string; label: string }[] {
  const names = new Map<string, string>();
  for (const { byKey } of items)
    for (const { apiKeyId, apiKeyName, revoked } of byKey)
      names.set(apiKeyId, revoked ? `${apiKeyName} (revoked)` : apiKeyName);
  return [...names]
    .map(([value, label]) => ({ value, label }))
    .toSorted((a, b) => a.label.localeCompare(b.label, "en"));
}

/** `November 2026` */
export function monthName(month: string): string {
  return new Date(`${month}-15T12:00:00Z`).toLocaleDateString("en-GB", {
    timeZone: "UTC",
    month: "long",
    year: "numeric",
  });
}
