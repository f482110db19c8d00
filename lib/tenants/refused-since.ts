import { pool } from "../db/client";
import type { Quota, QuotaLimit, TenantListItem } from "./schema";

type Owned = { tenantId: string; limit: QuotaLimit };

/** The quota, with since when calls are refused for limits that are used up. */
export async function datedQuota<T extends Quota>(quota: T): Promise<T> {
  const { tenantId, limits } = quota;
  const dated = await dateRefusals(limits.map((limit) => ({ tenantId, limit })));
  return { ...quota, limits: limits.map(dated) };
}

/** The same for clients as they are listed. */
export async function datedItems(items: TenantListItem[]): Promise<TenantListItem[]> {
  const dated = await dateRefusals(
    items.flatMap(({ id, today, month }) =>
      [today, month].flatMap((limit) => (limit ? [{ tenantId: id, limit }] : [])),
    ),
  );
  return items.map((item) => ({
    ...item,
    today: item.today && dated(item.today),
    month: item.month && dated(item.month),
  }));
}

/** Asks the database only where something is used up, and then once. */
async function dateRefusals(owned: Owned[]): Promise<(limit: QuotaLimit) => QuotaLimit> {
  const usedUp = owned.filter(({ limit }) => isUsedUp(limit));
  if (usedUp.length === 0) return (limit) => limit;

  const { rows } = await pool().query<{ place: number; since: Date }>(refusedSinceSql, [
    usedUp.map(({ tenantId }) => tenantId),
    usedUp.map(({ limit }) => limit.subjectId),
    usedUp.map(({ limit: { metric, window, subject } }) => `${metric}_${window}_${subject}`),
  ]);
  const since = new Map(rows.map((row) => [usedUp[row.place - 1]?.limit, row.since.toISOString()]));
  return (limit) => ({ ...limit, refusedSince: since.get(limit) ?? null });
}

/** What can be taken of a limit of 0 has never been there: since when it is so, its setting tells, and no call. */
function isUsedUp({ window, cap, used }: QuotaLimit): boolean {
  return window !== "minute" && cap > 0 && used >= cap;
}

/** Counted refusals are unbroken as long as nothing was let through after them: an hour that ended before that is over. */
const refusedSinceSql = `
  select asked.place::int, min(r.unbroken_since) as since
  from unnest($1::uuid[], $2::uuid[], $3::text[]) with ordinality as asked (tenant_id, subject_id, reason, place)
  join quota_counter c on c.tenant_id = asked.tenant_id and c.subject_id = asked.subject_id
  join refusal_hourly r on r.tenant_id = asked.tenant_id and r.reason = asked.reason
    and asked.subject_id in (r.tenant_id, r.actor_id)
    and r.starts_at > c.counted_until - interval '2 hours' and r.unbroken_since >= c.counted_until
  group by asked.place`;
