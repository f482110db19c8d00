import { formatCompact, unitOf } from "@/components/ui/format-amount";
import type { PlanLimits } from "@/lib/quota/types";

type Limits = Omit<PlanLimits, "monthlyCostLimitMicroUsd">;

const parts: { field: keyof Limits; unit: "token" | "call"; window: string }[] = [
  { field: "dailyTokenLimit", unit: "token", window: "a day" },
  { field: "monthlyTokenLimit", unit: "token", window: "a month" },
  { field: "dailyRequestLimit", unit: "call", window: "a day" },
  { field: "monthlyRequestLimit", unit: "call", window: "a month" },
  { field: "requestsPerMinute", unit: "call", window: "a minute" },
];

/** `50 k tokens a day, 60 calls a minute`; `No limits` where there is none. */
export function limitsInWords(limits: Limits): string {
  const words = parts.flatMap(({ field, unit, window }) => {
    const cap = limits[field];
    return cap === null ? [] : [`${formatCompact(cap)} ${unitOf(cap, unit)} ${window}`];
  });
  return words.length === 0 ? "No limits" : words.join(", ");
}
