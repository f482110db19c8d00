import type { UsageSource } from "./schema";
import type { Snapshot } from "./snapshot";
import { bucketsOfDays, type Span } from "./span";
import type { Sums } from "./totals";

/** Use of one key (`apikey`, `legacy`) or of one user of the playground (`web`; the tenant itself where the user is unknown). */
export type Series = { tenantId: string; source: UsageSource; actorId: string };

export type SeriesSums = Sums & Series;

/** What series are ordered by. */
export type RankedSeries = Series & Pick<Sums, "totalTokens" | "requests">;

/** What was used in one bucket, counted from 0. */
export type BucketSums = Omit<Sums, "failed" | "free" | "lastUsedAt"> & { bucket: number };

/** Sums over the span and in each bucket with use: of one series, or without an actor of several of a source, whose tenant is told where it is one. */
export type Line = Sums & {
  tenantId: string | null;
  source: UsageSource;
  actorId: string | null;
  buckets: BucketSums[];
};

/** `tenantId` and `apiKeyId` combine with AND. */
export type UsageFilter = {
  tenantId?: string | undefined;
  apiKeyId?: string | undefined;
  sources: readonly UsageSource[];
};

type SpanRequest = { span: Span; filter: UsageFilter };

/** Sums as they are read; the last use in ms, which is read faster than a date. */
type Row<Of extends Sums> = Omit<Of, "lastUsedAt"> & { lastUsedMs: number | null };

/** Sums per series over the whole span. */
export async function sumSeries(snapshot: Snapshot, { span, filter }: SpanRequest): Promise<SeriesSums[]> {
  const { rows } = await snapshot.query<Row<SeriesSums>>(
    `with ${usedSql} select ${seriesColumns}, ${callSumsSql}, ${sumsSql} from used group by tenant_id, source, actor_id`,
    parametersOf(span, filter),
  );
  return rows.map(withDate);
}

/** All series and what they are ordered by, in no order; half as much work as all their sums. */
export async function listRankedSeries(snapshot: Snapshot, { span, filter }: SpanRequest): Promise<RankedSeries[]> {
  const { rows } = await snapshot.query<RankedSeries>(
    `with ${usedSql}
     select ${seriesColumns}, sum(total_tokens::float8) as "totalTokens", sum(requests::float8) as requests
     from used group by tenant_id, source, actor_id`,
    parametersOf(span, filter),
  );
  return rows;
}

/** One array for each amount: of thousands of rows most of the time would go into reading them here. */
type BucketColumns = { [Column in keyof BucketSums]: number[] };

type LineRequest = SpanRequest & {
  /** Whose series have lines of their own; left out, all have, of which there should not be thousands. */
  actorIds?: string[];
};

/** What was used as lines: those of the given actors, one of all others of a source, and of legacy keys one for each tenant. */
export async function sumLines(snapshot: Snapshot, { span, filter, actorIds }: LineRequest): Promise<Line[]> {
  const lined = actorIds === undefined ? allLinedSql : someLinedSql;
  const { rows } = await snapshot.query<Row<Line> & { columns: BucketColumns }>(
    `with ${usedSql}, ${lined},
     summed as (
       select bucket, tenant_id, source, actor_id, ${sumsSql},
         sum(failed::float8) as failed, sum(free::float8) as free, max(last_used_at) as last_used_at
       from lined group by bucket, tenant_id, source, actor_id
     )
     select ${seriesColumns}, ${callSumsSql}, sum(requests) as requests, sum(blocked) as blocked,
       sum("inputTokens") as "inputTokens", sum("outputTokens") as "outputTokens", sum("totalTokens") as "totalTokens",
       sum("costMicroUsd") as "costMicroUsd", sum(unpriced) as unpriced,
       json_build_object('bucket', array_agg(bucket),
         'requests', array_agg(requests), 'blocked', array_agg(blocked), 'inputTokens', array_agg("inputTokens"),
         'outputTokens', array_agg("outputTokens"), 'totalTokens', array_agg("totalTokens"),
         'costMicroUsd', array_agg("costMicroUsd"), 'unpriced', array_agg(unpriced)) as columns
     from summed group by tenant_id, source, actor_id`,
    actorIds === undefined ? parametersOf(span, filter) : [...parametersOf(span, filter), actorIds],
  );
  return rows.map(({ columns, ...row }) => ({
    ...withDate(row),
    buckets: columns.bucket.map((_, place) => bucketOf(columns, place)),
  }));
}

