import { toAmount } from "../db/amounts";
import { type Prisma, prisma } from "../db/client";
import type { UsageRequest, UsageSource, UsageState } from "./schema";
import { costOf } from "./totals";

export type RequestFilter = {
  id?: string | undefined;
  tenantId?: string | undefined;
  apiKeyId?: string | undefined;
  sources: readonly UsageSource[];
  model?: string | undefined;
  state?: UsageState | undefined;
  httpStatus?: { from: number; to: number } | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
};

type RequestsPage = RequestFilter & {
  before?: { admittedAt: Date; id: string } | undefined;
  limit: number;
};

/** Calls in the ledger, newest first, from after the given one on. */
export async function listRequestRows(page: RequestsPage): Promise<UsageRequest[]> {
  const { before, limit, ...filter } = page;
  const rows = await prisma().usageRecord.findMany({
    where: { AND: [whereOf(filter), ...(before ? [after(before)] : [])] },
    orderBy: [{ admittedAt: "desc" }, { id: "desc" }],
    take: limit,
  });
  const tenants = await prisma().tenant.findMany({
    where: { id: { in: [...new Set(rows.map((row) => row.tenantId))] } },
    select: { id: true, name: true },
  });
  const names = new Map(tenants.map(({ id, name }) => [id, name]));
  return rows.map((row) => requestOf(row, names.get(row.tenantId) ?? ""));
}

function whereOf({ id, tenantId, apiKeyId, sources, model, state, httpStatus, from, to }: RequestFilter) {
  const contained = model && { contains: model.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" as const };
  return {
    id,
    tenantId,
    apiKeyId,
    source: { in: [...sources] },
    state,
    admittedAt: { gte: from, lt: to },
    ...(httpStatus && { httpStatus: { gte: httpStatus.from, lte: httpStatus.to } }),
    ...(contained && { OR: [{ model: contained }, { answeredModel: contained }] }),
  } satisfies Prisma.UsageRecordWhereInput;
}

/** What comes after a call in the order of the list. The first condition is what the index is entered by. */
function after({ admittedAt, id }: { admittedAt: Date; id: string }) {
  return {
    admittedAt: { lte: admittedAt },
    OR: [{ admittedAt: { lt: admittedAt } }, { admittedAt, id: { lt: id } }],
  } satisfies Prisma.UsageRecordWhereInput;
}

export type UseOfKey = { requests: number; tokens: number };

/** Calls and tokens of each key of a tenant in the month that runs. */
export async function listKeyUseThisMonth(tenantId: string, now: Date): Promise<Map<string, UseOfKey>> {
  return useThisMonth(
    await prisma().quotaCounter.findMany({
      where: { tenantId, monthStartsAt: { lte: now }, monthEndsAt: { gt: now } },
    }),
  );
}

type MonthCounter = Pick<Prisma.QuotaCounterGetPayload<object>, "subjectId" | "monthRequestsUsed" | "monthTokensUsed">;

/** The same by the counters of its windows. */
export function useThisMonth(counters: MonthCounter[]): Map<string, UseOfKey> {
  return new Map(
    counters.map((row) => [
      row.subjectId,
      { requests: toAmount(row.monthRequestsUsed), tokens: toAmount(row.monthTokensUsed) },
    ]),
  );
}

/** Whether there were calls since a local date, of none of which it is known what it cost. */
export async function isAllUnpriced({
  tenantId,
  sinceDate,
}: {
  tenantId: string;
  sinceDate: string;
}): Promise<boolean> {
  const { _sum: sum } = await prisma().usageDaily.aggregate({
    where: { tenantId, localDate: { gte: new Date(sinceDate) } },
    _sum: { requests: true, unpriced: true, costMicroUsd: true },
  });
  const [requests, unpriced] = [Number(sum.requests ?? 0), Number(sum.unpriced ?? 0)];
  return costOf({ requests, unpriced, costMicroUsd: Number(sum.costMicroUsd ?? 0) }) === null;
}

/** Whether anything was counted for calls with legacy keys since a local date. */
export async function hasLegacyUse({ tenantId, sinceDate }: { tenantId: string; sinceDate: string }): Promise<boolean> {
  const found = await prisma().usageDaily.findFirst({
    where: {
      tenantId,
      localDate: { gte: new Date(sinceDate) },
      source: "legacy",
      OR: [{ requests: { not: 0 } }, { totalTokens: { not: 0 } }],
    },
    select: { tenantId: true },
  });
  return found !== null;
}

function requestOf(row: Prisma.UsageRecordGetPayload<object>, tenantName: string): UsageRequest {
  return {
    id: row.id,
    tenantId: row.tenantId,
    tenantName,
    apiKeyId: row.apiKeyId,
    apiKeyName: row.apiKeyName,
    userId: row.userId,
    userName: row.userName,
    source: row.source,
    provider: row.provider,
    endpoint: row.endpoint,
    model: row.model,
    answeredModel: row.answeredModel,
    state: row.state,
    httpStatus: row.httpStatus,
    stream: row.stream,
    inputTokens: toAmount(row.inputTokens),
    cachedInputTokens: toAmount(row.cachedInputTokens),
    cacheWriteTokens: toAmount(row.cacheWriteTokens),
    outputTokens: toAmount(row.outputTokens),
    reasoningTokens: toAmount(row.reasoningTokens),
    totalTokens: toAmount(row.totalTokens),
    reservedTokens: toAmount(row.reservedTokens),
    estimated: row.estimated,
    costMicroUsd: toAmount(row.costMicroUsd),
    latencyMs: row.latencyMs,
    firstByteMs: row.firstByteMs,
    admittedAt: row.admittedAt.toISOString(),
    settledAt: row.settledAt?.toISOString() ?? null,
  };
}
