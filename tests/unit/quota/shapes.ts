import type { Counter, KeyLimits, Limit, MeteredTenant, Plan, PlanLimits, Subscription } from "@/lib/quota/types";

/** Plain values for the quota rules: unlimited and empty unless a test says otherwise. */

export const unlimited: PlanLimits = {
  dailyTokenLimit: null,
  monthlyTokenLimit: null,
  dailyRequestLimit: null,
  monthlyRequestLimit: null,
  requestsPerMinute: null,
  monthlyCostLimitMicroUsd: null,
};

export function planOf(given: Partial<Plan> = {}): Plan {
  return {
    id: "plan",
    name: "Plan",
    ...unlimited,
    nearLimitPercent: 80,
    allowedModels: [],
    strict: false,
    defaultOutputTokens: 1_000,
    unpricedPolicy: null,
    ...given,
  };
}

export function tenantOf(given: Partial<MeteredTenant> = {}): MeteredTenant {
  return {
    id: "tenant",
    status: "active",
    timeZone: "Europe/Brussels",
    dailyTokenLimit: null,
    dailyTokenLimitExpiresAt: null,
    subscriptions: [],
    defaultPlan: null,
    counters: [],
    ...given,
  };
}

export function keyOf(given: Partial<KeyLimits> = {}): KeyLimits {
  return {
    id: "key",
    dailyTokenLimit: null,
    monthlyTokenLimit: null,
    dailyRequestLimit: null,
    monthlyRequestLimit: null,
    requestsPerMinute: null,
    concurrency: null,
    ...given,
  };
}

export function subscriptionTo(plan: Plan, startsAt: string, endsAt: string | null = null): Subscription {
  return { plan, startsAt: new Date(startsAt), endsAt: endsAt === null ? null : new Date(endsAt) };
}

const none = { used: 0, reserved: 0 };

export function counterOf(given: Partial<Counter> & Pick<Counter, "window" | "startsAt" | "endsAt">): Counter {
  return { subjectId: "tenant", requests: none, tokens: none, cost: none, ...given };
}

export function limitOf(given: Partial<Limit> = {}): Limit {
  return {
    subject: "tenant",
    subjectId: "tenant",
    metric: "tokens",
    window: "day",
    cap: 100,
    origin: "plan",
    ...given,
  };
}
