"use client";

import { useQuery } from "@tanstack/react-query";
import { countOf, formatCompact, unitOf } from "@/components/ui/format-amount";
import { useNow } from "@/components/ui/now";
import { Skeleton } from "@/components/ui/skeleton";
import { dayAt, monthAt } from "@/lib/quota/window";
import { type Forecast, forecastOf } from "@/lib/usage/forecast";
import type { SourcesReport } from "@/lib/usage/schema";
import { type UsageScope, usageQueries } from "../queries";

const dayMs = 86_400_000;

type MonthForecastProps = {
  scope: UsageScope;
  timeZone: string;
  limits: { tokens: number | null; requests: number | null };
};

/** What this month will come to if it goes on like this, and how sure that is; nothing while it is too early to say. */
export function MonthForecast({ scope, timeZone, limits }: MonthForecastProps) {
  const now = useNow();
  const month = monthAt(now, timeZone);
  const today = dayAt(now, timeZone);
  const { data } = useQuery(
    usageQueries.sources(scope, { from: month.startsAt.toISOString(), to: today.endsAt.toISOString(), bucket: "day" }),
  );
  if (!data) return <Skeleton className="h-15 sm:h-10" />;
  if (data.from !== month.startsAt.toISOString()) return null;

  const daysLeft = (month.endsAt.getTime() - now.getTime()) / dayMs;
  const tokens = forecastOf({ ...daysOf(data, "totalTokens"), daysLeft });
  const calls = forecastOf({ ...daysOf(data, "requests"), daysLeft });
  if (!tokens || !calls)
    return <p className="text-muted">A forecast for this month shows once five days of it are over.</p>;

  return (
    <p>
      At this pace this month comes to about{" "}
      <span className="font-medium">{countedCompact(tokens.likely, "token")}</span> {range(tokens)} and{" "}
      <span className="font-medium">{countOf(calls.likely, "call")}</span> {range(calls)}
      {outlook(tokens, limits.tokens, "token") ?? outlook(calls, limits.requests, "call") ?? "."}
    </p>
  );
}

function range({ low, high }: Forecast): string {
  return low === high ? "" : `(likely ${formatCompact(low)} to ${formatCompact(high)})`;
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

/** The days that are over, and what is used with today. */
function daysOf({ buckets, bucketStarts, totals }: SourcesReport, measure: "requests" | "totalTokens") {
  const byDay = new Map(bucketStarts.map((start) => [start, 0]));
  for (const line of buckets) byDay.set(line.bucket, (byDay.get(line.bucket) ?? 0) + line[measure]);
  return { days: [...byDay.values()].slice(0, -1), used: totals.grandTotal[measure] };
}
