import type { TenantListItem } from "@/lib/tenants/schema";

export const defaultNearLimitPercent = 80;

/** Whether the override is in force now. */
export function hasOverride(
  tenant: Pick<TenantListItem, "dailyTokenLimit" | "dailyTokenLimitExpiresAt">,
  now: Date,
): boolean {
  const { dailyTokenLimit, dailyTokenLimitExpiresAt } = tenant;
  return dailyTokenLimit !== null && (dailyTokenLimitExpiresAt === null || new Date(dailyTokenLimitExpiresAt) > now);
}
