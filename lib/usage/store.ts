import type pg from "pg";
import { toAmount } from "../db/amounts";
import { type Prisma, pool, prisma } from "../db/client";
import type { UsageRequest, UsageSource, UsageState } from "./schema";
import type { Span } from "./span";
import type { Sums } from "./totals";

/** Roll-ups are read in one snapshot, so that all figures of an answer agree. */
export type Snapshot = { query: pg.PoolClient["query"] };

/** Use of one key (`apikey`, `legacy`) or of one user of the playground (`web`; the tenant itself where the user is unknown). */
export type SeriesSums = Sums & { tenantId: string; source: UsageSource; actorId: string };

/** What was used in one bucket, counted from 0: by an actor, or for null by all of a source. */
export type BucketSums = Omit<Sums, "failed" | "free" | "lastUsedAt"> & {
  bucket: number;
  source: UsageSource;
  actorId: string | null;
};

/** `tenantId` and `apiKeyId` combine with AND. */
export type UsageFilter = {
  tenantId?: string | undefined;
  apiKeyId?: string | undefined;
  sources: readonly UsageSource[];
};

export async function inSnapshot<T>(read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  let failed = true;
  try {
    // Reports leave the other processors to admission, and compiling costs more than it saves.
    await client.query(
      "begin isolation level repeatable read read only; set local max_parallel_workers_per_gather = 0; set local jit = off",
    );
    const result = await read(client);
    await client.query("commit");
    failed = false;
    return result;
  } finally {
    // A connection in the middle of a transaction is of no use to the next one.
    client.release(failed);
  }
}

type SpanRequest = { span: Span; filter: UsageFilter };

/** Sums per series over the whole span. */
export async function sumSeries(snapshot: Snapshot, request: SpanRequest): Promise<SeriesSums[]> {
  return (await sumSeriesAndSources(snapshot, request)).series;
}

type SpanSums = SeriesSums & { bucket: number | null };

/** Sums per series over the whole span, and per bucket of each source as a whole: what was used is gone through once. */
export async function sumSeriesAndSources(
  snapshot: Snapshot,
  { span, filter }: SpanRequest,
): Promise<{ series: SeriesSums[]; sourceBuckets: BucketSums[] }> {
  const { rows } = await snapshot.query<SpanSums>(
    `with ${usedSql}
     select bucket - 1 as bucket, tenant_id as "tenantId", source, actor_id as "actorId", ${callSumsSql}, ${sumsSql}
     from used group by grouping sets ((tenant_id, source, actor_id), (bucket, source))`,
    parametersOf(span, filter),
  );
  const ofSpan = rows.filter(({ bucket }) => bucket === null);
  return { series: ofSpan.map(({ bucket: _, ...sums }) => sums), sourceBuckets: rows.filter(isOfBucket) };
}

function isOfBucket(sums: SpanSums): sums is SpanSums & { bucket: number } {
  return sums.bucket !== null;
}

type BucketRequest = { span: Span; filter: UsageFilter; actorIds: string[] };

/** Sums per bucket of each of the given actors. Buckets without use have no row. */
export async function sumBuckets(snapshot: Snapshot, { span, filter, actorIds }: BucketRequest): Promise<BucketSums[]> {
  const { rows } = await snapshot.query<BucketSums>(
    `with ${usedSql}
     select bucket - 1 as bucket, source, actor_id as "actorId", ${sumsSql}
     from used where actor_id = any ($10::uuid[]) group by bucket, source, actor_id`,
    [...parametersOf(span, filter), actorIds],
  );
  return rows;
}

export type MonthSums = SeriesSums & { month: string };

/** Sums per series and local month. `months` ascend without gaps; the last one is open. */
export async function sumMonths(
  snapshot: Snapshot,
  { months, filter }: { months: string[]; filter: UsageFilter },
): Promise<MonthSums[]> {
  const { rows } = await snapshot.query<SeriesSums & { index: number }>(
    `select width_bucket(local_date, $1::date[]) - 1 as index, tenant_id as "tenantId", source, actor_id as "actorId",
       ${callSumsSql}, ${sumsSql}
     from usage_daily
     where local_date >= ($1::date[])[1] and ($2::uuid is null or tenant_id = $2) and source = any ($3::usage_source[])
     group by 1, tenant_id, source, actor_id`,
    [months.map((month) => `${month}-01`), filter.tenantId ?? null, filter.sources],
  );
  return rows.map(({ index, ...sums }) => ({ ...sums, month: months[index] as string }));
}

export type KeyIdentity = { id: string; tenantId: string; name: string; prefix: string; revokedAt: Date | null };

