import type { InFlight } from "../metering/batch";
import { tightest } from "../quota/headroom";
import type { Headroom } from "../quota/types";
import type { GatewayFailure } from "./failure";
import { formatReset, limitHeaders, secondsUntil } from "./limit-headers";

/** A refused call: what it needed, and what the counters held. */
export type RefusedCall = {
  headroom: Headroom[];
  inFlight: InFlight | null;
  needed: { tokens: number; cost: number };
  timeZone: string;
  at: Date;
  /** The status that the client wants for a used-up quota: some lose the text of a 429. */
  quotaStatus: 402 | 429;
  /** What the agency adds in its own words; null for nothing. */
  note: string | null;
};

export type Refusal = GatewayFailure & {
  /** Which limit bound, for counting: `tokens_day_tenant`, `concurrency`. */
  reason: string;
  /** Nothing but time or staff can make room: not calls that end. Only such a refusal may be repeated from memory. */
  isUsedUp: boolean;
  resetsAt: Date;
};

const maxRetrySeconds = 60;

/**
 * The answer to a refused call. It names the tightest limit that had no room, its use and when it resets, tells "used up"
 * apart from "reserved at the moment", and holds no money figures.
 */
export function refusalOf(call: RefusedCall): Refusal {
  const violated = call.headroom.filter((limit) => !hasRoom(limit, call.needed));
  const limit = tightest(violated.filter(({ window }) => window !== "minute")) ?? tightest(violated);
  if (limit === null) return concurrencyRefusal(call);
  return limit.window === "minute" ? rateRefusal(call, limit) : quotaRefusal(call, limit);
}

function hasRoom({ metric, remaining }: Headroom, needed: RefusedCall["needed"]): boolean {
  if (metric === "requests") return remaining >= 1;
  return remaining >= Math.max(1, metric === "tokens" ? needed.tokens : needed.cost);
}

function quotaRefusal(call: RefusedCall, limit: Headroom): Refusal {
  const isUsedUp = limit.used >= limit.cap;
  const seconds = secondsUntil(limit.resetsAt, call.at);
  return {
    status: call.quotaStatus,
    code: "insufficient_quota",
    message: [
      `You exceeded your current quota: ${quotaText(call, limit)}`,
      ...(call.note === null ? [] : [call.note]),
    ].join(" "),
    reason: `${limit.metric}_${limit.window}_${limit.subject}`,
    isUsedUp,
    resetsAt: limit.resetsAt,
    ...(seconds <= maxRetrySeconds && limit.cap > 0 ? { retryAfterSeconds: seconds } : {}),
    headers: { ...limitHeaders(call.headroom, call.at), ...neverAgain },
  };
}

function quotaText(call: RefusedCall, limit: Headroom): string {
  const name = `the ${limit.window === "day" ? "daily" : "monthly"} ${metricName[limit.metric]} limit of this ${owner(limit)}`;
  if (limit.cap > 0) return `${useText(name, call, limit)} ${resetText(limit.resetsAt, call)}`;
  return `${name} ${limit.metric === "cost" ? "leaves no room for any call" : "is set to 0"}. ${untilRaised}`;
}

/** What is not to be used at all does not renew. */
const untilRaised = "No call is let through until it is raised.";

function useText(name: string, { needed }: RefusedCall, limit: Headroom): string {
  if (limit.metric === "cost")
    return limit.used >= limit.cap ? `${name} is used up.` : `${name} has no room for this call.`;

  const cap = `${format(limit.cap)} ${limit.metric}`;
  if (limit.used >= limit.cap) return `${name} is used up (${format(limit.used)} of ${cap} used).`;
  const reserved =
    limit.reserved > 0
      ? ` and ${format(limit.reserved)} reserved at the moment by calls in progress, which return what they do not use`
      : "";
  const need = limit.metric === "tokens" ? `; this call needs ${format(Math.max(1, needed.tokens))}` : "";
  return `${name} has too little room (${format(limit.used)} of ${cap} used${reserved}${need}).`;
}

function rateRefusal(call: RefusedCall, limit: Headroom): Refusal {
  const seconds = Math.min(maxRetrySeconds, Math.max(1, secondsUntil(limit.resetsAt, call.at)));
  const milliseconds = Math.min(maxRetrySeconds * 1_000, Math.max(1, limit.resetsAt.getTime() - call.at.getTime()));
  const pace = limit.cap === 1 ? "1 request" : `${format(limit.cap)} requests`;
  return {
    status: 429,
    code: "rate_limit_exceeded",
    message: `Rate limit reached: this ${owner(limit)} may make ${pace} per minute. ${limit.cap === 0 ? untilRaised : `Try again in ${formatReset(seconds)}.`}`,
    reason: `${limit.metric}_${limit.window}_${limit.subject}`,
    isUsedUp: true,
    resetsAt: limit.resetsAt,
    retryAfterSeconds: seconds,
    headers: {
      ...limitHeaders(call.headroom, call.at),
      "retry-after-ms": String(milliseconds),
      ...(limit.cap === 0 && neverAgain),
    },
  };
}

function concurrencyRefusal(call: RefusedCall): Refusal {
  const cap = call.inFlight?.cap ?? 0;
  return {
    status: 429,
    code: "rate_limit_exceeded",
    message: `Rate limit reached: this key may have ${format(cap)} ${cap === 1 ? "call" : "calls"} in progress at a time. ${cap === 0 ? untilRaised : "Try again when one has ended."}`,
    reason: "concurrency",
    isUsedUp: false,
    resetsAt: call.at,
    retryAfterSeconds: 1,
    headers: { ...limitHeaders(call.headroom, call.at), ...(cap === 0 && neverAgain) },
  };
}

const neverAgain = { "x-should-retry": "false" };
const metricName = { requests: "request", tokens: "token", cost: "cost" };

function owner({ subject }: Headroom): string {
  return subject === "tenant" ? "client" : "key";
}

/** `It renews at 2026-11-22 00:00 Europe/Brussels (in 5 h 12 min).` */
function resetText(resetsAt: Date, { at, timeZone }: RefusedCall): string {
  const local = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone }).format(resetsAt);
  const minutes = Math.ceil(secondsUntil(resetsAt, at) / 60);
  const days = Math.floor(minutes / 1_440);
  const hours = Math.floor((minutes % 1_440) / 60);
  const parts = [days > 0 ? `${days} d` : "", hours > 0 ? `${hours} h` : "", days === 0 ? `${minutes % 60} min` : ""];
  return `It renews at ${local} ${timeZone} (in ${parts.filter(Boolean).join(" ")}).`;
}

function format(amount: number): string {
  return amount.toLocaleString("en-US");
}
