import type { TenantListItem } from "@/lib/tenants/schema";

/** Whether the override is in force now. */
export function hasOverride(
  tenant: Pick<TenantListItem, "dailyTokenLimit" | "dailyTokenLimitExpiresAt">,
  now: Date,
): boolean {
  const { dailyTokenLimit, dailyTokenLimitExpiresAt } = tenant;
  return dailyTokenLimit !== null && (dailyTokenLimitExpiresAt === null || new Date(dailyTokenLimitExpiresAt) > now);
}
