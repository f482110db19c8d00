import { countOf, formatCompact, formatCost, unitOf } from "@/components/ui/format-amount";
import { formatDate } from "@/components/ui/format-time";
import type { PlanPreview, PreviewRefusal } from "@/lib/plans/schema";

/** That a change would have met nobody. */
export function nobodyInWords({ clients, days }: Pick<PlanPreview, "clients" | "days">): string {
  if (clients === 0) return "No client would be on this plan.";
  if (clients === 1)
    return `With these limits its one client would not have been refused more in the last ${days} days.`;
  return `With these limits none of its ${countOf(clients, "client")} would have been refused more in the last ${days} days.`;
}

/** `on 5 days more than 50 k tokens, 240 k beyond it; first on 3 Nov 2026`. */
export function refusalInWords(refusal: PreviewRefusal, currency: string): string {
  return `${wordsOf[refusal.cause](refusal, currency)}; first on ${formatDate(new Date(refusal.firstOn), "UTC")}`;
}

const wordsOf: Record<PreviewRefusal["cause"], (refusal: PreviewRefusal, currency: string) => string> = {
  tokens_day: (refusal) => `on ${countOf(refusal.times, "day")} ${beyond(refusal, "token")}`,
  tokens_month: (refusal) => `in ${countOf(refusal.times, "month")} ${beyond(refusal, "token")}`,
  requests_day: (refusal) => `on ${countOf(refusal.times, "day")} ${beyond(refusal, "call")}`,
  requests_month: (refusal) => `in ${countOf(refusal.times, "month")} ${beyond(refusal, "call")}`,
  requests_minute: (refusal) => `in ${countOf(refusal.times, "minute")} ${beyond(refusal, "call")}`,
  cost_month: ({ times, cap, beyond }, currency) =>
    `in ${countOf(times, "month")} more than ${formatCost(cap ?? 0, currency)}, ${formatCost(beyond, currency)} beyond it`,
  model: ({ times }) => `${countOf(times, "call")} to models that would not be allowed`,
  unpriced: ({ times }) => `${countOf(times, "call")} to models without a price`,
};

function beyond({ cap, beyond }: PreviewRefusal, unit: string): string {
  return `more than ${formatCompact(cap ?? 0)} ${unitOf(cap ?? 0, unit)}, ${formatCompact(beyond)} beyond it`;
}
