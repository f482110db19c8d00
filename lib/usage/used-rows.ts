import type { Period } from "../quota/window";
import { allSources, type UsageSource } from "./schema";
import { bucketsOfDays, type Pieces, type Span } from "./span";

/** `tenantId` and `apiKeyId` combine with AND. */
export type UsageFilter = {
  tenantId?: string | undefined;
  apiKeyId?: string | undefined;
  sources: readonly UsageSource[];
};

/** Gives a statement a value; what stands for it there. */
type Given = (value: unknown, type: string) => string;

/** The rows of the roll-ups as `used`, for a `with`. */
type UsedRows = { used: string; values: unknown[]; given: Given };

const columns = `source, actor_id, tenant_id, requests, failed, blocked, free, input_tokens, output_tokens, total_tokens,
  cost_micro_usd, unpriced, last_used_at`;

/**
 * What is in the span by the roll-ups: whole days from the daily one, what is left at its two ends from the hourly one; each
 * row in its bucket. What need not be asked is not said: it would be planned, and looked at for each row, for nothing.
 */
export function usedOf(span: Span, filter: UsageFilter): UsedRows {
  const values: unknown[] = [];
  const given: Given = (value, type) => `$${values.push(value)}::${type}`;
  const { hours, dates } = span.pieces;
  const pieces = [
    ...hours.map((period) => ofHours(span, period, given)),
    ...(dates === null ? [] : [ofDates(span, dates, given)]),
  ];
  const conditions = conditionsOf(filter, given);
  const selects = pieces.map((piece) => [piece, ...conditions].join(" and "));
  return { used: `used as (${selects.join(" union all ")})`, values, given };
}

function ofHours({ bucketStarts }: Span, { startsAt, endsAt }: Period, given: Given): string {
  const starts = bucketStarts.map((start) => start.toISOString());
  return `select width_bucket(starts_at, ${given(starts, "timestamptz[]")}) - 1 as bucket, ${columns} from usage_hourly
    where starts_at >= ${given(startsAt.toISOString(), "timestamptz")} and starts_at < ${given(endsAt.toISOString(), "timestamptz")}`;
}

/** The bucket of a day is looked up by its place: to search for it would take as long as all the rest. */
function ofDates({ bucketDates }: Span, { from, to }: NonNullable<Pieces["dates"]>, given: Given): string {
  const [buckets, first] = [given(bucketsOfDays(bucketDates), "int[]"), given(bucketDates[0], "date")];
  const last = given(bucketDates.length - 1, "int");
  return `select coalesce((${buckets})[local_date - ${first} + 1], ${last}) as bucket, ${columns} from usage_daily
    where local_date >= ${given(from, "date")}${to === null ? "" : ` and local_date < ${given(to, "date")}`}`;
}

function conditionsOf({ tenantId, apiKeyId, sources }: UsageFilter, given: Given): string[] {
  const only = onlyOf(sources);
  return [
    ...(tenantId === undefined ? [] : [`tenant_id = ${given(tenantId, "uuid")}`]),
    ...(apiKeyId === undefined ? [] : [`actor_id = ${given(apiKeyId, "uuid")} and source <> 'web'`]),
    ...(only === null ? [] : [`source = any (${given(only, "usage_source[]")})`]),
  ];
}

/** Null where nothing is left out, so that it need not be looked at: of thousands of rows that takes a tenth of the time. */
export function onlyOf(sources: readonly UsageSource[]): readonly UsageSource[] | null {
  return allSources.every((source) => sources.includes(source)) ? null : sources;
}
