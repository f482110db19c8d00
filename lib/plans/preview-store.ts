import { pool } from "../db/client";
import type { DayOfUse, PastUse } from "./preview";

/** What these clients used from a local date on, by day. Days without use are left out. */
export async function listDays(tenantIds: string[], from: string): Promise<(tenantId: string) => DayOfUse[]> {
  const { rows } = await pool().query<DayOfUse & { tenantId: string }>(
    `select tenant_id as "tenantId", local_date::text as date, sum(requests)::float8 as requests,
       sum(total_tokens)::float8 as tokens, sum(cost_micro_usd)::float8 as "costMicroUsd",
       sum(unpriced)::float8 as unpriced, sum(blocked)::float8 as blocked
     from usage_daily where tenant_id = any ($1) and local_date >= $2
     group by tenant_id, local_date order by local_date`,
    [tenantIds, from],
  );
  const byTenant = Map.groupBy(rows, ({ tenantId }) => tenantId);
  return (tenantId) => byTenant.get(tenantId) ?? [];
}

type Since = { tenantIds: string[]; since: Date };

/** Which models these clients asked for since then. */
export async function listModels({ tenantIds, since }: Since): Promise<(tenantId: string) => PastUse["models"]> {
  const { rows } = await pool().query<PastUse["models"][number] & { tenantId: string }>(
    `select tenant_id as "tenantId", model, count(*)::int as calls, min(local_date)::text as "firstOn"
     from usage_record where tenant_id = any ($1) and admitted_at >= $2 and state <> 'failed'
     group by tenant_id, model`,
    [tenantIds, since],
  );
  const byTenant = Map.groupBy(rows, ({ tenantId }) => tenantId);
  return (tenantId) => byTenant.get(tenantId) ?? [];
}

/**
 * In how many minutes since then these clients made more calls than `cap`. Only hours with more calls than that can hold one,
 * so that only those are looked at in the ledger.
 */
export async function listBusyMinutes({
  tenantIds,
  since,
  cap,
}: Since & { cap: number }): Promise<(tenantId: string) => PastUse["minutes"]> {
  const { rows } = await pool().query<NonNullable<PastUse["minutes"]> & { tenantId: string }>(
    `with busy_hour as (
       select tenant_id, starts_at from usage_hourly
       where tenant_id = any ($1) and starts_at >= $2::timestamptz - interval '1 hour'
       group by tenant_id, starts_at having sum(requests + failed) > $3
     ),
     busy_minute as (
       select u.tenant_id, date_trunc('minute', u.admitted_at) as minute, count(*) as calls, min(u.local_date) as local_date
       from busy_hour h join usage_record u on u.tenant_id = h.tenant_id
         and u.admitted_at >= greatest(h.starts_at, $2) and u.admitted_at < h.starts_at + interval '1 hour'
       group by u.tenant_id, minute having count(*) > $3
     )
     select tenant_id as "tenantId", $3::int as cap, count(*)::int as minutes, sum(calls - $3)::float8 as beyond,
       min(local_date)::text as "firstOn"
     from busy_minute group by tenant_id`,
    [tenantIds, since, cap],
  );
  const byTenant = new Map(rows.map(({ tenantId, ...minutes }) => [tenantId, minutes]));
  return (tenantId) => byTenant.get(tenantId) ?? null;
}
