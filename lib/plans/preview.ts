import { matchesModel } from "../quota/model-pattern";
import { resolvePlan } from "../quota/resolve-plan";
import type { Plan, Tenant } from "../quota/types";
import type { PreviewRefusal } from "./schema";

/** What a client used on one local date. */
export type DayOfUse = {
  date: string;
  requests: number;
  tokens: number;
  costMicroUsd: number;
  /** Of the requests those whose model had no price. */
  unpriced: number;
  blocked: number;
};

/** What a client used: whole months by day, and of the days from `from` on what only the ledger knows. */
export type PastUse = {
  from: string;
  days: DayOfUse[];
  models: { model: string | null; calls: number; firstOn: string }[];
  /** Minutes with more calls than this cap lets pass. */
  minutes: { cap: number; minutes: number; beyond: number; firstOn: string } | null;
};

/** A plan that is changed: itself, and whether it is then the default plan. */
export type ChangedPlan = { plan: Plan; isDefault: boolean };

/** The plan that a client is on, and the one that it would be on by the change. */
export function plansOf(tenant: Tenant, changed: ChangedPlan, at: Date): { present: Plan | null; next: Plan | null } {
  const { plan, isDefault } = changed;
  const defaultNext = isDefault ? plan : tenant.defaultPlan?.id === plan.id ? null : tenant.defaultPlan;
  const subscriptions = tenant.subscriptions.map((each) => (each.plan.id === plan.id ? { ...each, plan } : each));
  return {
    present: resolvePlan(tenant, at).plan,
    next: resolvePlan({ ...tenant, subscriptions, defaultPlan: defaultNext }, at).plan,
  };
}

type Judged = {
  tenant: Tenant;
  present: Plan | null;
  next: Plan | null;
  use: PastUse;
  agencyPolicy: "refuse" | "pass";
};

/**
 * What the plan to come would have refused of what was used, where it is more than the plan as it is would have: use that a
 * raise or a correction had let pass is none of the change's doing.
 */
export function refusalsOf({ tenant, present, next, use, agencyPolicy }: Judged): PreviewRefusal[] {
  // One that ends, such as a raise for today, gives way to the plan.
  const hasOverride = tenant.dailyTokenLimit !== null && tenant.dailyTokenLimitExpiresAt === null;
  const before = causesUnder(present, { use, hasOverride, agencyPolicy });
  return causesUnder(next, { use, hasOverride, agencyPolicy }).filter(
    ({ cause, beyond }) => beyond > (before.find((each) => each.cause === cause)?.beyond ?? 0),
  );
}

type Facts = { use: PastUse; hasOverride: boolean; agencyPolicy: "refuse" | "pass" };

function causesUnder(plan: Plan | null, { use, hasOverride, agencyPolicy }: Facts): PreviewRefusal[] {
  if (plan === null) return [];
  const byDate = use.days.filter(({ date }) => date >= use.from);
  return [
    // A limit that is set by hand stays what it is.
    hasOverride ? null : byDay("tokens_day", plan.dailyTokenLimit, byDate, ({ tokens }) => tokens),
    byMonth("tokens_month", plan.monthlyTokenLimit, use, ({ tokens }) => tokens),
    byDay("requests_day", plan.dailyRequestLimit, byDate, ({ requests }) => requests),
    byMonth("requests_month", plan.monthlyRequestLimit, use, ({ requests }) => requests),
    byMinute(plan, use),
    byMonth("cost_month", plan.monthlyCostLimitMicroUsd, use, ({ costMicroUsd }) => costMicroUsd),
    byModel(plan, use),
    byPrice(plan, byDate, agencyPolicy),
  ].filter((refusal) => refusal !== null);
}

type Amount = (day: DayOfUse) => number;

function byDay(cause: PreviewRefusal["cause"], cap: number | null, days: DayOfUse[], amountOf: Amount) {
  if (cap === null) return null;
  const over = days.filter((day) => amountOf(day) > cap);
  return refusal({ cause, cap, over: over.map((day) => ({ on: day.date, beyond: amountOf(day) - cap })) });
}

/** A month's use adds up from its first day; what passed before `from` is not of these days. */
function byMonth(cause: PreviewRefusal["cause"], cap: number | null, { days, from }: PastUse, amountOf: Amount) {
  if (cap === null) return null;
  const months = Map.groupBy(days, ({ date }) => date.slice(0, 7)).values();
  const over = [...months].flatMap((month) => {
    let used = 0;
    let beyond = 0;
    let on: string | null = null;
    for (const day of month.toSorted((a, b) => a.date.localeCompare(b.date))) {
      const passed = Math.max(0, cap - used);
      used += amountOf(day);
      if (day.date < from || amountOf(day) <= passed) continue;
      beyond += amountOf(day) - passed;
      on ??= day.date;
    }
    return on === null ? [] : [{ on, beyond }];
  });
  return refusal({ cause, cap, over });
}

function byMinute({ requestsPerMinute: cap }: Plan, { minutes }: PastUse): PreviewRefusal | null {
  if (cap === null || minutes?.cap !== cap) return null;
  return { cause: "requests_minute", cap, times: minutes.minutes, beyond: minutes.beyond, firstOn: minutes.firstOn };
}

function byModel({ allowedModels }: Plan, { models }: PastUse): PreviewRefusal | null {
  if (allowedModels.length === 0) return null;
  const refused = models.filter(
    ({ model }) => model === null || !allowedModels.some((pattern) => matchesModel(pattern, model)),
  );
  return callsOf(
    "model",
    refused.map(({ calls, firstOn }) => ({ on: firstOn, beyond: calls })),
  );
}

/** Where cost is limited, a model without a price is refused, if plan or agency have it so. */
function byPrice(plan: Plan, days: DayOfUse[], agencyPolicy: "refuse" | "pass"): PreviewRefusal | null {
  if (plan.monthlyCostLimitMicroUsd === null || (plan.unpricedPolicy ?? agencyPolicy) === "pass") return null;
  return callsOf(
    "unpriced",
    days.filter(({ unpriced }) => unpriced > 0).map((day) => ({ on: day.date, beyond: day.unpriced })),
  );
}

type Over = { on: string; beyond: number }[];

function callsOf(cause: PreviewRefusal["cause"], over: Over): PreviewRefusal | null {
  const found = refusal({ cause, cap: null, over });
  return found && { ...found, times: found.beyond };
}

function refusal({ cause, cap, over }: { cause: PreviewRefusal["cause"]; cap: number | null; over: Over }) {
  const firstOn = over.map(({ on }) => on).toSorted()[0];
  if (firstOn === undefined) return null;
  return { cause, cap, times: over.length, beyond: over.reduce((sum, { beyond }) => sum + beyond, 0), firstOn };
}
