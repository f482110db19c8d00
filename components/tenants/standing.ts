import { countOf, formatCost, formatExact } from "@/components/ui/format-amount";
import { formatClock, formatRelative } from "@/components/ui/format-time";
import { leastLeft, nameOfLimit, refusedSince } from "@/components/usage/headroom";
import type { Quota, QuotaLimit } from "@/lib/tenants/schema";

/** Whether calls pass, and if not, why: what a colleague wants to know first when a client rings. */
export type Standing = {
  level: "over" | "near" | "fine";
  /** `Every call is refused` */
  title: string;
  /** What refuses calls, or will first, each in a sentence. */
  reasons: string[];
};

type StandingInput = { quota: Quota; nameOfKey: (keyId: string) => string; currency: string; now: Date };

export function standingOf({ quota, nameOfKey, currency, now }: StandingInput): Standing {
  if (quota.status === "suspended")
    return {
      level: "over",
      title: "Every call is refused",
      reasons: ["The client is suspended, until you resume it."],
    };

  const sentence = (limit: QuotaLimit) => sentenceOf({ limit, quota, nameOfKey, currency, now });
  const blocking = quota.limits.filter(isTaken);
  const ofTenant = blocking.filter(({ subject }) => subject === "tenant");
  if (ofTenant.length > 0) return { level: "over", title: "Every call is refused", reasons: blocking.map(sentence) };
  if (blocking.length > 0) {
    const keys = new Set(blocking.map(({ subjectId }) => subjectId)).size;
    return {
      level: "near",
      title: keys === 1 ? "Calls with one key are refused" : `Calls with ${keys} keys are refused`,
      reasons: blocking.map(sentence),
    };
  }
  const near = quota.limits.filter((limit) => limit.near);
  if (near.length > 0) return { level: "near", title: "Calls pass, not for long", reasons: near.map(sentence) };
  const tightest = leastLeft(quota.limits.filter(({ subject }) => subject === "tenant"));
  return {
    level: "fine",
    title: "Calls pass",
    reasons: tightest ? [sentence(tightest)] : ["Nothing limits this client."],
  };
}

function isTaken({ used, reserved, cap }: QuotaLimit): boolean {
  return used + reserved >= cap;
}

type SentenceInput = StandingInput & { limit: QuotaLimit };

/** `Tokens today: 50,000 of 50,000 tokens used, from the override; renews 00:00 Europe/Berlin (in 5 h).` */
function sentenceOf({ limit, quota: { timeZone }, nameOfKey, currency, now }: SentenceInput): string {
  const { subject, subjectId, origin, cap, near, remaining } = limit;
  const name = subject === "key" ? `${nameOfLimit(limit)} of key ${nameOfKey(subjectId)}` : nameOfLimit(limit);
  const source = { plan: "from the plan", override: "from the override", key: "set on the key" }[origin];
  const renews = new Date(limit.resetsAt);
  const renewal = `renews ${formatClock(renews, { timeZone, now })} ${timeZone} (${formatRelative(renews, now)})`;
  if (cap === 0) return `${name}: set to 0, ${source}, so nothing passes.`;
  const since = refusedSince(limit, { timeZone, now });
  const refusal = since === null ? "" : `; calls refused since ${since}`;
  const left = near && remaining > 0 ? tooLargeInWords(limit, currency) : "";
  return `${name}: ${takenInWords(limit, currency)}, ${source}${refusal}${left}; ${renewal}.`;
}

/** Of what is not used up some calls are refused already: those that need more than is left. A call counts as one. */
function tooLargeInWords({ metric, remaining }: QuotaLimit, currency: string): string {
  if (metric === "requests") return "";
  const amount = metric === "cost" ? formatCost(remaining, currency) : formatExact(remaining);
  return `; a call that needs more than the ${amount} left is refused`;
}

function takenInWords({ metric, used, reserved, cap }: QuotaLimit, currency: string): string {
  const amount = (value: number) => (metric === "cost" ? formatCost(value, currency) : formatExact(value));
  const counted = (value: number) =>
    metric === "cost" ? formatCost(value, currency) : countOf(value, metric === "tokens" ? "token" : "call");
  const held = reserved > 0 ? ` and ${amount(reserved)} reserved by calls under way` : "";
  return `${amount(used)} of ${counted(cap)} used${held}`;
}
