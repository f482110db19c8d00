import type { UsageTotals } from "./schema";

/** Sums as the roll-ups hold them: the cost of what has a price, and how many calls have none. */
export type Sums = {
  requests: number;
  failed: number;
  blocked: number;
  free: number;
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  costMicroUsd: number;
  unpriced: number;
  lastUsedAt: Date | null;
};

const nothing: Sums = {
  requests: 0,
  failed: 0,
  blocked: 0,
  free: 0,
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  costMicroUsd: 0,
  unpriced: 0,
  lastUsedAt: null,
};

export function addSums(all: Sums[]): Sums {
  return all.reduce(
    (sum, next) => ({
      requests: sum.requests + next.requests,
      failed: sum.failed + next.failed,
      blocked: sum.blocked + next.blocked,
      free: sum.free + next.free,
      inputTokens: sum.inputTokens + next.inputTokens,
      outputTokens: sum.outputTokens + next.outputTokens,
      totalTokens: sum.totalTokens + next.totalTokens,
      costMicroUsd: sum.costMicroUsd + next.costMicroUsd,
      unpriced: sum.unpriced + next.unpriced,
      lastUsedAt: later(sum.lastUsedAt, next.lastUsedAt),
    }),
    nothing,
  );
}

/** Written out, since `...` of what is left over takes several times as long, and reports have thousands of them. */
export function totalsOf(sums: Sums): UsageTotals {
  return {
    requests: sums.requests,
    failed: sums.failed,
    blocked: sums.blocked,
    free: sums.free,
    inputTokens: sums.inputTokens,
    outputTokens: sums.outputTokens,
    totalTokens: sums.totalTokens,
    costMicroUsd: costOf(sums),
    unpricedRequests: sums.unpriced,
    lastUsedAt: sums.lastUsedAt?.toISOString() ?? null,
  };
}

/** Null where there were calls and none of them has a price: unpriced is not free. What a correction says of them is known. */
export function costOf({
  requests,
  unpriced,
  costMicroUsd,
}: Pick<Sums, "requests" | "unpriced" | "costMicroUsd">): number | null {
  return requests > 0 && unpriced >= requests && costMicroUsd === 0 ? null : costMicroUsd;
}

type Ranked = Pick<Sums, "totalTokens" | "requests"> & { actorId: string };

/** Most tokens first; of equals most requests, then by id, so that the order is always the same. */
export function byUse(a: Ranked, b: Ranked): number {
  return (
    b.totalTokens - a.totalTokens ||
    b.requests - a.requests ||
    (a.actorId < b.actorId ? -1 : a.actorId > b.actorId ? 1 : 0)
  );
}

function later(a: Date | null, b: Date | null): Date | null {
  if (a === null || b === null) return a ?? b;
  return a > b ? a : b;
}
