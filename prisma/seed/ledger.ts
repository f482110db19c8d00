import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { dayAt, monthAt, type Period } from "@/lib/quota/window";
import type { PastCall } from "./history";

const rowsPerStatement = 10_000;
const clientsPerStatement = 100;

type Column = { name: string; type: string; of(call: PastCall): string | number | boolean | Date | null };

const columns: Column[] = [
  { name: "id", type: "uuid", of: (call) => call.id },
  { name: "tenant_id", type: "uuid", of: (call) => call.tenantId },
  { name: "admitted_at", type: "timestamptz", of: (call) => call.at },
  { name: "api_key_id", type: "uuid", of: (call) => call.apiKey?.id ?? null },
  { name: "api_key_name", type: "text", of: (call) => call.apiKey?.name ?? null },
  { name: "user_id", type: "uuid", of: (call) => call.user?.id ?? null },
  { name: "user_name", type: "text", of: (call) => call.user?.name ?? null },
  { name: "source", type: "usage_source", of: (call) => call.source },
  { name: "provider", type: "text", of: (call) => call.provider },
  { name: "endpoint", type: "text", of: (call) => call.endpoint },
  { name: "model", type: "text", of: (call) => call.model },
  { name: "answered_model", type: "text", of: (call) => call.answeredModel },
  { name: "state", type: "usage_state", of: (call) => call.state },
  { name: "http_status", type: "int", of: (call) => call.httpStatus },
  { name: "stream", type: "boolean", of: (call) => call.stream },
  { name: "reserved_tokens", type: "bigint", of: (call) => call.reservedTokens },
  { name: "reserved_input", type: "bigint", of: (call) => call.reservedInput },
  { name: "input_tokens", type: "bigint", of: (call) => call.usage?.inputTokens ?? null },
  { name: "cached_input_tokens", type: "bigint", of: (call) => call.usage?.cachedInputTokens ?? null },
  { name: "output_tokens", type: "bigint", of: (call) => call.usage?.outputTokens ?? null },
  { name: "reasoning_tokens", type: "bigint", of: (call) => call.usage?.reasoningTokens ?? null },
  {
    name: "total_tokens",
    type: "bigint",
    of: (call) => (call.usage ? call.usage.inputTokens + call.usage.outputTokens : null),
  },
  { name: "estimated", type: "boolean", of: (call) => call.estimated },
  { name: "cost_micro_usd", type: "bigint", of: (call) => call.cost },
  { name: "latency_ms", type: "int", of: (call) => call.latencyMs },
  { name: "first_byte_ms", type: "int", of: (call) => call.firstByteMs },
  { name: "settled_at", type: "timestamptz", of: (call) => new Date(call.at.getTime() + call.latencyMs) },
  { name: "hour_starts_at", type: "timestamptz", of: (call) => call.hourStartsAt },
  { name: "day_starts_at", type: "timestamptz", of: (call) => call.dayStartsAt },
  { name: "month_starts_at", type: "timestamptz", of: (call) => call.monthStartsAt },
  { name: "local_date", type: "date", of: (call) => call.localDate },
];

/** Writes past calls into the ledger, and nothing else: `recount` must follow. Gives their number. */
export async function insertCalls(client: pg.ClientBase, calls: Iterable<PastCall>): Promise<number> {
  const instanceId = uuidv7();
  let count = 0;
  let batch: PastCall[] = [];
  const write = async () => {
    await insertBatch(client, batch, instanceId);
    count += batch.length;
    batch = [];
  };
  for (const call of calls) {
    batch.push(call);
    if (batch.length === rowsPerStatement) await write();
  }
  if (batch.length > 0) await write();
  return count;
}

async function insertBatch(client: pg.ClientBase, calls: PastCall[], instanceId: string): Promise<void> {
  await client.query(
    `insert into usage_record (${columns.map(({ name }) => name).join(", ")}, reserved_cost, instance_id)
     select u.*, 0, $${columns.length + 1} from unnest(${columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(", ")}) u`,
    [...columns.map((column) => `{${calls.map((call) => literal(column.of(call))).join(",")}}`), instanceId],
  );
}

/** An element of an array as PostgreSQL writes it. */
function literal(value: ReturnType<Column["of"]>): string {
  if (value === null) return "null";
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== "string") return String(value);
  return /^[\w.:-]+$/.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
}

