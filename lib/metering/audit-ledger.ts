import type pg from "pg";

/** One place where counters or roll-ups say something else than the ledger. */
export type Drift = { what: string; where: string; recorded: string; ledger: string };

export type LedgerAudit = { records: number; counters: number; rollups: number; drifts: Drift[] };

const shownDrifts = 100;

/**
 * Compares every counter and roll-up with the sum of the ledger's rows, in one snapshot, so that it can run while calls
 * are served: a counter holds what was admitted in its span, settled rows as used and open ones as reserved, and what was corrected.
 * Windows that began before what has been purged of a tenant's calls are left out.
 */
export async function auditLedger(pool: pg.Pool): Promise<LedgerAudit> {
  const client = await pool.connect();
  try {
    await client.query("begin isolation level repeatable read");
    await client.query("set local statement_timeout = 0");
    await client.query(bucketsSql);
    await client.query("create index on audit_bucket (tenant_id, subject_id, bucket)");
    await client.query("analyze audit_bucket");

    const drifts: Drift[] = [];
    for (const sql of [
      countersSql,
      flightsSql,
      rollupsSql("usage_hourly", "starts_at", "hour_starts_at"),
      rollupsSql("usage_daily", "local_date", "local_date"),
      recordsSql,
    ]) {
      const { rows } = await client.query<Drift>(`${sql} limit ${shownDrifts}`);
      drifts.push(...rows);
    }
    const { rows } = await client.query<{ records: number; counters: number; rollups: number }>(sizesSql);
    return { ...(rows[0] as { records: number; counters: number; rollups: number }), drifts };
  } finally {
    await client.query("rollback").catch(() => {});
    client.release();
  }
}

const windows = ["day", "month"];
const amounts = ["requests_used", "requests_reserved", "tokens_used", "tokens_reserved", "cost_used", "cost_reserved"];

const sums = amounts.map((column) => `coalesce(sum(u.${column}), 0) as ${column}`).join(", ");

/** Quarters of an hour: no window begins within one, in any time zone. */
const bucketsSql = `create temporary table audit_bucket on commit drop as
  select u.tenant_id, s.subject_id, date_bin('15 minutes', u.at, 'epoch') as bucket, ${sums}
  from usage_entry u cross join lateral (values (u.tenant_id), (u.api_key_id)) s (subject_id)
  where s.subject_id is not null group by 1, 2, 3`;

const row = (alias: string, columns: string[]) =>
  `concat_ws(', ', ${columns.map((column) => `'${column} ' || ${alias}.${column}`).join(", ")})`;

const countersSql = `select 'counter' as what,
    concat_ws(' ', w."window", 'of', c.subject_id, 'from', w.starts_at) as where,
    ${row("w", amounts)} as recorded, ${row("l", amounts)} as ledger
  from quota_counter c cross join lateral (values ${windows.map((window) => `('${window}', c.${window}_starts_at, c.${window}_ends_at, ${amounts.map((column) => `c.${window}_${column}`).join(", ")})`).join(", ")})
    w ("window", starts_at, ends_at, ${amounts.join(", ")})
  cross join lateral (
    select ${amounts.map((column) => `coalesce(sum(b.${column}), 0) as ${column}`).join(", ")} from audit_bucket b
    where b.tenant_id = c.tenant_id and b.subject_id = c.subject_id and b.bucket >= w.starts_at and b.bucket < w.ends_at
  ) l
  left join ledger_retention p on p.tenant_id = c.tenant_id
  where (p.purged_before is null or w.starts_at >= p.purged_before)
    and (${amounts.map((column) => `w.${column}`).join(", ")}) is distinct from (${amounts.map((column) => `l.${column}`).join(", ")})`;

const flightsSql = `select 'calls in flight' as what, c.subject_id::text as where, c.in_flight::text as recorded, l.open::text as ledger
  from quota_counter c cross join lateral (
    select coalesce(sum(b.requests_reserved), 0) as open from audit_bucket b
    where b.tenant_id = c.tenant_id and b.subject_id = c.subject_id
  ) l where c.in_flight <> l.open`;

const measures = ["requests", "failed", "input_tokens", "output_tokens", "total_tokens", "cost_micro_usd"];

/** Of a time whose calls are purged the roll-ups alone are left. A date may begin before the instant that begins it in UTC. */
const isKept = {
  usage_hourly: "coalesce(r.starts_at, l.at) >= p.purged_before",
  usage_daily: "coalesce(r.local_date, l.at) > (p.purged_before at time zone 'UTC')::date",
};

const rollupsSql = (table: keyof typeof isKept, key: string, column: string) => `with ledger as (
    select tenant_id, ${column} as at, source, actor_id, sum(requests_used) as requests, sum(failed) as failed,
      coalesce(sum(input_tokens), 0) as input_tokens, coalesce(sum(output_tokens), 0) as output_tokens,
      coalesce(sum(tokens_used), 0) as total_tokens, coalesce(sum(cost_used), 0) as cost_micro_usd
    from usage_entry where is_settled group by 1, 2, 3, 4
  )
  select '${table}' as what, concat_ws(' ', coalesce(r.tenant_id, l.tenant_id), coalesce(r.actor_id, l.actor_id), coalesce(r.${key}, l.at)) as where,
    ${row("r", measures)} as recorded, ${row("l", measures)} as ledger
  from ledger l full join ${table} r
    on r.tenant_id = l.tenant_id and r.${key} = l.at and r.source = l.source and r.actor_id = l.actor_id
  left join ledger_retention p on p.tenant_id = coalesce(r.tenant_id, l.tenant_id)
  where (p.purged_before is null or ${isKept[table]})
    and (${measures.map((each) => `coalesce(r.${each}, 0)`).join(", ")}) is distinct from (${measures.map((each) => `coalesce(l.${each}, 0)`).join(", ")})`;

const recordsSql = `select 'record' as what, id::text as where, total_tokens::text as recorded,
    (input_tokens + output_tokens)::text as ledger
  from usage_record where state in ('settled', 'abandoned') and total_tokens is distinct from input_tokens + output_tokens`;

const sizesSql = `select (select count(*)::int from usage_record) as records, (select count(*)::int from quota_counter) as counters,
  (select count(*)::int from usage_hourly) + (select count(*)::int from usage_daily) as rollups`;
