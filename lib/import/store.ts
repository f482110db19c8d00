import type pg from "pg";
import { rebuildDays } from "../metering/rebuild-rollups";
import { dayAt, monthAt } from "../quota/window";
import type { UsageSource } from "../usage/schema";
import { findKey, type ImportedCall, type KnownCallers, sourceOf } from "./calls";

/** By which imported rows are known in the ledger. */
const importEndpoint = "import";
/** So many are classified, of so many days, before the tenant's calls have their turn: about a tenth of a second. */
const mostCallsHeld = 5_000;
const mostDaysHeld = 7;
const noInstance = "00000000-0000-0000-0000-000000000000";

export type ImportTenant = { id: string; slug: string; timeZone: string };

export async function findImportTenant(client: pg.ClientBase | pg.Pool, { id, slug }: { id?: string; slug?: string }) {
  const { rows } = await client.query<ImportTenant>(
    `select id, slug, time_zone as "timeZone" from tenant where id = $1 or slug = $2`,
    [id ?? null, slug ?? null],
  );
  return rows[0] ?? null;
}

export async function readKnownCallers(client: pg.ClientBase, tenantId: string): Promise<KnownCallers> {
  const keys = await client.query<KnownCallers["keys"][number]>(
    "select id, name, prefix, kind from api_key where tenant_id = $1",
    [tenantId],
  );
  const users = await client.query<KnownCallers["users"][number]>(
    `select u.id, u.name, u.email from "user" u join membership m on m.user_id = u.id where m.tenant_id = $1`,
    [tenantId],
  );
  return { keys: keys.rows, users: users.rows };
}

export async function ensureMonths(client: pg.ClientBase, { from, to }: { from: Date; to: Date }): Promise<void> {
  await client.query(
    "select ensure_usage_partitions(($1::timestamptz at time zone 'UTC')::date, ($2::timestamptz at time zone 'UTC')::date)",
    [from, to],
  );
}

/**
 * Adds calls to the ledger and to all that is counted of it, in one transaction that holds the tenant's row. Those that are
 * there already are passed over. Gives how many were added.
 */
export async function addCalls(
  client: pg.ClientBase,
  { tenant, calls }: { tenant: ImportTenant; calls: ImportedCall[] },
): Promise<number> {
  return await holdingTenant(client, tenant.id, async (windows) => {
    await ensureCounters(client, tenant.id, windows);
    const { rows } = await client.query<{ added: number }>(addSql, [
      tenant.id,
      JSON.stringify(calls),
      importEndpoint,
      noInstance,
    ]);
    return rows[0]?.added ?? 0;
  });
}

/**
 * Classifies imported calls whose key was not known when they came and is now: they become the key's, and use of an app. Done
 * twice, it changes nothing the second time. The tenant's row is held for some days of them at a time, so that its calls
 * hardly wait; after each it tells how many it has changed so far.
 */
export async function classifyCalls(
  client: pg.ClientBase,
  tenant: ImportTenant,
  report: (changed: number) => void,
): Promise<void> {
  const { keys } = await readKnownCallers(client, tenant.id);
  const { rows: unknown } = await client.query<Unclassified>(
    `select api_key_name as name, local_date::text as date, count(*)::int as calls,
       min(admitted_at) as "first", max(admitted_at) as "last"
     from usage_record where tenant_id = $1 and endpoint = $2 and api_key_id is null and api_key_name is not null
     group by 1, 2 order by 2`,
    [tenant.id, importEndpoint],
  );
  const found = new Map(
    [...new Set(unknown.map(({ name }) => name))].flatMap((name) => {
      const key = findKey(keys, name);
      return key ? [[name, { name, id: key.id, key_name: key.name, source: sourceOf(key) }]] : [];
    }),
  );
  let changed = 0;
  for (const days of inPieces(unknown.filter(({ name }) => found.has(name)))) {
    changed += await classifyDays(client, tenant, { days, found: [...found.values()] });
    report(changed);
  }
}

type Unclassified = { name: string; date: string; calls: number; first: Date; last: Date };
type Found = { name: string; id: string; key_name: string; source: UsageSource };

