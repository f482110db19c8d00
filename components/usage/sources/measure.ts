import { countOf, formatCompact, formatCost, formatExactCost, formatTick } from "@/components/ui/format-amount";

/** What of the use is looked at. */
export type Measure = "tokens" | "requests" | "cost";

/** What requests are called: by the API's name, or as everywhere else in the console. */
type Word = "Requests" | "Calls";

/** `tick` is for a chart's axis, whose lines are drawn exactly where their numbers say. */
export type FormatAmount = (amount: number) => { short: string; full: string; tick: string };

export function titleOf(measure: Measure, requests: Word): string {
  return { tokens: "Tokens", requests, cost: "Cost" }[measure];
}

/** As choices of which one is made. */
export function measureOptions(measures: Measure[], requests: Word): { value: Measure; label: string }[] {
  return measures.map((value) => ({ value, label: titleOf(value, requests) }));
}

export function formatFor(
  measure: Measure,
  { currency, requests }: { currency: string; requests: Word },
): FormatAmount {
  if (measure === "cost")
    return (amount) => {
      const short = formatCost(amount, currency);
      return { short, full: formatExactCost(amount, currency), tick: short };
    };
  const unit = measure === "tokens" ? "token" : requests === "Calls" ? "call" : "request";
  return (amount) => ({ short: formatCompact(amount), full: countOf(amount, unit), tick: formatTick(amount) });
}

/** ` 3 requests without a price are not in it.`, to be said of costs; nothing where all have one. */
export function withoutPrice(requests: number): string {
  if (requests === 0) return "";
  return ` ${countOf(requests, "request")} without a price ${requests === 1 ? "is" : "are"} not in it.`;
}
