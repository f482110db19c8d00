"use client";

import { useQuery } from "@tanstack/react-query";
import { countOf, formatCompact, unitOf } from "@/components/ui/format-amount";
import { useNow } from "@/components/ui/now";
import { Skeleton } from "@/components/ui/skeleton";
import { monthAt } from "@/lib/quota/window";
import { type Forecast, forecastOf } from "@/lib/usage/forecast";
import { type UsageScope, usageQueries } from "../queries";
import { forecastRange } from "../range";
import { daysOf } from "./forecast-days";

const dayMs = 86_400_000;

type MonthForecastProps = {
  scope: UsageScope;
  timeZone: string;
  /** Whether it was used before this month: else its first day of use is the first that tells anything. */
  isUsedBefore: boolean;
  limits: { tokens: number | null; requests: number | null };
};

/** What this month will come to if it goes on like this, and how sure that is; nothing while it is too early to say. */
export function MonthForecast({ scope, timeZone, isUsedBefore, limits }: MonthForecastProps) {
  const now = useNow();
  const month = monthAt(now, timeZone);
  const { data } = useQuery(usageQueries.sources(scope, forecastRange({ timeZone, now })));
  if (!data) return <Skeleton className="h-15 sm:h-10" />;
  if (data.from !== month.startsAt.toISOString()) return null;

  const daysLeft = (month.endsAt.getTime() - now.getTime()) / dayMs;
  const tokens = forecastOf({ ...daysOf(data, { measure: "totalTokens", isUsedBefore }), daysLeft });
  const calls = forecastOf({ ...daysOf(data, { measure: "requests", isUsedBefore }), daysLeft });
  if (!tokens || !calls)
    return (
      <p className="text-muted">A forecast for this month shows once there are five whole days to tell it from.</p>
    );

  return (
    <p>
      By its whole days so far, this month comes to about{" "}
      <span className="font-medium">{countedCompact(tokens.likely, "token")}</span>
      {range(tokens)} and <span className="font-medium">{countOf(calls.likely, "call")}</span>
      {range(calls)}
      {outlook(tokens, limits.tokens, "token") ?? outlook(calls, limits.requests, "call") ?? "."}
    </p>
  );
}

function range({ low, high }: Forecast): string {
  return low === high ? "" : ` (likely ${formatCompact(low)} to ${formatCompact(high)})`;
}

function countedCompact(amount: number, unit: string): string {
  return `${formatCompact(amount)} ${unitOf(amount, unit)}`;
}

function outlook({ low, high }: Forecast, cap: number | null, unit: string): string | null {
  if (cap === null || high < cap) return null;
  return low >= cap
    ? `, which is more than the ${countedCompact(cap, unit)} of the monthly limit.`
    : `, and may reach the monthly limit of ${countedCompact(cap, unit)}.`;
}