/** Whole days that lie together and are of so many calls, or a single day. */
function inPieces(all: Unclassified[]): Unclassified[][] {
  const pieces: Unclassified[][] = [];
  let calls = 0;
  for (const each of all) {
    const piece = pieces.at(-1);
    const days = piece?.[0] ? daysBetween(piece[0].date, each.date) : mostDaysHeld;
    const isSameDay = piece?.at(-1)?.date === each.date;
    if (piece && (isSameDay || (days < mostDaysHeld && calls + each.calls <= mostCallsHeld))) piece.push(each);
    else {
      pieces.push([each]);
      calls = 0;
    }
    calls += each.calls;
  }
  return pieces;
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

async function classifyDays(
  client: pg.ClientBase,
  tenant: ImportTenant,
  { days, found }: { days: Unclassified[]; found: Found[] },
): Promise<number> {
  const [first, last] = [
    Math.min(...days.map(({ first }) => first.getTime())),
    Math.max(...days.map(({ last }) => last.getTime())),
  ].map((ms) => new Date(ms));
  return await holdingTenant(client, tenant.id, async (windows) => {
    await ensureCounters(client, tenant.id, windows);
    const { rows } = await client.query<{ count: number; from: string; to: string }>(
      `with moved as (
         update usage_record u set api_key_id = g.id, api_key_name = g.key_name, source = g.source
         from json_to_recordset($3) as g (name text, id uuid, key_name text, source usage_source)
         where u.tenant_id = $1 and u.endpoint = $2 and u.api_key_id is null and u.api_key_name = g.name
           and u.admitted_at between $4 and $5
         returning u.*
       ),
       counters as (${countersSql("moved", "(a.api_key_id)")}),
       used as (
         update api_key k set last_used_at = m.at from (select api_key_id, max(admitted_at) as at from moved group by 1) m
         where k.id = m.api_key_id and (k.last_used_at is null or k.last_used_at < m.at)
       )
       select count(*)::int as count, (min(local_date) - 1)::text as from, (max(local_date) + 2)::text as to from moved`,
      [tenant.id, importEndpoint, JSON.stringify(found), first, last],
    );
    const [moved] = rows;
    if (!moved || moved.count === 0) return 0;
    await rebuildDays(client, tenant.id, moved);
    return moved.count;
  });
}

/** Does it while it holds the tenant's row, and tells it the day and the month that run then: an import may last over midnight. */
async function holdingTenant<T>(
  client: pg.ClientBase,
  tenantId: string,
  work: (windows: Date[]) => Promise<T>,
): Promise<T> {
  await client.query("begin");
  try {
    await client.query("select from tenant where id = $1 for no key update", [tenantId]);
    const { rows } = await client.query<{ timeZone: string; now: Date }>(
      `select time_zone as "timeZone", clock_timestamp() as now from tenant where id = $1`,
      [tenantId],
    );
    const result = await work(rows.flatMap(windowsAt));
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

/** The windows that run now must be there before something is counted that lies in them. */
async function ensureCounters(client: pg.ClientBase, tenantId: string, windows: Date[]): Promise<void> {
  await client.query(
    `select open_counters(array_agg($1::uuid), array_agg(s.id), array_agg($2::timestamptz), array_agg($3::timestamptz),
       array_agg($4::timestamptz), array_agg($5::timestamptz))
     from (select $1::uuid as id union all select id from api_key where tenant_id = $1) s`,
    [tenantId, ...windows],
  );
}

function windowsAt({ timeZone, now }: { timeZone: string; now: Date }): Date[] {
  const [day, month] = [dayAt(now, timeZone), monthAt(now, timeZone)];
  return [day.startsAt, day.endsAt, month.startsAt, month.endsAt];
}

/** Adds calls of the tenant `$1` to the counters of these subjects of theirs; what lies in no window that runs counts in none. */
function countersSql(calls: "added" | "moved", subjects: string): string {
  return `update quota_counter c set day_requests_used = c.day_requests_used + d.day_requests,
      day_tokens_used = c.day_tokens_used + d.day_tokens, day_cost_used = c.day_cost_used + d.day_cost,
      month_requests_used = c.month_requests_used + d.month_requests,
      month_tokens_used = c.month_tokens_used + d.month_tokens, month_cost_used = c.month_cost_used + d.month_cost,
      counted_until = greatest(c.counted_until, d.until)
    from (
      select s.subject_id, max(a.admitted_at) as until, sum(i.day) as day_requests, sum(a.total_tokens * i.day) as day_tokens,
        coalesce(sum(a.cost_micro_usd * i.day), 0) as day_cost, sum(i.month) as month_requests,
        sum(a.total_tokens * i.month) as month_tokens, coalesce(sum(a.cost_micro_usd * i.month), 0) as month_cost
      from ${calls} a cross join lateral (values ${subjects}) s (subject_id)
      join quota_counter q on q.tenant_id = $1 and q.subject_id = s.subject_id
      cross join lateral (select (q.day_starts_at <= a.admitted_at and a.admitted_at < q.day_ends_at)::int as day,
        (q.month_starts_at <= a.admitted_at and a.admitted_at < q.month_ends_at)::int as month) i
      group by s.subject_id
    ) d
    where c.tenant_id = $1 and c.subject_id = d.subject_id`;
}

const rolledUp = `requests, input_tokens, output_tokens, total_tokens, cost_micro_usd, unpriced, last_used_at`;
const sums = `count(*), sum(input_tokens), sum(output_tokens), sum(total_tokens), coalesce(sum(cost_micro_usd), 0),
  count(*) filter (where cost_micro_usd is null), max(admitted_at)`;
const rollUp = (table: string, key: string, column: string) => `
  insert into ${table} as r (tenant_id, ${key}, source, actor_id, ${rolledUp})
  select tenant_id, ${column}, source, actor_id, ${sums} from added group by 1, 2, 3, 4
  on conflict (tenant_id, ${key}, source, actor_id) do update set requests = r.requests + excluded.requests,
    input_tokens = r.input_tokens + excluded.input_tokens, output_tokens = r.output_tokens + excluded.output_tokens,
    total_tokens = r.total_tokens + excluded.total_tokens, cost_micro_usd = r.cost_micro_usd + excluded.cost_micro_usd,
    unpriced = r.unpriced + excluded.unpriced, last_used_at = greatest(r.last_used_at, excluded.last_used_at)`;

const addSql = `with added as (
    insert into usage_record (id, tenant_id, admitted_at, api_key_id, api_key_name, user_id, user_name, source, provider, endpoint,
      model, answered_model, state, stream, reserved_tokens, reserved_cost, reserved_input, input_tokens, output_tokens,
      total_tokens, cost_micro_usd, settled_at, instance_id, hour_starts_at, day_starts_at, month_starts_at, local_date)
    select g.id, $1::uuid, g.at, g.key_id, g.key_name, g.user_id, g.user_name, g.source, g.provider, $3, g.model, g.model, 'settled',
      false, 0, 0, 0, g.input, g.output, g.input + g.output, g.cost, g.at, $4::uuid, g.hour, g.day, g.month, g.date
    from json_to_recordset($2) as g (id uuid, at timestamptz, key_id uuid, key_name text, user_id uuid, user_name text,
      source usage_source, provider text, model text, input bigint, output bigint, cost bigint, hour timestamptz, day timestamptz,
      month timestamptz, date date)
    on conflict do nothing
    returning *, coalesce(api_key_id, user_id, tenant_id) as actor_id
  ),
  counters as (${countersSql("added", "(a.tenant_id), (a.api_key_id)")}),
  keys as (
    update api_key k set last_used_at = d.at
    from (select api_key_id, max(admitted_at) as at from added where api_key_id is not null group by 1) d
    where k.id = d.api_key_id and (k.last_used_at is null or k.last_used_at < d.at)
  ),
  hourly as (${rollUp("usage_hourly", "starts_at", "hour_starts_at")}),
  daily as (${rollUp("usage_daily", "local_date", "local_date")})
  select count(*)::int as added from added`;
