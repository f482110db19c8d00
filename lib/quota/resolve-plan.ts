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

/** The next instant after `at` at which the tenant's plan or override changes by itself; null when none is known. */
export function nextChangeAt(tenant: Tenant, at: Date): Date | null {
  const instants = tenant.subscriptions
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .concat(tenant.dailyTokenLimit === null ? null : tenant.dailyTokenLimitExpiresAt)
    .filter((instant) => instant !== null)
    .filter((instant) => instant > at);
  return instants.length === 0 ? null : new Date(Math.min(...instants.map(Number)));
}
