import { countOf, formatCompact, formatCost, formatExact } from "@/components/ui/format-amount";
import { formatClock, formatRelative } from "@/components/ui/format-time";
import { tightest } from "@/lib/quota/headroom";
import { windowAt } from "@/lib/quota/window";
import type { QuotaLimit } from "@/lib/tenants/schema";

export type ShownLimit = Pick<
  QuotaLimit,
  "metric" | "window" | "cap" | "used" | "reserved" | "origin" | "resetsAt" | "refusedSince"
>;

export type HeadroomInput = {
  limit: ShownLimit;
  timeZone: string;
  /** Null for a client, who sees cost as a share of its budget: what the agency pays is its own affair. */
  currency: string | null;
  nearLimitPercent: number;
  /** Where an override stands in for it: the plan's own limit, null when that is none. Undefined without an override. */
  planCap?: number | null | undefined;
  now: Date;
};

/** All that a headroom bar shows, as percentages of its width and as words. */
export type Headroom = {
  level: "fine" | "near" | "over";
  usedPercent: number;
  reservedPercent: number;
  pacePercent: number;
  nearPercent: number;
  planPercent: number | null;
  words: {
    amounts: string;
    compact: string;
    reserved: string | null;
    renewal: string;
    pace: string | null;
    refusal: string | null;
    all: string;
  };
};

const windowNames = { minute: "this minute", day: "today", month: "this month" };
const metricNames = { tokens: "Tokens", requests: "Calls", cost: "Cost" };

/** Before this share of the window has passed, a pace says more about chance than about the rest of it. */
const paceFromShare = 0.04;

export function nameOfLimit({ metric, window }: Pick<ShownLimit, "metric" | "window">): string {
  return window === "minute" ? `${metricNames[metric]} a minute` : `${metricNames[metric]} ${windowNames[window]}`;
}

/** Where no plan says from which share on a limit is near. */
export const defaultNearLimitPercent = 80;

/** The limit of which the least share is left. One per minute is none of them: what is left of it comes back by itself. */
export function leastLeft(limits: QuotaLimit[]): QuotaLimit | null {
  const lasting = limits.filter(({ window }) => window !== "minute");
  return tightest(lasting.map((limit) => ({ ...limit, resetsAt: new Date(limit.resetsAt), limit })))?.limit ?? null;
}

/** Whether a smaller share is left of this limit than of the others of its subject; not where it has no others, or all is left of each. */
export function isLeastLeft(limit: QuotaLimit, all: QuotaLimit[]): boolean {
  const others = all.filter(({ subjectId, window }) => subjectId === limit.subjectId && window !== "minute");
  const isWhole = limit.cap > 0 && limit.used + limit.reserved === 0;
  return others.length > 1 && !isWhole && leastLeft(others) === limit;
}

const metricOrder = ["tokens", "requests", "cost"];
const windowOrder = ["day", "month", "minute"];

/** What people look for first comes first: tokens before calls before cost, the day before the month. */
export function inReadingOrder<Limit extends Pick<ShownLimit, "metric" | "window">>(limits: Limit[]): Limit[] {
  const place = ({ metric, window }: Limit) =>
    Number(window === "minute") * 100 + metricOrder.indexOf(metric) * 10 + windowOrder.indexOf(window);
  return limits.toSorted((a, b) => place(a) - place(b));
}

export function headroomOf(input: HeadroomInput): Headroom {
  const { limit, nearLimitPercent, planCap } = input;
  const taken = limit.used + limit.reserved;
  const level = taken >= limit.cap ? "over" : taken * 100 >= limit.cap * nearLimitPercent ? "near" : "fine";
  const pace = paceOf(input);
  const usedPercent = percentOf(limit.used, limit.cap);
  const reservedPercent = Math.min(percentOf(limit.reserved, limit.cap), 100 - usedPercent);

  return {
    level,
    usedPercent,
    reservedPercent,
    pacePercent: Math.max(0, percentOf(pace ?? 0, limit.cap) - usedPercent - reservedPercent),
    nearPercent: nearLimitPercent,
    planPercent: planCap === undefined ? null : planCap === null ? 100 : percentOf(planCap, limit.cap),
    words: wordsOf(input, pace),
  };
}

