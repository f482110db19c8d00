import type { Prisma } from "../db/client";
import { dayAt, monthAt } from "../quota/window";

/**
 * Gives a tenant whose time zone changes its counters for the day and month that now begin elsewhere: they hold what the
 * ledger has in them, so that a change of zone neither loses nor grants anything. The counters of the old zone end here:
 * what comes later counts in the new ones alone. The caller holds the tenant's row.
 */
export async function moveToZone(
  transaction: Prisma.TransactionClient,
  { tenantId, timeZone, now }: { tenantId: string; timeZone: string; now: Date },
): Promise<void> {
  const day = dayAt(now, timeZone);
  const month = monthAt(now, timeZone);
  // Admission's clock counts whole milliseconds: the old counters end after the last one in which a call was admitted,
  // and the wait makes sure that the next call is admitted after that.
  await transaction.$executeRaw`
    update quota_counter set ends_at = date_trunc('milliseconds', clock_timestamp()) + interval '1 ms'
    where tenant_id = ${tenantId}::uuid and starts_at <= clock_timestamp() and ends_at > clock_timestamp()`;
  await transaction.$executeRaw`select pg_sleep(0.002)`;
  await transaction.$executeRaw`
    insert into quota_counter as c (tenant_id, subject_id, "window", starts_at, ends_at, requests_used, requests_reserved,
      tokens_used, tokens_reserved, cost_used, cost_reserved)
    select ${tenantId}::uuid, s.subject_id, w."window", w.starts_at, w.ends_at,
      count(u.id) filter (where u.state in ('settled', 'abandoned')),
      count(u.id) filter (where u.state = 'admitted'),
      coalesce(sum(u.total_tokens) filter (where u.state in ('settled', 'abandoned')), 0),
      coalesce(sum(u.reserved_tokens) filter (where u.state = 'admitted'), 0),
      coalesce(sum(u.cost_micro_usd) filter (where u.state in ('settled', 'abandoned')), 0),
      coalesce(sum(u.reserved_cost) filter (where u.state = 'admitted'), 0)
    from (select ${tenantId}::uuid as subject_id union all select id from api_key where tenant_id = ${tenantId}::uuid) s
    cross join (values ('day'::quota_window, ${day.startsAt}::timestamptz, ${day.endsAt}::timestamptz),
      ('month'::quota_window, ${month.startsAt}::timestamptz, ${month.endsAt}::timestamptz)) w ("window", starts_at, ends_at)
    left join usage_record u
      on u.tenant_id = ${tenantId}::uuid and u.admitted_at >= w.starts_at and u.admitted_at < w.ends_at
      and (s.subject_id = u.tenant_id or s.subject_id = u.api_key_id)
    group by s.subject_id, w."window", w.starts_at, w.ends_at
    on conflict (tenant_id, subject_id, "window", starts_at) do update set
      ends_at = excluded.ends_at, requests_used = excluded.requests_used, requests_reserved = excluded.requests_reserved,
      tokens_used = excluded.tokens_used, tokens_reserved = excluded.tokens_reserved,
      cost_used = excluded.cost_used, cost_reserved = excluded.cost_reserved`;
}