/** Brings roll-ups, counters and keys to what the ledger says from `since` on, over two connections. No server may run meanwhile. */
export async function recount(
  [client, other]: [pg.ClientBase, pg.ClientBase],
  { clients, since, now }: { clients: Zoned[]; since: Date; now: Date },
): Promise<void> {
  await Promise.all([
    client.query(rollUp({ table: "usage_hourly", key: "starts_at", column: "hour_starts_at" }), [since]),
    other.query(rollUp({ table: "usage_daily", key: "local_date", column: "local_date" }), [since]),
  ]);
  await client.query(
    `update api_key k set last_used_at = u.at from (select api_key_id, max(admitted_at) as at from usage_record where admitted_at >= $1 group by 1) u
     where k.id = u.api_key_id and (k.last_used_at is null or k.last_used_at < u.at)`,
    [since],
  );
  await client.query("analyze tenant, api_key, usage_record");
  for (let first = 0; first < clients.length; first += clientsPerStatement)
    await recountSome(client, clients.slice(first, first + clientsPerStatement), now);
}

type Zoned = { tenantId: string; timeZone: string };

/** As the database's own `recount`, for many: counters are opened out of windows of no length, into the day and month that run. */
async function recountSome(client: pg.ClientBase, clients: Zoned[], now: Date): Promise<void> {
  const ofZone = new Map(clients.map(({ timeZone }) => [timeZone, [dayAt(now, timeZone), monthAt(now, timeZone)]]));
  const instants = (window: number, edge: keyof Period) =>
    clients.map(({ timeZone }) => ofZone.get(timeZone)?.[window]?.[edge].toISOString());
  const tenantIds = clients.map(({ tenantId }) => tenantId);
  const [dayStarts, monthStarts] = [instants(0, "startsAt"), instants(1, "startsAt")];

  await client.query(openCounters, [tenantIds, dayStarts, dayStarts, monthStarts, monthStarts]);
  await client.query(
    `update quota_counter c set counted_until = u.until
     from unnest($1::uuid[]) as t (id) cross join lateral (select max(admitted_at) as until from usage_record where tenant_id = t.id) u
     where c.tenant_id = t.id and u.until > c.counted_until`,
    [tenantIds],
  );
  await client.query(openCounters, [tenantIds, dayStarts, instants(0, "endsAt"), monthStarts, instants(1, "endsAt")]);
}

const openCounters = `
  select open_counters(array_agg(s.owner), array_agg(s.subject), array_agg(s.day_from), array_agg(s.day_to),
    array_agg(s.month_from), array_agg(s.month_to))
  from (
    select c.*, k.subject
    from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
      as c (owner, day_from, day_to, month_from, month_to)
    cross join lateral (select c.owner as subject union all select id from api_key where tenant_id = c.owner) k
  ) s`;

const sums = {
  requests: "count(*) filter (where state <> 'failed')",
  failed: "count(*) filter (where state = 'failed')",
  input_tokens: "coalesce(sum(input_tokens), 0)",
  cached_input_tokens: "coalesce(sum(cached_input_tokens), 0)",
  cache_write_tokens: "coalesce(sum(cache_write_tokens), 0)",
  output_tokens: "coalesce(sum(output_tokens), 0)",
  reasoning_tokens: "coalesce(sum(reasoning_tokens), 0)",
  total_tokens: "coalesce(sum(total_tokens), 0)",
  cost_micro_usd: "coalesce(sum(cost_micro_usd), 0)",
  unpriced: "count(*) filter (where state <> 'failed' and cost_micro_usd is null)",
  last_used_at: "max(admitted_at)",
};

/**
 * Whole local days, from the day in which the given instant lies. What the ledger does not know, refused and free calls, stays.
 * Rows are written in the order of time, as the meter would have: a report's days then lie together on disk.
 */
function rollUp({ table, key, column }: { table: string; key: string; column: string }): string {
  return `insert into ${table} (tenant_id, ${key}, source, actor_id, ${Object.keys(sums).join(", ")})
    select tenant_id, ${column}, source, coalesce(api_key_id, user_id, tenant_id), ${Object.values(sums).join(", ")}
    from usage_record where admitted_at >= $1::timestamptz - interval '2 days' and state <> 'admitted'
      and day_starts_at >= $1::timestamptz - interval '1 day'
    group by 1, 2, 3, 4 order by 2, 1
    on conflict (tenant_id, ${key}, source, actor_id) do update set
      ${Object.keys(sums)
        .map((name) => `${name} = excluded.${name}`)
        .join(", ")}`;
}
