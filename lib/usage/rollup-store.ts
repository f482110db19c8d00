import { addBucket, addRows, type BucketSums, noSums } from "./bucket-sums";
import type { UsageSource } from "./schema";
import type { Snapshot } from "./snapshot";
import { bucketsOfDays, type Span } from "./span";
import type { Sums } from "./totals";
import { onlyOf, type UsageFilter, usedOf } from "./used-rows";

/** Use of one key (`apikey`, `legacy`) or of one user of the playground (`web`; the tenant itself where the user is unknown). */
export type Series = { tenantId: string; source: UsageSource; actorId: string };

export type SeriesSums = Sums & Series;

/** What a series used in each bucket, and the rest of its sums. */
export type Line = Series & Pick<Sums, "failed" | "free" | "lastUsedAt"> & { buckets: BucketSums };

type SpanRequest = { span: Span; filter: UsageFilter };

/** Sums as they are read; the last use in ms, which is read faster than a date. */
type Row<Of extends Pick<Sums, "lastUsedAt">> = Omit<Of, "lastUsedAt"> & { lastUsedMs: number | null };

/** Sums per series over the whole span. */
export async function sumSeries(snapshot: Snapshot, { span, filter }: SpanRequest): Promise<SeriesSums[]> {
  const { used, values } = usedOf(span, filter);
  const { rows } = await snapshot.query<Row<SeriesSums>>(
    `with ${used} select ${seriesColumns}, ${callSumsSql}, ${sumsSql} from used group by tenant_id, source, actor_id`,
    values,
  );
  return rows.map(withDate);
}

/** What was used: by each series over the whole span, and by each source in each bucket. */
export type Use = { all: SeriesSums[]; bySource: Map<UsageSource, BucketSums> };

/** Both from one reading. */
export async function sumUse(snapshot: Snapshot, { span, filter }: SpanRequest): Promise<Use> {
  const { used, values } = usedOf(span, filter);
  const { rows } = await snapshot.query<Row<SeriesSums> & { bucket: number | null }>(
    `with ${used}
     select bucket, ${seriesColumns}, ${callSumsSql}, ${sumsSql}
     from used group by grouping sets ((tenant_id, source, actor_id), (bucket, source))`,
    values,
  );
  const bySource = new Map<UsageSource, BucketSums>();
  for (const { bucket, source, ...sums } of rows.filter(isOfBucket)) {
    const buckets = bySource.get(source) ?? noSums(span.bucketStarts.length);
    bySource.set(source, addBucket(buckets, bucket, sums));
  }
  return { all: rows.filter((row) => !isOfBucket(row)).map(({ bucket: _, ...row }) => withDate(row)), bySource };
}

function isOfBucket<Of extends { bucket: number | null }>(row: Of): row is Of & { bucket: number } {
  return row.bucket !== null;
}

type LineRequest = SpanRequest & {
  /** Whose lines are wanted; left out, all are, of which there should not be thousands. */
  actorIds?: string[];
};

/** What series used in each bucket. Of thousands of rows most of the time would go into reading them here: a series comes as one text. */
export async function listLines(snapshot: Snapshot, { span, filter, actorIds }: LineRequest): Promise<Line[]> {
  const { used, values, given } = usedOf(span, filter);
  const own = actorIds && `join (select distinct unnest(${given(actorIds, "uuid[]")}) as id) own on own.id = actor_id`;
  const { rows } = await snapshot.query<Row<Line> & { amounts: string }>(
    `with ${used}, wanted as (select used.* from used ${own ?? ""}), told as (${hasLongBuckets(span) ? summedSql : "select * from wanted"})
     select ${seriesColumns}, ${callSumsSql}, string_agg(concat_ws(',', bucket, requests, blocked, input_tokens, output_tokens,
       total_tokens, cost_micro_usd, unpriced), ',') as amounts
     from told group by tenant_id, source, actor_id`,
    values,
  );
  return rows.map(({ amounts, ...row }) => ({
    ...withDate(row),
    buckets: addRows(noSums(span.bucketStarts.length), amounts),
  }));
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
     where local_date >= $2::date and tenant_id = any ($4::uuid[]) and ($5::usage_source[] is null or source = any ($5))
     group by index, tenant_id, source, actor_id`,
    [bucketsOfDays(firstDays), firstDays[0], months.length - 1, tenantIds, onlyOf(sources)],
  );
  return rows.map(({ index, ...row }) => ({ ...withDate(row), month: months[index] as string }));
}

/** An hour or a day is one row, or at the ends of a span a few, which are added up here; a month is dozens. */
function hasLongBuckets({ bucketDates }: Span): boolean {
  return bucketsOfDays(bucketDates).length > bucketDates.length;
}

const summedSql = `select bucket, tenant_id, source, actor_id, sum(requests) as requests, sum(failed) as failed, sum(blocked) as blocked,
    sum(free) as free, sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, sum(total_tokens) as total_tokens,
    sum(cost_micro_usd) as cost_micro_usd, sum(unpriced) as unpriced, max(last_used_at) as last_used_at
  from wanted group by bucket, tenant_id, source, actor_id`;

/** Amounts stay below 2^53, up to which a float8 is exact; it is summed several times as fast as a bigint. */
const sumsSql = `sum(requests::float8) as requests, sum(blocked::float8) as blocked,
  sum(input_tokens::float8) as "inputTokens", sum(output_tokens::float8) as "outputTokens",
  sum(total_tokens::float8) as "totalTokens", sum(cost_micro_usd::float8) as "costMicroUsd",
  sum(unpriced::float8) as unpriced`;

const callSumsSql = `sum(failed::float8) as failed, sum(free::float8) as free,
  (extract(epoch from max(last_used_at)) * 1000)::float8 as "lastUsedMs"`;

const seriesColumns = `tenant_id as "tenantId", source, actor_id as "actorId"`;

function withDate<Of extends object>({ lastUsedMs, ...row }: Of & { lastUsedMs: number | null }) {
  return { ...row, lastUsedAt: lastUsedMs === null ? null : new Date(lastUsedMs) };
}
