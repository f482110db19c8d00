import type { Plan, Tenant } from "./types";

export type ResolvedPlan = {
  plan: Plan | null;
  origin: "subscription" | "default" | "none";
  /** A suspended tenant keeps its plan, but nothing is allowed. */
  suspended: boolean;
};

/**
 * The one place where a tenant's plan is determined: the subscription in force at that time (of several the one that
 * started last), else the default plan, else none, which limits nothing.
 */
export function resolvePlan(tenant: Tenant, at: Date): ResolvedPlan {
  const suspended = tenant.status === "suspended";
  const inForce = tenant.subscriptions
    .filter(({ startsAt, endsAt }) => startsAt <= at && (endsAt === null || at < endsAt))
    .reduce<Tenant["subscriptions"][number] | null>(
      (latest, next) => (latest === null || next.startsAt >= latest.startsAt ? next : latest),
      null,
    );
  if (inForce) return { plan: inForce.plan, origin: "subscription", suspended };

  return { plan: tenant.defaultPlan, origin: tenant.defaultPlan ? "default" : "none", suspended };
}

/**
 * The span around `at` in which the tenant's plan and override stay what they are, as far as their own dates say:
 * [from, to), null where it is open.
 */
export function steadySpan(tenant: Tenant, at: Date): { from: Date | null; to: Date | null } {
  const changes = tenant.subscriptions
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .concat(tenant.dailyTokenLimit === null ? null : tenant.dailyTokenLimitExpiresAt)
    .filter((instant) => instant !== null)
    .map(Number);
  const before = changes.filter((instant) => instant <= at.getTime());
  const after = changes.filter((instant) => instant > at.getTime());
  return {
    from: before.length === 0 ? null : new Date(Math.max(...before)),
    to: after.length === 0 ? null : new Date(Math.min(...after)),
  };
}
