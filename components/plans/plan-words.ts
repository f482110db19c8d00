import { formatCompact } from "@/components/ui/format-amount";
import type { PlanLimits } from "@/lib/quota/types";

type Limits = Omit<PlanLimits, "monthlyCostLimitMicroUsd">;

const parts: { field: keyof Limits; words: string }[] = [
  { field: "dailyTokenLimit", words: "tokens a day" },
  { field: "monthlyTokenLimit", words: "tokens a month" },
  { field: "dailyRequestLimit", words: "calls a day" },
  { field: "monthlyRequestLimit", words: "calls a month" },
  { field: "requestsPerMinute", words: "calls a minute" },
];

/** `50 k tokens a day, 60 calls a minute`; `No limits` where there is none. */
export function limitsInWords(limits: Limits): string {
  const words = parts.flatMap(({ field, words }) => {
    const cap = limits[field];
    return cap === null ? [] : [`${formatCompact(cap)} ${words}`];
  });
  return words.length === 0 ? "No limits" : words.join(", ");
}
