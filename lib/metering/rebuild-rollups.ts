import type pg from "pg";

/** Local dates, [from, to). */
export type Dates = { from: string; to: string };

export type Rebuilt = { tenants: number; changed: number };

type RebuildAll = {
  /** Only this one. */
  slug?: string;
  /** Those before it, by slug, have been rebuilt. */
  resumeAt?: string;
  report?(progress: { slug: string; done: number; tenants: number; changed: number }): void;
  signal?: AbortSignal;
};

/** A tenant's row is held for about so long, so that its calls hardly wait. */
const heldMs = 100;
const mostDays = 32;

/**
 * Brings every roll-up to what the ledger, the corrections and the counted refusals say, tenant by tenant and some days at a
 * time, each while it holds the tenant's row, as whatever moves a roll-up does: so it may run beside live traffic, may be
 * stopped at any time and run again, and changes nothing that is right. Days whose ledger has been purged are left alone.
 */
export async function rebuildRollups(
  client: pg.ClientBase,
  { slug, resumeAt, report, signal }: RebuildAll = {},
): Promise<Rebuilt> {
  await client.query("set statement_timeout = 0; set jit = off");
  const { rows: tenants } = await client.query<{ id: string; slug: string }>(
    `select id, slug from tenant where ($1::text is null or slug = $1) and ($2::text is null or slug >= $2) order by slug`,
    [slug ?? null, resumeAt ?? null],
  );
  const purgedBefore = await findPurge(client);
  let changed = 0;
  for (const [done, tenant] of tenants.entries()) {
    if (signal?.aborted) return { tenants: done, changed };
    changed += await rebuildTenant(client, { tenantId: tenant.id, purgedBefore, signal });
    report?.({ slug: tenant.slug, done: done + 1, tenants: tenants.length, changed });
  }
  return { tenants: tenants.length, changed };
}

type RebuildTenant = { tenantId: string; purgedBefore: string; signal: AbortSignal | undefined };

async function rebuildTenant(
  client: pg.ClientBase,
  { tenantId, purgedBefore, signal }: RebuildTenant,
): Promise<number> {
  const span = await findSpan(client, tenantId, purgedBefore);
  let changed = 0;
  let days = 7;
  for (let from = span?.from; span && from && from < span.to && !signal?.aborted; ) {
    const to = addDays(from, days);
    const startedAt = performance.now();
    await client.query("begin");
    try {
      await client.query("select from tenant where id = $1 for no key update", [tenantId]);
      changed += await rebuildDays(client, tenantId, { from, to });
      await client.query("commit");
    } catch (error) {
      await client.query("rollback");
      throw error;
    }
    const tookMs = performance.now() - startedAt;
    if (tookMs > heldMs) days = Math.max(1, Math.floor(days / 2));
    else if (tookMs < heldMs / 4) days = Math.min(mostDays, days * 2);
    from = to;
  }
  return changed;
}

/**
 * Rebuilds some days of one tenant, and tells how many rows that changed. The caller holds the tenant's row, as whoever is about
 * to purge does: what is on the ledger stays there meanwhile. Days that have been purged have their roll-ups alone.
 */
export async function rebuildDays(client: pg.ClientBase, tenantId: string, { from, to }: Dates): Promise<number> {
  const purgedBefore = await findOwnPurge(client, tenantId);
  const kept = purgedBefore === null ? from : keptFrom(purgedBefore);
  const begin = kept > from ? kept : from;
  if (begin >= to) return 0;
  const daily = await client.query(dailySql, [tenantId, begin, to]);
  const hourly = await client.query(hourlySql, [tenantId, begin, to]);
  return (daily.rowCount ?? 0) + (hourly.rowCount ?? 0);
}

/** The first date of which the whole ledger is there: the month of its first partition, and a day for the time zones. */
async function findPurge(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ first: string }>(
    `select to_char(to_date(right(min(c.relname), 7), 'YYYY_MM'), 'YYYY-MM-DD') as first
     from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'usage_record'::regclass`,
  );
  return rows[0]?.first ?? "1970-01-01";
}

/** From the first to the last day on which something was counted, or should have been. */
async function findSpan(client: pg.ClientBase, tenantId: string, droppedBefore: string): Promise<Dates | null> {
  const own = await findOwnPurge(client, tenantId);
  const purgedBefore = own !== null && own > droppedBefore ? own : droppedBefore;
  const { rows } = await client.query<{ from: string | null; to: string | null; rolled: string | null }>(
    `select to_char(min(d) - 1, 'YYYY-MM-DD') as from, to_char(max(d) + 2, 'YYYY-MM-DD') as to,
       to_char(min(d) filter (where is_rolled), 'YYYY-MM-DD') as rolled
     from (
       select min(admitted_at)::date, false from usage_record where tenant_id = $1
       union all select max(admitted_at)::date, false from usage_record where tenant_id = $1
       union all select min(at)::date, false from usage_adjustment where tenant_id = $1
       union all select max(at)::date, false from usage_adjustment where tenant_id = $1
       union all select min(starts_at)::date, true from usage_hourly where tenant_id = $1
       union all select max(starts_at)::date, true from usage_hourly where tenant_id = $1
       union all select min(local_date), true from usage_daily where tenant_id = $1
       union all select max(local_date), true from usage_daily where tenant_id = $1
       union all select max(starts_at)::date, false from refusal_hourly where tenant_id = $1
     ) days (d, is_rolled)`,
    [tenantId],
  );
  const { from, to, rolled } = rows[0] ?? {};
  if (!from || !to) return null;
  const isPurged = own !== null || (rolled != null && rolled < addDays(purgedBefore, -1));
  const kept = keptFrom(purgedBefore);
  return { from: isPurged && kept > from ? kept : from, to };
}

