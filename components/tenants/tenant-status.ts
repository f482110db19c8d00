import type { QuotaLimit, TenantListItem } from "@/lib/tenants/schema";

export const defaultNearLimitPercent = 80;

export type Attention = { tenant: TenantListItem; limit: QuotaLimit; level: "over" | "near" };

/** Active tenants at or near a limit: the ones over it first, then the tightest. */
export function listAttention(tenants: TenantListItem[]): Attention[] {
  return tenants
    .filter(({ status }) => status === "active")
    .flatMap((tenant) => attentionOf(tenant) ?? [])
    .sort((a, b) => shareLeft(a.limit) - shareLeft(b.limit) || a.tenant.name.localeCompare(b.tenant.name));
}

/** The tighter of its day's and its month's limit, when that is near or used up. */
function attentionOf(tenant: TenantListItem): Attention | null {
  const [limit] = [tenant.today, tenant.month]
    .filter((each) => each !== null)
    .filter((each) => each.near || each.remaining === 0)
    .sort((a, b) => shareLeft(a) - shareLeft(b));
  return limit ? { tenant, limit, level: limit.remaining === 0 ? "over" : "near" } : null;
}

/** Whether the override is in force now. */
export function hasOverride(
  tenant: Pick<TenantListItem, "dailyTokenLimit" | "dailyTokenLimitExpiresAt">,
  now: Date,
): boolean {
  const { dailyTokenLimit, dailyTokenLimitExpiresAt } = tenant;
  return dailyTokenLimit !== null && (dailyTokenLimitExpiresAt === null || new Date(dailyTokenLimitExpiresAt) > now);
}

function shareLeft({ cap, remaining }: QuotaLimit): number {
  return cap === 0 ? 0 : remaining / cap;
}