function bucketOf(columns: BucketColumns, place: number): BucketSums {
  const at = (column: number[]) => column[place] as number;
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

type MonthsRequest = { months: string[]; tenantIds: string[]; sources: readonly UsageSource[] };

/** Sums per series and local month. `months` ascend without gaps; the last one is open. */
export async function sumMonths(
  snapshot: Snapshot,
  { months, tenantIds, sources }: MonthsRequest,
): Promise<MonthSums[]> {
  const firstDays = months.map((month) => `${month}-01`);
  const { rows } = await snapshot.query<Row<SeriesSums> & { index: number }>(
    `select coalesce(($1::int[])[local_date - $2::date + 1], $3::int) as index, ${seriesColumns}, ${callSumsSql}, ${sumsSql}
     from usage_daily
     where local_date >= $2::date and tenant_id = any ($4::uuid[]) and source = any ($5::usage_source[])
     group by index, tenant_id, source, actor_id`,
    [bucketsOfDays(firstDays), firstDays[0], months.length - 1, tenantIds, sources],
  );
  return rows.map(({ index, ...row }) => ({ ...withDate(row), month: months[index] as string }));
}

const usedColumns = `source, actor_id, tenant_id, requests, failed, blocked, free, input_tokens, output_tokens, total_tokens,
  cost_micro_usd, unpriced, last_used_at`;

const filterSql = `($1::uuid is null or tenant_id = $1) and ($2::uuid is null or (actor_id = $2 and source <> 'web'))
  and source = any ($3::usage_source[])`;

/**
 * What is in the span by the roll-ups: whole days from the daily one, what is left at its two ends from the hourly one; each
 * row in its bucket. A piece that there is not has bounds of null, so that nothing is read for it. The bucket of a day is looked
 * up by its place: to search for it would take as long as all the rest.
 */
const usedSql = `used as (
  select width_bucket(starts_at, $4::timestamptz[]) - 1 as bucket, ${usedColumns}
  from usage_hourly where starts_at >= $8::timestamptz and starts_at < $9::timestamptz and ${filterSql}
  union all
  select width_bucket(starts_at, $4::timestamptz[]) - 1, ${usedColumns}
  from usage_hourly where starts_at >= $10::timestamptz and starts_at < $11::timestamptz and ${filterSql}
  union all
  select coalesce(($5::int[])[local_date - $6::date + 1], $7::int), ${usedColumns}
  from usage_daily where local_date >= $12::date and local_date < coalesce($13::date, 'infinity') and ${filterSql}
)`;

const allLinedSql = "lined as (select * from used)";

const someLinedSql = `lined as (
  select bucket, source, case when own.id is not null or source = 'legacy' then tenant_id end as tenant_id, own.id as actor_id,
    requests, failed, blocked, free, input_tokens, output_tokens, total_tokens, cost_micro_usd, unpriced, last_used_at
  from used left join (select distinct unnest($14::uuid[]) as id) own on own.id = used.actor_id
)`;

/** Amounts stay below 2^53, up to which a float8 is exact; it is summed several times as fast as a bigint. */
const sumsSql = `sum(requests::float8) as requests, sum(blocked::float8) as blocked,
  sum(input_tokens::float8) as "inputTokens", sum(output_tokens::float8) as "outputTokens",
  sum(total_tokens::float8) as "totalTokens", sum(cost_micro_usd::float8) as "costMicroUsd",
  sum(unpriced::float8) as unpriced`;

const callSumsSql = `sum(failed::float8) as failed, sum(free::float8) as free,
  (extract(epoch from max(last_used_at)) * 1000)::float8 as "lastUsedMs"`;

const seriesColumns = `tenant_id as "tenantId", source, actor_id as "actorId"`;

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
    bucketsOfDays(bucketDates),
    bucketDates[0] ?? null,
    bucketDates.length - 1,
    ...[first?.startsAt, first?.endsAt, last?.startsAt, last?.endsAt].map((at) => at?.toISOString() ?? null),
    dates?.from ?? null,
    dates?.to ?? null,
  ];
}

function withDate<Of extends object>({ lastUsedMs, ...row }: Of & { lastUsedMs: number | null }) {
  return { ...row, lastUsedAt: lastUsedMs === null ? null : new Date(lastUsedMs) };
}
