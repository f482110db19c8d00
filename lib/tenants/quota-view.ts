import { getEffectiveDailyTokenLimit, getOverride, listKeyLimits, listTenantLimits } from "../quota/effective-limit";
import { canGenerate, getRemainingTokens, headroomUnder, isNear, isNearLimit, tightest } from "../quota/headroom";
import { resolvePlan } from "../quota/resolve-plan";
import { headroomOfMinute } from "../quota/sliding-minute";
import type { KeyLimits, Limit, MeteredTenant } from "../quota/types";
import { windowAt } from "../quota/window";
import type { Quota, QuotaLimit, TenantListItem, UsedAmounts } from "./schema";
import { type KeyFacts, type MeteredRow, type MeteredRowWithKeys, type Pace, tenantOf } from "./store";

const minuteMs = 60_000;
/** Where no plan says from which share on a limit is near. */
const defaultNearLimitPercent = 80;

type View = { metered: MeteredRow; now: Date };

/** What a tenant may use and has used, with the limits of the given keys. */
export function quotaOf({ metered, now }: { metered: MeteredRowWithKeys; now: Date }): Quota {
  const { row, tenant, keys } = metered;
  const override = getOverride(tenant, now);
  return {
    tenantId: row.id,
    tenantName: row.name,
    status: row.status,
    timeZone: row.timeZone,
    plan: tenantOf(row, tenant.defaultPlan, now).plan,
    limits: [...tenantLimits({ metered, now }), ...keys.flatMap((key) => keyLimits({ metered, now, key }))],
    dailyTokenLimit: {
      effective: getEffectiveDailyTokenLimit(tenant, now),
      fromPlan: resolvePlan(tenant, now).plan?.dailyTokenLimit ?? null,
      override,
      overrideReason: override === null ? null : row.dailyTokenLimitReason,
      overrideExpiresAt: override === null ? null : (row.dailyTokenLimitExpiresAt?.toISOString() ?? null),
    },
    today: usedIn({ tenant, window: "day", now }),
    month: usedIn({ tenant, window: "month", now }),
    canGenerate: row.archivedAt === null && canGenerate(tenant, now),
    remainingTokens: getRemainingTokens(tenant, now),
    nearLimit: isNearLimit(tenant, now),
  };
}

/** A tenant as the list of clients shows it. */
export function listItemOf({ metered, now, keys }: View & { keys: KeyFacts }): TenantListItem {
  const { row, tenant } = metered;
  const limits = tenantLimits({ metered, now });
  const tightestIn = (window: QuotaLimit["window"]) =>
    tightest(
      limits
        .filter((limit) => limit.window === window)
        .map((limit) => ({ ...limit, resetsAt: new Date(limit.resetsAt) })),
    );
  return {
    ...tenantOf(row, tenant.defaultPlan, now),
    today: dated(tightestIn("day")),
    month: dated(tightestIn("month")),
    usedToday: amountsIn(tenant, "day", now),
    usedThisMonth: amountsIn(tenant, "month", now),
    activeKeys: keys.activeKeys,
    lastUsedAt: keys.lastUsedAt?.toISOString() ?? null,
  };
}

function tenantLimits({ metered: { tenant, paces }, now }: View): QuotaLimit[] {
  return describe({ limits: listTenantLimits(tenant, now), tenant, paces, now });
}

function keyLimits({ metered: { tenant, paces }, now, key }: View & { key: KeyLimits }): QuotaLimit[] {
  return describe({ limits: listKeyLimits(key), tenant, paces, now });
}

/** The limits of one subject with what is taken of each; the tightest is the one that will refuse first. */
function describe({
  limits,
  tenant,
  paces,
  now,
}: {
  limits: Limit[];
  tenant: MeteredTenant;
  paces: Pace[];
  now: Date;
}): QuotaLimit[] {
  const nearLimitPercent = resolvePlan(tenant, now).plan?.nearLimitPercent ?? defaultNearLimitPercent;
  const headroom = limits.map((limit) =>
    limit.window === "minute"
      ? headroomOfMinute(
          limit,
          callsOfMinutes(
            paces.find(({ subjectId }) => subjectId === limit.subjectId),
            now,
          ),
          now,
        )
      : headroomUnder({ limit, tenant, at: now }),
  );
  const binding = tightest(headroom);
  return headroom.map((each) => ({
    ...each,
    resetsAt: each.resetsAt.toISOString(),
    binding: each === binding,
    near: isNear(each, nearLimitPercent),
    refusedSince: null,
  }));
}

/** What was counted of the minute that runs, and of the one before. */
function callsOfMinutes(pace: Pace | undefined, now: Date): [number, number] {
  const age = pace ? Math.floor((now.getTime() - pace.minuteStartsAt.getTime()) / minuteMs) : Number.POSITIVE_INFINITY;
  if (pace && age === 0) return [pace.minuteCalls, pace.previousMinuteCalls];
  return [0, pace && age === 1 ? pace.minuteCalls : 0];
}

function usedIn({
  tenant,
  window,
  now,
}: {
  tenant: MeteredTenant;
  window: "day" | "month";
  now: Date;
}): Quota["today"] {
  const { startsAt, endsAt } = windowAt(window, now, tenant.timeZone);
  return { ...amountsIn(tenant, window, now), startsAt: startsAt.toISOString(), resetsAt: endsAt.toISOString() };
}

/** What the tenant itself, over all its keys, used in the window that runs. */
function amountsIn(tenant: MeteredTenant, window: "day" | "month", now: Date): UsedAmounts {
  const counter = tenant.counters.find(
    (each) => each.subjectId === tenant.id && each.window === window && each.startsAt <= now && now < each.endsAt,
  );
  return {
    requests: counter?.requests.used ?? 0,
    tokens: counter?.tokens.used ?? 0,
    costMicroUsd: counter?.cost.used ?? 0,
  };
}

function dated<T extends { resetsAt: Date }>(limit: T | null): (Omit<T, "resetsAt"> & { resetsAt: string }) | null {
  return limit && { ...limit, resetsAt: limit.resetsAt.toISOString() };
}
