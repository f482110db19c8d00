import { pool } from "../db/client";
import { costOf } from "../usage/totals";
import type { Clock } from "./clocks";
import { type DayPart, daysOf } from "./days";
import type { Use } from "./schema";

/** Stretches of time whose use is told apart; none overlaps another of its roll-up. */
type Part = DayPart | "todayHours" | "yesterday" | "lastDay";

export async function listTimeZones(): Promise<string[]> {
  const { rows } = await pool().query<{ time_zone: string }>("select distinct time_zone from tenant");
  return rows.map(({ time_zone }) => time_zone);
}

type Sums = Omit<Use, "costMicroUsd"> & { costMicroUsd: number };

/** What a part comes to; it may be told in several. */
type PartSums = Sums & { part: Part };

/**
 * What all clients used in each part, each on the clock of its own time zone: whole days from the daily roll-up, the rest by the
 * hour. Where all clocks agree in which part a day is, its rows are added up as they are: to look up the clock of each would
 * take as long again.
 */
export async function sumParts(clocks: Clock[]): Promise<PartSums[]> {
  const column = <Name extends keyof Clock>(name: Name) => clocks.map((clock) => clock[name]);
  const instants = (name: keyof Clock) => (column(name) as Date[]).map((instant) => instant.toISOString());
  const { agreed, others } = daysOf(clocks);
  const { rows } = await pool().query<PartSums>(
    `with clock as (
       select * from unnest($1::text[], $2::date[], $3::date[], $4::date[], $5::date[], $6::timestamptz[], $7::timestamptz[],
         $8::timestamptz[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
         as c (zone, today, month_date, last_month_date, last_date, day_from, hour_from, yesterday_from, yesterday_to,
           last_day_from, last_day_to)
     ),
     owner as (select t.id, c.* from tenant t join clock c on c.zone = t.time_zone),
     used as (
       select case when d.local_date >= o.today then 'today' when d.local_date >= o.month_date then 'earlier'
           when d.local_date >= o.last_month_date and d.local_date < o.last_date then 'lastMonth' end as part,
         d.requests, d.total_tokens, d.cost_micro_usd, d.blocked, d.unpriced
       from unnest($15::date[], $16::date[]) as piece ("from", "to")
       join usage_daily d on d.local_date >= piece."from" and d.local_date < piece."to"
       join owner o on o.id = d.tenant_id
       union all
       select case when h.starts_at >= o.day_from and h.starts_at < o.hour_from then 'todayHours'
           when h.starts_at >= o.yesterday_from and h.starts_at < o.yesterday_to then 'yesterday'
           when h.starts_at >= o.last_day_from and h.starts_at < o.last_day_to then 'lastDay' end,
         h.requests, h.total_tokens, h.cost_micro_usd, h.blocked, h.unpriced
       from (
         select min(yesterday_from) as "from", max(hour_from) as "to" from clock
         union all select min(last_day_from), max(last_day_to) from clock
       ) piece
       join usage_hourly h on h.starts_at >= piece."from" and h.starts_at < piece."to"
       join owner o on o.id = h.tenant_id
     )
     select part, ${sumsSql} from used where part is not null group by part
     union all
     select agreed.part, sums.* from unnest($12::text[], $13::date[], $14::date[]) as agreed (part, "from", "to")
     cross join lateral (
       select ${sumsSql} from usage_daily d where d.local_date >= agreed."from" and d.local_date < agreed."to"
     ) sums where sums.requests is not null`,
    [
      column("timeZone"),
      column("today"),
      column("monthDate"),
      column("lastMonthDate"),
      column("lastDate"),
      ...(
        [
          "dayStartsAt",
          "hourStartsAt",
          "yesterdayStartsAt",
          "yesterdayEndsAt",
          "lastDayStartsAt",
          "lastDayEndsAt",
        ] as const
      ).map(instants),
      agreed.map(({ part }) => part),
      agreed.map(({ from }) => from),
      agreed.map(({ to }) => to),
      others.map(({ from }) => from),
      others.map(({ to }) => to),
    ],
  );
  return rows;
}

/** Amounts stay below 2^53, up to which a float8 is exact; it is summed several times as fast as a bigint. */
const sumsSql = `sum(requests::float8) as requests, sum(total_tokens::float8) as "totalTokens",
  sum(cost_micro_usd::float8) as "costMicroUsd", sum(blocked::float8) as blocked, sum(unpriced::float8) as "unpricedRequests"`;

/** The parts together. */
export function useOf(all: PartSums[], ...parts: Part[]): Use {
  const sums = all.filter(({ part }) => parts.includes(part));
  const sum = (name: keyof Sums) => sums.reduce((total, each) => total + each[name], 0);
  const [requests, unpriced] = [sum("requests"), sum("unpricedRequests")];
  return {
    requests,
    totalTokens: sum("totalTokens"),
    costMicroUsd: costOf({ requests, unpriced, costMicroUsd: sum("costMicroUsd") }),
    unpricedRequests: unpriced,
    blocked: sum("blocked"),
  };
}

export type SeriesRow = {
  bucket: number;
  tenantId: string | null;
  requests: number;
  totalTokens: number;
  costMicroUsd: number;
  unpriced: number;
};

type SeriesRequest = { starts: string[]; bucket: "hour" | "day"; ownLines: number };

/** Use by bucket of those who used most, and of all others together; with how many these are. */
export async function sumByTenant({ starts, bucket, ownLines }: SeriesRequest): Promise<{
  rows: SeriesRow[];
  names: Map<string, string>;
  others: number;
}> {
  const [table, at, type] =
    bucket === "hour" ? ["usage_hourly", "starts_at", "timestamptz"] : ["usage_daily", "local_date", "date"];
  const { rows } = await pool().query<SeriesRow & { rank: number; name: string | null; others: number }>(
    `with used as materialized (
       select tenant_id, width_bucket(${at}, $1::${type}[]) - 1 as bucket, sum(requests::float8) as requests,
         sum(total_tokens::float8) as tokens, sum(cost_micro_usd::float8) as cost,
         sum(unpriced::float8) as unpriced
       from ${table} where ${at} >= ($1::${type}[])[1] group by 1, 2
     ),
     ranked as (
       select tenant_id, row_number() over (order by sum(tokens) desc, sum(requests) desc, tenant_id) as rank
       from used group by tenant_id having sum(requests) > 0 or sum(tokens) <> 0 or sum(cost) <> 0
     )
     select case when r.rank <= $2 then r.tenant_id end as "tenantId", min(r.rank)::int as rank, u.bucket,
       sum(u.requests) as requests, sum(u.tokens) as "totalTokens", sum(u.cost) as "costMicroUsd", sum(u.unpriced) as unpriced,
       min(t.name) as name, (select greatest(0, count(*) - $2)::int from ranked) as others
     from used u join ranked r using (tenant_id) join tenant t on t.id = u.tenant_id
     group by 1, u.bucket order by rank, u.bucket`,
    [starts, ownLines],
  );
  return {
    rows,
    names: new Map(rows.flatMap(({ tenantId, name }) => (tenantId && name !== null ? [[tenantId, name]] : []))),
    others: rows[0]?.others ?? 0,
  };
}
