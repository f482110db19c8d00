import type { MonthlyUsageList, UsageSource, UsageTotals } from "./schema";

export type MonthRow = UsageTotals & {
  month: string;
  client: string;
  /** Null for what is not a key's: the playground. */
  key: string | null;
  prefix: string | null;
  source: UsageSource;
};

export const monthColumns = [
  "month",
  "client",
  "key",
  "prefix",
  "source",
  "requests",
  "failed",
  "blocked",
  "free",
  "inputTokens",
  "outputTokens",
  "totalTokens",
  "costMicroUsd",
  "unpricedRequests",
] as const satisfies (keyof MonthRow)[];

/** The monthly overview as rows that add up: one per month and key, and one for the playground. */
export function* monthRows({ items }: MonthlyUsageList): Generator<MonthRow> {
  for (const { month, tenantName, byKey, playground } of items) {
    for (const { apiKeyName, apiKeyPrefix, apiKeyId: _, revoked: __, ...totals } of byKey)
      yield { month, client: tenantName, key: apiKeyName, prefix: apiKeyPrefix, ...totals };
    if (playground) yield { month, client: tenantName, key: null, prefix: null, source: "web", ...playground };
  }
}
