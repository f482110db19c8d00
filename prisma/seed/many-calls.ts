import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { hours, weekends } from "./history";
import type { ManyActor, ManyClient } from "./many-clients";
import { type ModelName, modelSeeds, ratesOf } from "./models";

type Drawn = {
  clients: ManyClient[];
  actors: ManyActor[];
  /** About so many. */
  calls: number;
  from: Date;
  to: Date;
};

/** So many months are made at a time. */
const connections = 2;

/**
 * Writes millions of past calls, and nothing else: `recount` must follow. The database makes them up itself, a month at a
 * time, into a table that becomes that month of the ledger when it is full: its indexes are built once and not row by row.
 */
export async function loadManyCalls({
  databaseUrl,
  report,
  ...drawn
}: Drawn & { databaseUrl: string; report(line: string): void }): Promise<number> {
  const months = monthsBetween(drawn.from, drawn.to);
  const rest = [...months.entries()];
  let made = 0;
  let done = 0;
  const work = async () => {
    const client = new pg.Client({ connectionString: databaseUrl, application_name: "sluice-seed" });
    await client.connect();
    try {
      await prepare(client, drawn);
      for (let next = rest.shift(); next; next = rest.shift()) {
        const [place, month] = next;
        const added = await loadMonth(client, { month, place, to: drawn.to });
        made += added;
        done += 1;
        report(`${made.toLocaleString("en")} calls, ${done} of ${months.length} months …`);
      }
    } finally {
      await client.end();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return made;
}

/** What the calls are drawn from, in tables of the connection's own: who, on which days, to which models, and how many. */
async function prepare(client: pg.ClientBase, { clients, actors, calls, from, to }: Drawn): Promise<void> {
  await client.query(
    "set synchronous_commit = off; set work_mem = '64MB'; set maintenance_work_mem = '256MB'; set jit = off",
  );
  await client.query(
    `create temporary table many_model as select * from json_to_recordset($1) as m (n int, provider text, endpoint text,
       model text, answered text, input float8, output float8, pace float8, is_streamed boolean, input_rate float8,
       cached_rate float8, output_rate float8)`,
    [JSON.stringify(modelRows(to))],
  );
  await client.query(
    `create temporary table many_actor as select a.tenant, a.key, a."user", a.name, a.source, a.models::int[] as models, a.weight,
       a."from", a."to"
     from json_to_recordset($1) as a (tenant uuid, key uuid, "user" uuid, name text, source usage_source, models text,
       weight float8, "from" timestamptz, "to" timestamptz)`,
    [JSON.stringify(actors.map(actorRow))],
  );
  // They grow over the year, rest at weekends, and no day is like another.
  await client.query(
    `create temporary table many_day as
     select c.tenant, c.hours::int[] as hours, d::date as date, d at time zone c.zone as starts_at,
       (d + interval '1 day') at time zone c.zone as ends_at, date_trunc('month', d) at time zone c.zone as month_starts_at,
       (0.35 + 0.65 * greatest(0, extract(epoch from d - $2::timestamp) / extract(epoch from $3::timestamp - $2::timestamp)))
         * case when extract(isodow from d) > 5 then c.weekend else 1 end
         * (0.8 + 0.4 * (hashtext(c.tenant::text || d::text) & 1023) / 1023.0) as factor
     from json_to_recordset($1) as c (tenant uuid, zone text, weekend float8, hours text, "from" timestamp)
     cross join generate_series(c."from"::date - interval '1 day', $3::timestamp::date + interval '1 day', interval '1 day') d`,
    [JSON.stringify(clients.map(clientRow)), utc(from), utc(to)],
  );
  await client.query("analyze many_actor; analyze many_day");
  await client.query(
    `create temporary table many_share as select coalesce(a.key, a."user") as actor, d.date, a.weight * d.factor * ($1::float8 / sum(a.weight * d.factor
       * extract(epoch from least(a."to", d.ends_at) - greatest(a."from", d.starts_at)) / 86400) over ()) as calls
     from many_actor a join many_day d on d.tenant = a.tenant and d.starts_at < a."to" and d.ends_at > a."from"`,
    [calls],
  );
  await client.query("analyze many_share");
}

type Month = { month: string; place: number; to: Date };

async function loadMonth(client: pg.ClientBase, { month, place, to }: Month): Promise<number> {
  const partition = `usage_record_${month.replace("-", "_")}`;
  await client.query("select setseed($1)", [place / 100]);
  // The months around now were made, empty, with the database.
  await client.query(`drop table if exists ${partition}`);
  await client.query(
    `create table ${partition} (like usage_record including defaults including constraints) with (fillfactor = 75)`,
  );
  const { rowCount } = await client.query(monthSql(partition), [`${month}-01`, to, uuidv7()]);
  await client.query(
    `alter table usage_record attach partition ${partition}
       for values from ('${month}-01 00:00:00+00') to ('${monthAfter(month)}-01 00:00:00+00')`,
  );
  return rowCount ?? 0;
}

/**
 * From the inside out: how many calls of whom on which day; their instants by the day's rhythm, and chance for the rest; what
 * they used; and the rows of the ledger. What is drawn by chance is drawn once: no part is folded into the one around it.
 */
const monthSql = (partition: string) => `
  insert into ${partition} (id, tenant_id, admitted_at, api_key_id, api_key_name, user_id, user_name, source, provider, endpoint,
    model, answered_model, state, http_status, stream, reserved_tokens, reserved_cost, reserved_input, input_tokens,
    cached_input_tokens, output_tokens, total_tokens, estimated, cost_micro_usd, latency_ms, first_byte_ms, settled_at,
    instance_id, hour_starts_at, day_starts_at, month_starts_at, local_date)
  select uuidv7(at - clock_timestamp()), tenant, at, key, case when key is not null then name end, "user", case when key is null then name end,
    source, provider, endpoint, model, case when fate >= 0.011 then answered end,
    (case when fate < 0.006 then 'failed' else 'settled' end)::usage_state,
    case when fate < 0.006 then 503 when fate < 0.011 then 400 else 200 end, is_streamed, input + greatest(1024, output), 0, input,
    case when fate >= 0.011 then input when fate >= 0.006 then 0 end,
    case when fate >= 0.011 then cached when fate >= 0.006 then 0 end,
    case when fate >= 0.011 then output when fate >= 0.006 then 0 end,
    case when fate >= 0.011 then input + output when fate >= 0.006 then 0 end,
    false,
    case when fate >= 0.011 then ceil(((input - cached) * input_rate + cached * cached_rate + output * output_rate) / 1e6)
      when fate >= 0.006 then 0 end,
    latency, first_byte, at + latency * interval '1 ms', $3::uuid,
    starts_at + floor(extract(epoch from at - starts_at) / 3600) * interval '1 hour', starts_at, month_starts_at, date
  from (
    select drawn.*, m.provider, m.endpoint, m.model, m.answered, m.input_rate, m.cached_rate, m.output_rate,
      m.is_streamed and chance < 0.6 as is_streamed, (320 * spread)::int as first_byte,
      (320 * spread + m.output * spread * m.pace)::int as latency,
      greatest(12, m.input * spread * (0.7 + 0.6 * chance))::bigint as input,
      case when m.output = 0 then 0 else greatest(4, m.output * spread * (1.3 - 0.6 * chance))::bigint end as output,
      case when m.input * spread > 1024 and chance > 0.6 then floor(m.input * spread * 0.4 / 128)::bigint * 128 else 0 end as cached
    from (
      select a.tenant, a.key, a."user", a.name, a.source, a."from", a."to", d.starts_at, d.month_starts_at, d.date,
        date_trunc('milliseconds', least(d.starts_at
          + (d.hours[1 + floor(random() * cardinality(d.hours))::int] + random()) * interval '1 hour',
          d.ends_at - interval '1 ms')) as at,
        a.models[1 + floor(random() * random() * cardinality(a.models))::int] as n,
        random() as chance, random() as fate, exp(0.5 * random_normal()) as spread
      from many_day d
      join many_actor a on a.tenant = d.tenant
      join many_share s on s.date = d.date and s.actor = coalesce(a.key, a."user")
      cross join lateral generate_series(1, floor(s.calls + random())::int) each
      where d.starts_at < ($1::date + interval '1 month') at time zone 'UTC' and d.ends_at > $1::date::timestamp at time zone 'UTC'
      offset 0
    ) drawn
    join many_model m on m.n = drawn.n
    where drawn.at >= $1::date::timestamp at time zone 'UTC' and drawn.at < ($1::date + interval '1 month') at time zone 'UTC'
      and drawn.at >= drawn."from" and drawn.at < least(drawn."to", $2::timestamptz)
    offset 0
  ) used`;

const modelNames = Object.keys(modelSeeds) as ModelName[];

function modelRows(at: Date): object[] {
  return modelNames.map((name, n) => {
    const { provider, endpoint, model, answeredModel, inputTokens, outputTokens, millisecondsPerToken, isStreamed } =
      modelSeeds[name];
    const rates = ratesOf(name, at);
    return {
      n,
      provider,
      endpoint,
      model,
      answered: answeredModel,
      input: inputTokens,
      output: outputTokens,
      pace: millisecondsPerToken,
      is_streamed: isStreamed,
      input_rate: rates?.input ?? null,
      cached_rate: rates?.cached ?? null,
      output_rate: rates?.output ?? null,
    };
  });
}

function actorRow({ tenantId, keyId, userId, models, ...actor }: ManyActor): object {
  const numbers = models.map((name) => modelNames.indexOf(name));
  return { ...actor, tenant: tenantId, key: keyId, user: userId, models: `{${numbers.join(",")}}` };
}

/** Each hour of the day as often as it is busy. */
function clientRow({ tenantId, timeZone, rhythm, from }: ManyClient): object {
  const busy = hours[rhythm].flatMap((weight, hour) => Array.from({ length: Math.round(weight * 2) }, () => hour));
  return { tenant: tenantId, zone: timeZone, weekend: weekends[rhythm], hours: `{${busy.join(",")}}`, from: utc(from) };
}

function utc(at: Date): string {
  return at.toISOString().slice(0, 19);
}

/** `2026-11`, of UTC, as the ledger is partitioned. */
function monthsBetween(from: Date, to: Date): string[] {
  const months: string[] = [];
  for (let month = from.toISOString().slice(0, 7); month <= to.toISOString().slice(0, 7); month = monthAfter(month))
    months.push(month);
  return months;
}

function monthAfter(month: string): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, number)).toISOString().slice(0, 7);
}