/** The date before which calls of this tenant have been purged; null when none have. */
async function findOwnPurge(client: pg.ClientBase, tenantId: string): Promise<string | null> {
  const { rows } = await client.query<{ date: string | null }>(
    `select to_char(purged_before at time zone 'UTC', 'YYYY-MM-DD') as date from ledger_retention where tenant_id = $1`,
    [tenantId],
  );
  return rows[0]?.date ?? null;
}

/** The first date of which no part has been purged, wherever its day begins. */
function keptFrom(purgedBefore: string): string {
  return addDays(purgedBefore, 2);
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

const summed = [
  ...["requests", "failed", "blocked", "free", "input_tokens", "cached_input_tokens", "cache_write_tokens"],
  ...["output_tokens", "reasoning_tokens", "total_tokens", "cost_micro_usd", "unpriced"],
];
const measures = [...summed, "last_used_at"];

type Rollup = {
  table: "usage_hourly" | "usage_daily";
  /** The column that says when. */
  key: string;
  /** The same in the ledger and in the corrections. */
  ledgerKey: string;
  type: string;
  /** The same of a counted refusal. */
  refusalKey: string;
};

/** Columns by what they are where nothing else is said. */
function counted(values: Record<string, string>): string {
  return measures.map((name) => values[name] ?? (name === "last_used_at" ? "null::timestamptz" : "0")).join(", ");
}

/**
 * One statement: what should be there, from the ledger, corrections and refusals, beside what is there, of which only the free
 * calls count, as nothing else knows of them. The spans of `admitted_at` are wide enough for any time zone.
 */
function rebuildSql({ table, key, ledgerKey, type, refusalKey }: Rollup): string {
  const near = (column: string) =>
    `${column} >= $2::date::timestamp at time zone 'UTC' - interval '1 day' and ${column} < $3::date::timestamp at time zone 'UTC' + interval '1 day'`;
  const within = (column: string) =>
    type === "date"
      ? `${column} >= $2::date and ${column} < $3::date`
      : `${column} >= $2::date::timestamp at time zone 'UTC' and ${column} < $3::date::timestamp at time zone 'UTC'`;
  const isEmpty = summed.map((name) => `truth.${name} = 0`).join(" and ");
  const isOther = `(${measures.map((name) => `rolled.${name}`).join(", ")}) is distinct from (${measures.map((name) => `truth.${name}`).join(", ")})`;
  return `merge into ${table} rolled using (
      select "when", source, actor_id, ${summed.map((name) => `sum(${name})::bigint as ${name}`).join(", ")}, max(last_used_at) as last_used_at
      from (
        select ${ledgerKey} as "when", source, coalesce(api_key_id, user_id, tenant_id) as actor_id, ${counted({
          requests: "(state <> 'failed')::int",
          failed: "(state = 'failed')::int",
          input_tokens: "coalesce(input_tokens, 0)",
          cached_input_tokens: "coalesce(cached_input_tokens, 0)",
          cache_write_tokens: "coalesce(cache_write_tokens, 0)",
          output_tokens: "coalesce(output_tokens, 0)",
          reasoning_tokens: "coalesce(reasoning_tokens, 0)",
          total_tokens: "coalesce(total_tokens, 0)",
          cost_micro_usd: "coalesce(cost_micro_usd, 0)",
          unpriced: "(state <> 'failed' and cost_micro_usd is null)::int",
          last_used_at: "admitted_at",
        })}
        from usage_record where tenant_id = $1 and state <> 'admitted' and ${near("admitted_at")} and ${within(ledgerKey)}
        union all
        select ${ledgerKey}, source, coalesce(api_key_id, tenant_id), ${counted({
          requests: "requests",
          total_tokens: "tokens",
          cost_micro_usd: "cost_micro_usd",
        })}
        from usage_adjustment where tenant_id = $1 and ${near("at")} and ${within(ledgerKey)}
        union all
        select "when", source, actor_id, ${counted({ blocked: "refusals" })}
        from (
          select ${refusalKey} as "when", r.source, r.actor_id, r.refusals
          from refusal_hourly r join tenant t on t.id = r.tenant_id where r.tenant_id = $1 and ${near("r.starts_at")}
        ) refused where ${within('"when"')}
        union all
        select ${key}, source, actor_id, ${counted({ free: "free" })}
        from ${table} where tenant_id = $1 and ${within(key)}
      ) each ("when", source, actor_id, ${measures.join(", ")})
      group by 1, 2, 3
    ) truth
    on rolled.tenant_id = $1 and rolled.${key} = truth."when" and rolled.source = truth.source and rolled.actor_id = truth.actor_id
    when matched and ${isEmpty} then delete
    when matched and ${isOther} then update set ${measures.map((name) => `${name} = truth.${name}`).join(", ")}
    when not matched and not (${isEmpty}) then insert (tenant_id, ${key}, source, actor_id, ${measures.join(", ")})
      values ($1, truth."when", truth.source, truth.actor_id, ${measures.map((name) => `truth.${name}`).join(", ")})`;
}

const hourlySql = rebuildSql({
  table: "usage_hourly",
  key: "starts_at",
  ledgerKey: "hour_starts_at",
  type: "timestamptz",
  refusalKey: "r.starts_at",
});

/** A refusal's hour belongs to the date that calls of that hour have: the tenant may have had another time zone then. */
const dailySql = rebuildSql({
  table: "usage_daily",
  key: "local_date",
  ledgerKey: "local_date",
  type: "date",
  refusalKey: `coalesce((select u.local_date from usage_record u where u.tenant_id = $1 and u.admitted_at >= r.starts_at
      and u.admitted_at < r.starts_at + interval '1 hour' and u.hour_starts_at = r.starts_at limit 1),
    (r.starts_at at time zone t.time_zone)::date)`,
});
