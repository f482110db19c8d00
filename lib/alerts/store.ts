import { pool } from "../db/client";
import { planJoin } from "../tenants/list-store";
import { type Alert, type AlertKey, alertNameOf, type UsedLimit } from "./crossing";

/**
 * The limits of clients and of usable keys of which as much is used as the plan calls near, or more: `thresholdsCrossed` says
 * which threshold that is, and a test holds both to the same answers. Clients that are archived or suspended are left out.
 */
export async function listNearLimits(now: Date): Promise<UsedLimit[]> {
  const { rows } = await pool().query<UsedLimit>(
    `with served as materialized (
       select t.id, t.name, t.slug, t.time_zone, coalesce(p.near_limit_percent, 80) as percent,
         case when t.daily_token_limit is null or t.daily_token_limit_expires_at <= $1 then p.daily_token_limit
           else t.daily_token_limit end as day_tokens,
         p.monthly_token_limit as month_tokens, p.daily_request_limit as day_requests,
         p.monthly_request_limit as month_requests, p.monthly_cost_limit_micro_usd as month_cost
       from tenant t ${planJoin}
       where t.archived_at is null and t.status = 'active'
     ), capped as (
       select id as tenant_id, id as subject_id, null as key_name, day_tokens, month_tokens, day_requests, month_requests, month_cost
       from served
       union all
       select tenant_id, id, name, daily_token_limit, monthly_token_limit, daily_request_limit, monthly_request_limit, null
       from api_key
       where revoked_at is null and (expires_at is null or expires_at > $1)
         and coalesce(daily_token_limit, monthly_token_limit, daily_request_limit, monthly_request_limit) is not null
     )
     select t.id as "tenantId", t.name as "tenantName", t.slug as "tenantSlug", t.time_zone as "timeZone",
       c.subject_id as "subjectId", c.key_name as "keyName", l.metric, l."window", l.cap::float8 as cap,
       l.used::float8 as used, t.percent as "nearLimitPercent"
     from capped c
     join served t on t.id = c.tenant_id
     join quota_counter q on q.tenant_id = c.tenant_id and q.subject_id = c.subject_id
     cross join lateral (values
       ('tokens', 'day', c.day_tokens, q.day_tokens_used, q.day_starts_at, q.day_ends_at),
       ('requests', 'day', c.day_requests, q.day_requests_used, q.day_starts_at, q.day_ends_at),
       ('tokens', 'month', c.month_tokens, q.month_tokens_used, q.month_starts_at, q.month_ends_at),
       ('requests', 'month', c.month_requests, q.month_requests_used, q.month_starts_at, q.month_ends_at),
       ('cost', 'month', c.month_cost, q.month_cost_used, q.month_starts_at, q.month_ends_at)
     ) l (metric, "window", cap, used, starts_at, ends_at)
     where l.starts_at <= $1 and l.ends_at > $1 and l.cap > 0 and l.used * 100 >= l.cap * t.percent`,
    [now],
  );
  return rows;
}

export async function wasTriedAfter(instant: Date): Promise<boolean> {
  const { rows } = await pool().query("select from quota_alert where tried_at > $1 limit 1", [instant]);
  return rows.length > 0;
}

/** The last try to mail alerts: all of one mail were tried at the same instant. */
export async function findLastTry(): Promise<{ triedAt: Date; limits: number; isSent: boolean } | null> {
  const { rows } = await pool().query<{ triedAt: Date; limits: number; isSent: boolean }>(
    `select tried_at as "triedAt", count(*)::int as limits, bool_and(sent_at is not null) as "isSent"
     from quota_alert where tried_at = (select max(tried_at) from quota_alert) group by tried_at`,
  );
  return rows[0] ?? null;
}

type Claim = { now: Date; triedUntil: Date; mostTries: number };

/**
 * Takes those that are not sent yet, so that nobody else sends them meanwhile: what another instance has tried after
 * `triedUntil` is its own. What was tried so often is given up.
 */
export async function claimAlerts(alerts: Alert[], { now, triedUntil, mostTries }: Claim): Promise<Alert[]> {
  const { rows } = await pool().query<AlertKey>(
    `insert into quota_alert as a (${keyColumns}, tries, tried_at)
     select c.*, 1, $7 from ${givenKeys} as c (${keyColumns})
     where not exists (
       select from quota_alert a
       where (${keyColumnsOf("a")}) = (${keyColumnsOf("c")})
         and (a.sent_at is not null or a.tries >= $9 or a.tried_at > $8)
     )
     order by ${keyColumnsOf("c")}
     on conflict (${keyColumns}) do update set tries = a.tries + 1, tried_at = excluded.tried_at
       where a.sent_at is null and a.tries < $9 and a.tried_at <= $8
     returning tenant_id as "tenantId", subject_id as "subjectId", metric, "window", window_date::text as "windowDate", threshold`,
    [...keysOf(alerts), now, triedUntil, mostTries],
  );
  const claimed = new Set(rows.map(alertNameOf));
  return alerts.filter((alert) => claimed.has(alertNameOf(alert)));
}

export async function markSent(alerts: Alert[], now: Date): Promise<void> {
  await pool().query(
    `update quota_alert a set sent_at = $7 from ${givenKeys} as c (${keyColumns})
     where (${keyColumnsOf("a")}) = (${keyColumnsOf("c")})`,
    [...keysOf(alerts), now],
  );
}

/** Forgets what was told of windows that began before this. */
export async function forgetAlerts(before: Date): Promise<void> {
  await pool().query("delete from quota_alert where window_date < $1", [before]);
}

const keyNames = ["tenant_id", "subject_id", "metric", '"window"', "window_date", "threshold"];
const keyColumns = keyNames.join(", ");
const givenKeys = "unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::date[], $6::text[])";

function keyColumnsOf(table: string): string {
  return keyNames.map((name) => `${table}.${name}`).join(", ");
}

function keysOf(alerts: Alert[]): string[][] {
  const keys = ["tenantId", "subjectId", "metric", "window", "windowDate", "threshold"] as const;
  return keys.map((key) => alerts.map((alert) => alert[key]));
}
