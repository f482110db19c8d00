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

/** What was used in one bucket, counted from 0. */
export type BucketSums = Omit<Sums, "failed" | "free" | "lastUsedAt"> & { bucket: number };

/** What all of a source came to in one bucket. */
export type SourceBucketSums = BucketSums & { source: UsageSource };

/** One series in the buckets in which it has use. */
export type SeriesBuckets = Pick<SeriesSums, "tenantId" | "source" | "actorId"> & { buckets: BucketSums[] };

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
    // Reports leave the other processors to admission, compiling costs more than it saves, and the roll-ups lie in memory.
    await client.query(
      `begin isolation level repeatable read read only; set local max_parallel_workers_per_gather = 0; set local jit = off;
       set local random_page_cost = 1.1`,
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
): Promise<{ series: SeriesSums[]; sourceBuckets: SourceBucketSums[] }> {
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

type BucketRequest = SpanRequest & { actorIds: string[] };

/** One array for each amount: of thousands of rows most of the time would go into reading them here. */
type BucketColumns = { [Column in keyof BucketSums]: number[] };

/** Sums per bucket of each series of the given actors. */
export async function sumBuckets(
  snapshot: Snapshot,
  { span, filter, actorIds }: BucketRequest,
): Promise<SeriesBuckets[]> {
  const { rows } = await snapshot.query<Omit<SeriesBuckets, "buckets"> & { columns: BucketColumns }>(
    `with ${usedSql},
     summed as (
       select bucket - 1 as bucket, tenant_id, source, actor_id, ${sumsSql}
       from used where actor_id = any ($12::uuid[]) group by bucket, tenant_id, source, actor_id
     )
     select tenant_id as "tenantId", source, actor_id as "actorId", json_build_object('bucket', array_agg(bucket),
       'requests', array_agg(requests), 'blocked', array_agg(blocked), 'inputTokens', array_agg("inputTokens"),
       'outputTokens', array_agg("outputTokens"), 'totalTokens', array_agg("totalTokens"),
       'costMicroUsd', array_agg("costMicroUsd"), 'unpriced', array_agg(unpriced)) as columns
     from summed group by tenant_id, source, actor_id`,
    [...parametersOf(span, filter), actorIds],
  );
  return rows.map(({ columns, ...series }) => ({
    ...series,
    buckets: columns.bucket.map((_, row) => rowOf(columns, row)),
  }));
}

function rowOf(columns: BucketColumns, row: number): BucketSums {
  const at = (column: number[]) => column[row] as number;
  return {
    bucket: at(columns.bucket),
    requests: at(columns.requests),
    blocked: at(columns.blocked),
    inputTokens: at(columns.inputTokens),
    outputTokens: at(columns.outputTokens),
    totalTokens: at(columns.totalTokens),
    costMicroUsd: at(columns.costMicroUsd),
    unpriced: at(columns.unpriced),
  };
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

const usedColumns = `source, actor_id, tenant_id, requests, failed, blocked, free, input_tokens, output_tokens, total_tokens,
  cost_micro_usd, unpriced, last_used_at`;

const filterSql = `($1::uuid is null or tenant_id = $1) and ($2::uuid is null or (actor_id = $2 and source <> 'web'))
  and source = any ($3::usage_source[])`;

/**
 * What is in the span by the roll-ups: whole days from the daily one, what is left at its two ends from the hourly one; each
 * row in its bucket. A piece that there is not has bounds of null, so that nothing is read for it.
 */
const usedSql = `used as (
  select width_bucket(starts_at, $4::timestamptz[]) as bucket, ${usedColumns}
  from usage_hourly where starts_at >= $6::timestamptz and starts_at < $7::timestamptz and ${filterSql}
  union all
  select width_bucket(starts_at, $4::timestamptz[]), ${usedColumns}
  from usage_hourly where starts_at >= $8::timestamptz and starts_at < $9::timestamptz and ${filterSql}
  union all
  select width_bucket(local_date, $5::date[]), ${usedColumns}
  from usage_daily where local_date >= $10::date and local_date < coalesce($11::date, 'infinity') and ${filterSql}
)`;

/** Amounts stay below 2^53, up to which a float8 is exact; it is summed several times as fast as a bigint. */
const sumsSql = `sum(requests::float8) as requests, sum(blocked::float8) as blocked,
  sum(input_tokens::float8) as "inputTokens", sum(output_tokens::float8) as "outputTokens",
  sum(total_tokens::float8) as "totalTokens", sum(cost_micro_usd::float8) as "costMicroUsd",
  sum(unpriced::float8) as unpriced`;

const callSumsSql = `sum(failed::float8) as failed, sum(free::float8) as free, max(last_used_at) as "lastUsedAt"`;

function parametersOf(
  { bucketStarts, bucketDates, pieces: { hours, dates } }: Span,
  { tenantId, apiKeyId, sources }: UsageFilter,
): unknown[] {
  const [first, last] = hours;
  return [
    tenantId ?? null,
    apiKeyId ?? null,
    sources,
    bucketStarts.map((start) => start.toISOString()),
    bucketDates,
    ...[first?.startsAt, first?.endsAt, last?.startsAt, last?.endsAt].map((at) => at?.toISOString() ?? null),
    dates?.from ?? null,
    dates?.to ?? null,
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