/** Keys as they are called now; revoked ones are still there. */
export async function listKeyIdentities(snapshot: Snapshot, keyIds: string[]): Promise<Map<string, KeyIdentity>> {
  const { rows } = await snapshot.query<KeyIdentity>(
    `select id, tenant_id as "tenantId", name, prefix, revoked_at as "revokedAt" from api_key where id = any ($1::uuid[])`,
    [keyIds],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export async function listUserNames(snapshot: Snapshot, userIds: string[]): Promise<Map<string, string>> {
  const { rows } = await snapshot.query<{ id: string; name: string }>(
    `select id, name from "user" where id = any ($1::uuid[])`,
    [userIds],
  );
  return new Map(rows.map((row) => [row.id, row.name]));
}

export type TenantIdentity = { id: string; name: string; timeZone: string; archivedAt: Date | null };

export async function listTenantIdentities(
  snapshot: Snapshot,
  tenantId?: string,
): Promise<Map<string, TenantIdentity>> {
  const { rows } = await snapshot.query<TenantIdentity>(
    `select id, name, time_zone as "timeZone", archived_at as "archivedAt" from tenant where $1::uuid is null or id = $1 order by name, id`,
    [tenantId ?? null],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export async function findTenantOfKey(snapshot: Snapshot, keyId: string): Promise<string | null> {
  const { rows } = await snapshot.query<{ tenant_id: string }>("select tenant_id from api_key where id = $1", [keyId]);
  return rows[0]?.tenant_id ?? null;
}

export async function findAgencyTimeZone(snapshot: Snapshot): Promise<string> {
  const { rows } = await snapshot.query<{ time_zone: string }>("select time_zone from agency");
  return rows[0]?.time_zone ?? "UTC";
}

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

/** Calls and tokens of each key of a tenant in the month that runs. */
export async function listKeyUseThisMonth(
  tenantId: string,
  now: Date,
): Promise<Map<string, { requests: number; tokens: number }>> {
  const rows = await prisma().quotaCounter.findMany({
    where: { tenantId, monthStartsAt: { lte: now }, monthEndsAt: { gt: now } },
  });
  return new Map(
    rows.map((row) => [
      row.subjectId,
      { requests: toAmount(row.monthRequestsUsed), tokens: toAmount(row.monthTokensUsed) },
    ]),
  );
}

/** What is in the span by the roll-ups: whole days from the daily one, the rest from the hourly one; each row in its bucket. */
const usedSql = `used as (
  select h.tenant_id, h.source, h.actor_id, width_bucket(h.starts_at, $6::timestamptz[]) as bucket, h.requests, h.failed,
    h.blocked, h.free, h.input_tokens, h.output_tokens, h.total_tokens, h.cost_micro_usd, h.unpriced, h.last_used_at
  from unnest($4::timestamptz[], $5::timestamptz[]) as piece (starts_at, ends_at)
  join usage_hourly h on h.starts_at >= piece.starts_at and h.starts_at < piece.ends_at
  where ($1::uuid is null or h.tenant_id = $1) and ($2::uuid is null or (h.actor_id = $2 and h.source <> 'web'))
    and h.source = any ($3::usage_source[])
  union all
  select d.tenant_id, d.source, d.actor_id, width_bucket(d.local_date, $7::date[]), d.requests, d.failed,
    d.blocked, d.free, d.input_tokens, d.output_tokens, d.total_tokens, d.cost_micro_usd, d.unpriced, d.last_used_at
  from usage_daily d
  where d.local_date >= $8::date and ($9::date is null or d.local_date < $9)
    and ($1::uuid is null or d.tenant_id = $1) and ($2::uuid is null or (d.actor_id = $2 and d.source <> 'web'))
    and d.source = any ($3::usage_source[])
)`;

/** Amounts stay below 2^53, up to which a float8 is exact; it is summed several times as fast as a bigint. */
const sumsSql = `sum(requests::float8) as requests, sum(blocked::float8) as blocked,
  sum(input_tokens::float8) as "inputTokens", sum(output_tokens::float8) as "outputTokens",
  sum(total_tokens::float8) as "totalTokens", sum(cost_micro_usd::float8) as "costMicroUsd",
  sum(unpriced::float8) as unpriced`;

const callSumsSql = `sum(failed::float8) as failed, sum(free::float8) as free, max(last_used_at) as "lastUsedAt"`;

function parametersOf(
  { bucketStarts, bucketDates, pieces }: Span,
  { tenantId, apiKeyId, sources }: UsageFilter,
): unknown[] {
  return [
    tenantId ?? null,
    apiKeyId ?? null,
    sources,
    pieces.hours.map(({ startsAt }) => startsAt.toISOString()),
    pieces.hours.map(({ endsAt }) => endsAt.toISOString()),
    bucketStarts.map((start) => start.toISOString()),
    bucketDates,
    pieces.dates?.from ?? null,
    pieces.dates?.to ?? null,
  ];
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