/** What will have been used at the reset if it goes on like this; null while it is too early to say. */
function paceOf({ limit, timeZone, now }: HeadroomInput): number | null {
  if (limit.window === "minute") return null;
  const { startsAt, endsAt } = windowAt(limit.window, now, timeZone);
  const share = (now.getTime() - startsAt.getTime()) / (endsAt.getTime() - startsAt.getTime());
  return share < paceFromShare ? null : Math.round(limit.used / share);
}

function wordsOf({ limit, timeZone, currency, planCap, now }: HeadroomInput, pace: number | null): Headroom["words"] {
  const { metric, cap, used, reserved } = limit;
  const exact = (amount: number) => (metric === "cost" ? costInWords(amount, limit, currency) : formatExact(amount));
  const short = (amount: number) => (metric === "cost" ? costInWords(amount, limit, currency) : formatCompact(amount));
  const renews = new Date(limit.resetsAt);

  const amounts = `${exact(used)} of ${countedCap(limit, currency)} ${windowNames[limit.window]}`;
  const renewal = `renews ${formatClock(renews, { timeZone, now })} ${timeZone} (${formatRelative(renews, now)})`;
  const refusal = refusalOf(limit, { timeZone, now });
  const held = reserved > 0 ? `${exact(reserved)} reserved by calls under way` : null;
  const paceWords = refusal === null && pace !== null ? paceInWords({ limit, pace, timeZone, now, short }) : null;
  const all = [
    `${nameOfLimit(limit)}: ${exact(used)} of ${exact(cap)} used`,
    held,
    `${exact(Math.max(0, cap - used - reserved))} left`,
    refusal,
    paceWords,
    planCap !== undefined &&
      `set by an override, the plan's own limit is ${planCap === null ? "none" : exact(planCap)}`,
    renewal,
  ];

  return {
    amounts,
    compact: `${short(used)} of ${short(cap)}`,
    reserved: held,
    renewal,
    pace: paceWords,
    refusal,
    all: all.filter(Boolean).join("; "),
  };
}

function costInWords(amount: number, { cap }: ShownLimit, currency: string | null): string {
  return currency === null ? shareInWords(amount, cap) : formatCost(amount, currency);
}

/** `42 %`, rounded down; of what is more than nothing never `0 %`. */
export function shareInWords(part: number, whole: number): string {
  const percent = percentOf(part, whole);
  return percent > 0 && percent < 1 ? "<\u00a01\u00a0%" : `${Math.floor(percent)}\u00a0%`;
}

function countedCap({ metric, cap }: ShownLimit, currency: string | null): string {
  if (metric === "cost") return currency === null ? "the budget" : formatCost(cap, currency);
  return countOf(cap, metric === "tokens" ? "token" : "call");
}

/** `14:02`, in the client's zone; null where nobody has called since the limit was used up. */
export function refusedSince({ refusedSince }: Pick<ShownLimit, "refusedSince">, clock: Clock): string | null {
  return refusedSince && formatClock(new Date(refusedSince), clock);
}

type Clock = { timeZone: string; now: Date };

function refusalOf(limit: ShownLimit, clock: Clock): string | null {
  const { cap, used, reserved } = limit;
  if (cap === 0) return "set to 0, every call is refused";
  if (used >= cap) {
    const since = refusedSince(limit, clock);
    return since === null ? "used up, calls are refused until it renews" : `used up, calls refused since ${since}`;
  }
  if (used + reserved >= cap) return "the rest is reserved by calls under way";
  return null;
}

type PaceInWords = { limit: ShownLimit; pace: number; timeZone: string; now: Date; short: (amount: number) => string };

function paceInWords({ limit, pace, timeZone, now, short }: PaceInWords): string | null {
  if (limit.used === 0) return null;
  if (pace <= limit.cap) return `at this pace about ${short(pace)} by then`;

  const { startsAt } = windowAt(limit.window, now, timeZone);
  const perMs = limit.used / (now.getTime() - startsAt.getTime());
  const endsAt = new Date(startsAt.getTime() + limit.cap / perMs);
  return `at this pace used up about ${formatClock(endsAt, { timeZone, now })}`;
}

function percentOf(part: number, whole: number): number {
  if (whole === 0) return 100;
  return Math.min(100, (part / whole) * 100);
}
