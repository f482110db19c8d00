import { formatCompact } from "@/components/ui/format-amount";
import type { Quota, UpdateTenantInput } from "@/lib/tenants/schema";

export const raisePercent = 50;

/** What raises today's tokens until midnight at the client's; null where there is no limit that a raise would change. */
export function raiseOf({ dailyTokenLimit, today }: Quota): (UpdateTenantInput & { dailyTokenLimit: number }) | null {
  const { effective } = dailyTokenLimit;
  if (effective === null || effective === 0) return null;
  return {
    dailyTokenLimit: Math.ceil((effective * (100 + raisePercent)) / 100),
    dailyTokenLimitReason: `Raised by ${raisePercent} % for today, from ${formatCompact(effective)}`,
    dailyTokenLimitExpiresAt: today.resetsAt,
  };
}
