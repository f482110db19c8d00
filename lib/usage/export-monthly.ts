import { type ReadMonthly, readMonthly } from "./read-monthly";
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

/**
 * The monthly overview as rows that add up: one per month and key, and one for the playground. The first page is there when
 * this resolves, so that what cannot be read is an answer of its own; the others are read as the rows are taken.
 */
export async function exportMonthly(
  request: Omit<ReadMonthly, "cursor">,
): Promise<AsyncGenerator<MonthRow, undefined>> {
  return rowsFrom(await readMonthly(request), request);
}

async function* rowsFrom(first: MonthlyUsageList, request: ReadMonthly): AsyncGenerator<MonthRow, undefined> {
  let page = first;
  yield* rowsOf(page);
  while (page.nextCursor !== null) {
    page = await readMonthly({ ...request, cursor: page.nextCursor });
    yield* rowsOf(page);
  }
}

function* rowsOf({ items }: MonthlyUsageList): Generator<MonthRow> {
  for (const { month, tenantName, byKey, playground } of items) {
    for (const { apiKeyName, apiKeyPrefix, apiKeyId: _, revoked: __, ...totals } of byKey)
      yield { month, client: tenantName, key: apiKeyName, prefix: apiKeyPrefix, ...totals };
    if (playground) yield { month, client: tenantName, key: null, prefix: null, source: "web", ...playground };
  }
}
