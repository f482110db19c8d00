import { resolvePlan } from "./resolve-plan";
import type { KeyLimits, Limit, Metric, PlanLimits, Tenant, Window } from "./types";

/** Which field of a plan or key caps which metric in which window. */
const limitFields = [
  { metric: "requests", window: "minute", field: "requestsPerMinute" },
  { metric: "requests", window: "day", field: "dailyRequestLimit" },
  { metric: "requests", window: "month", field: "monthlyRequestLimit" },
  { metric: "tokens", window: "day", field: "dailyTokenLimit" },
  { metric: "tokens", window: "month", field: "monthlyTokenLimit" },
  { metric: "cost", window: "month", field: "monthlyCostLimitMicroUsd" },
] as const satisfies { metric: Metric; window: Window; field: keyof PlanLimits }[];

/** The manual override where there is one in force; null is none, 0 is a limit. */
export function getOverride(tenant: Tenant, at: Date): number | null {
  const { dailyTokenLimit, dailyTokenLimitExpiresAt } = tenant;
  const expired = dailyTokenLimitExpiresAt !== null && dailyTokenLimitExpiresAt <= at;
  return expired ? null : dailyTokenLimit;
}

/** The override if there is one and it has not expired, else the plan's limit. 0 blocks all, null is unlimited. */
export function getEffectiveDailyTokenLimit(tenant: Tenant, at: Date): number | null {
  return getEffectiveLimit(tenant, { metric: "tokens", window: "day" }, at);
}

/** The tenant's own cap on a metric in a window; null is unlimited. Nothing is allowed to a suspended tenant: 0. */
export function getEffectiveLimit(
  tenant: Tenant,
  { metric, window }: { metric: Metric; window: Window },
  at: Date,
): number | null {
  if (resolvePlan(tenant, at).suspended) return 0;

  const limit = listTenantLimits(tenant, at).find((each) => each.metric === metric && each.window === window);
  return limit ? limit.cap : null;
}

/** Every limit that applies to a call of this tenant made with this key; without a key (playground) the tenant's alone. */
export function listLimits({ tenant, key, at }: { tenant: Tenant; key: KeyLimits | null; at: Date }): Limit[] {
  return [...listTenantLimits(tenant, at), ...(key ? listKeyLimits(key) : [])];
}

export function listTenantLimits(tenant: Tenant, at: Date): Limit[] {
  const { plan } = resolvePlan(tenant, at);
  const override = getOverride(tenant, at);

  return limitFields.flatMap(({ metric, window, field }) => {
    const overridden = field === "dailyTokenLimit" && override !== null;
    const cap = overridden ? override : (plan?.[field] ?? null);
    if (cap === null) return [];
    return [{ subject: "tenant", subjectId: tenant.id, metric, window, cap, origin: overridden ? "override" : "plan" }];
  });
}

export function listKeyLimits(key: KeyLimits): Limit[] {
  return limitFields.flatMap(({ metric, window, field }) => {
    const cap = field === "monthlyCostLimitMicroUsd" ? null : key[field];
    if (cap === null) return [];
    return [{ subject: "key", subjectId: key.id, metric, window, cap, origin: "key" }];
  });
}
