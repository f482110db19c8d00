import { pool } from "../db/client";
import type { TenantName } from "./schema";

/** Clients that are archived or suspended are left alone: their calls are refused on purpose. */
const isServed = "t.archived_at is null and t.status = 'active'";
const isUsable = "k.revoked_at is null and (k.expires_at is null or k.expires_at > $1)";

type Dated = TenantName & { at: Date };

export type RefusedRow = TenantName & { reason: string; refusals: number; since: Date; lastAt: Date };

/** Who was refused since then and for what; of several reasons the most frequent, with the refusals of that. */
export async function listRefused({ since, limit }: { since: Date; limit: number }): Promise<RefusedRow[]> {
  const { rows } = await pool().query<RefusedRow>(
    `select * from (
       select distinct on (r.tenant_id) t.slug, t.name, t.time_zone as "timeZone", r.reason, sum(r.refusals)::float8 as refusals,
         min(r.first_at) as since, max(r.last_at) as "lastAt"
       from refusal_hourly r join tenant t on t.id = r.tenant_id
       where r.starts_at > $1::timestamptz - interval '1 hour' and r.last_at > $1 and ${isServed}
       group by r.tenant_id, t.slug, t.name, t.time_zone, r.reason
       order by r.tenant_id, refusals desc, r.reason
     ) refused order by refusals desc, slug limit $2`,
    [since, limit],
  );
  return rows;
}

export async function listOverridesEnding({
  from,
  to,
  limit,
}: {
  from: Date;
  to: Date;
  limit: number;
}): Promise<(Dated & { dailyTokenLimit: number })[]> {
  const { rows } = await pool().query<Dated & { dailyTokenLimit: number }>(
    `select t.slug, t.name, t.time_zone as "timeZone", t.daily_token_limit::float8 as "dailyTokenLimit",
       t.daily_token_limit_expires_at as at
     from tenant t
     where t.daily_token_limit is not null and t.daily_token_limit_expires_at > $1 and t.daily_token_limit_expires_at <= $2
       and ${isServed}
     order by at, slug limit $3`,
    [from, to, limit],
  );
  return rows;
}

export async function listKeysEnding({
  from,
  to,
  limit,
}: {
  from: Date;
  to: Date;
  limit: number;
}): Promise<(Dated & { keyName: string })[]> {
  const { rows } = await pool().query<Dated & { keyName: string }>(
    `select t.slug, t.name, t.time_zone as "timeZone", k.name as "keyName", k.expires_at as at
     from api_key k join tenant t on t.id = k.tenant_id
     where ${isUsable} and k.expires_at <= $2 and ${isServed}
     order by at, k.id limit $3`,
    [from, to, limit],
  );
  return rows;
}

/** Keys that nobody has called with since then, or ever since they were made: how many, and those that wait for longest. */
export async function listUnusedKeys({ now, since, limit }: { now: Date; since: Date; limit: number }): Promise<{
  count: number;
  keys: (Dated & { keyName: string })[];
}> {
  const { rows } = await pool().query<Dated & { keyName: string; count: number }>(
    `select t.slug, t.name, t.time_zone as "timeZone", k.name as "keyName", coalesce(k.last_used_at, k.created_at) as at,
       count(*) over ()::int as count
     from api_key k join tenant t on t.id = k.tenant_id
     where ${isUsable} and coalesce(k.last_used_at, k.created_at) < $2 and ${isServed}
     order by at, k.id limit $3`,
    [now, since, limit],
  );
  return { count: rows[0]?.count ?? 0, keys: rows.map(({ count: _, ...key }) => key) };
}
