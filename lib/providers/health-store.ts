import { pool } from "../db/client";
import type { ProviderHealth } from "./schema";

/** So many calls, the newest, tell enough of an hour. */
const readAtMost = 100_000;

/** Statuses by which a provider turns the agency's account down, or asks for patience, whatever the request was. */
const accountStatuses = [401, 402, 403, 407, 408, 429];

type Row = Omit<ProviderHealth, "providerId" | "lastErrorAt" | "latencyMs" | "firstByteMs"> & {
  slug: string;
  lastErrorAt: Date | null;
  latencies: [number, number] | null;
  firstBytes: [number, number] | null;
};

/** How providers, by their slugs, have answered the calls of the ledger since then. Those without a call are left out. */
export async function sumAnswers(since: Date): Promise<Map<string, Omit<ProviderHealth, "providerId">>> {
  const { rows } = await pool().query<Row>(healthSql, [since, accountStatuses, readAtMost]);
  return new Map(rows.map(({ slug, ...row }) => [slug, healthOf(row)]));
}

const healthSql = `with recent as (
    select provider, state, http_status, latency_ms, first_byte_ms, stream, admitted_at
    from usage_record where admitted_at > $1 order by admitted_at desc, id desc limit $3
  ),
  ended as (
    select *, state = 'failed' or coalesce(http_status = any ($2::int[]), false) as is_error
    from recent where state in ('settled', 'failed')
  ),
  by_status as (
    select provider, json_agg(json_build_object('status', http_status, 'calls', calls) order by calls desc) as causes
    from (select provider, http_status, count(*) as calls from ended where is_error group by provider, http_status) s
    group by provider
  )
  select provider as slug, count(*)::int as calls, (count(*) filter (where is_error))::int as errors,
    max(admitted_at) filter (where is_error) as "lastErrorAt",
    coalesce((select causes from by_status b where b.provider = e.provider), '[]') as causes,
    percentile_disc(array[0.5, 0.95]) within group (order by latency_ms) filter (where not is_error) as latencies,
    percentile_disc(array[0.5, 0.95]) within group (order by first_byte_ms) filter (where not is_error and stream)
      as "firstBytes"
  from ended e group by provider`;

function healthOf({ lastErrorAt, latencies, firstBytes, ...counted }: Omit<Row, "slug">) {
  return {
    ...counted,
    lastErrorAt: lastErrorAt?.toISOString() ?? null,
    latencyMs: spreadOf(latencies),
    firstByteMs: spreadOf(firstBytes),
  };
}

function spreadOf(percentiles: [number, number] | null) {
  return percentiles && { median: percentiles[0], slowest: percentiles[1] };
}
