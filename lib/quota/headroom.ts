import { getEffectiveLimit, listLimits, listTenantLimits } from "./effective-limit";
import { resolvePlan } from "./resolve-plan";
import type { Counter, Headroom, KeyLimits, Limit, MeteredTenant, Metric, Window } from "./types";
import { windowAt } from "./window";

const defaultNearLimitPercent = 80;

/** The headroom under every limit of a tenant and, if given, one of its keys. Limits per minute are not counted here. */
export function listHeadroom({
  tenant,
  key,
  at,
}: {
  tenant: MeteredTenant;
  key: KeyLimits | null;
  at: Date;
}): Headroom[] {
  return listLimits({ tenant, key, at })
    .filter((limit) => limit.window !== "minute")
    .map((limit) => headroomUnder({ limit, tenant, at }));
}

/** How much of a limit is taken in the window that `at` lies in. A counter of another window counts for nothing. */
export function headroomUnder({ limit, tenant, at }: { limit: Limit; tenant: MeteredTenant; at: Date }): Headroom {
  const counter = findCounter({ counters: tenant.counters, limit, at });
  const { used, reserved } = counter?.[limit.metric] ?? { used: 0, reserved: 0 };
  const resetsAt = windowAt(limit.window, at, tenant.timeZone).endsAt;
  return { ...limit, used, reserved, remaining: Math.max(0, limit.cap - used - reserved), resetsAt };
}

/** What is left of a metric in a window for the tenant; null is unlimited, and a suspended tenant has nothing left. */
export function getRemaining(
  tenant: MeteredTenant,
  { metric, window }: { metric: Metric; window: Window },
  at: Date,
): number | null {
  const cap = getEffectiveLimit(tenant, { metric, window }, at);
  if (cap === null) return null;
  return headroomUnder({ limit: tenantLimit(tenant, { metric, window, cap }), tenant, at }).remaining;
}

/** Tokens left today and this month, whichever is less; null is unlimited. */
export function getRemainingTokens(tenant: MeteredTenant, at: Date): number | null {
  const remaining = (["day", "month"] as const)
    .map((window) => getRemaining(tenant, { metric: "tokens", window }, at))
    .filter((each) => each !== null);
  return remaining.length === 0 ? null : Math.min(...remaining);
}

/** Whether the tenant may make a call at all: not suspended, and something is left under each of its limits. */
export function canGenerate(tenant: MeteredTenant, at: Date): boolean {
  if (resolvePlan(tenant, at).suspended) return false;
  return listHeadroom({ tenant, key: null, at }).every(({ remaining }) => remaining > 0);
}

/** Whether any of the tenant's limits is taken to its plan's near-limit share or beyond. */
export function isNearLimit(tenant: MeteredTenant, at: Date): boolean {
  const { plan } = resolvePlan(tenant, at);
  const nearLimitPercent = plan?.nearLimitPercent ?? defaultNearLimitPercent;
  return listTenantLimits(tenant, at)
    .filter((limit) => limit.window !== "minute")
    .some((limit) => isNear(headroomUnder({ limit, tenant, at }), nearLimitPercent));
}

/** Whether used and reserved together reach the given share of the cap. A cap of zero is always reached. */
export function isNear(
  { cap, used, reserved }: { cap: number; used: number; reserved: number },
  nearLimitPercent: number,
): boolean {
  return (used + reserved) * 100 >= cap * nearLimitPercent;
}

/** Of several limits the tightest: the least share left; of equals the one that resets last. Null when there is none. */
export function tightest<T extends { cap: number; remaining: number; resetsAt: Date }>(limits: T[]): T | null {
  return limits.reduce<T | null>((first, next) => (first === null || isTighter(next, first) ? next : first), null);
}

function isTighter(a: { cap: number; remaining: number; resetsAt: Date }, b: typeof a): boolean {
  const [shareA, shareB] = [shareLeft(a), shareLeft(b)];
  return shareA === shareB ? a.resetsAt > b.resetsAt : shareA < shareB;
}

/** From 0 to 1; nothing is left under a cap of zero. */
export function shareLeft({ cap, remaining }: { cap: number; remaining: number }): number {
  return cap === 0 ? 0 : Math.max(0, remaining) / cap;
}

function findCounter({ counters, limit, at }: { counters: Counter[]; limit: Limit; at: Date }): Counter | null {
  return (
    counters.find(
      ({ subjectId, window, startsAt, endsAt }) =>
        subjectId === limit.subjectId && window === limit.window && startsAt <= at && at < endsAt,
    ) ?? null
  );
}

function tenantLimit(
  tenant: MeteredTenant,
  { metric, window, cap }: { metric: Metric; window: Window; cap: number },
): Limit {
  return { subject: "tenant", subjectId: tenant.id, metric, window, cap, origin: "plan" };
}
