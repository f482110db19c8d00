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
  // Each row of the ledger is read once, whatever the number of keys: admission waits for this transaction.
  await transaction.$executeRaw`
    with windows as (
      select * from (values ('day'::quota_window, ${day.startsAt}::timestamptz, ${day.endsAt}::timestamptz),
        ('month'::quota_window, ${month.startsAt}::timestamptz, ${month.endsAt}::timestamptz)) w ("window", starts_at, ends_at)
    ),
    sums as (
      select s.subject_id, w."window",
        sum(u.requests_used) as requests_used, sum(u.requests_reserved) as requests_reserved,
        sum(u.tokens_used) as tokens_used, sum(u.tokens_reserved) as tokens_reserved,
        sum(u.cost_used) as cost_used, sum(u.cost_reserved) as cost_reserved
      from usage_entry u
      join windows w on u.at >= w.starts_at and u.at < w.ends_at
      cross join lateral (values (u.tenant_id), (u.api_key_id)) s (subject_id)
      where u.tenant_id = ${tenantId}::uuid
        and u.at >= ${month.startsAt}::timestamptz and u.at < ${month.endsAt}::timestamptz
      group by s.subject_id, w."window"
    )
    insert into quota_counter as c (tenant_id, subject_id, "window", starts_at, ends_at, requests_used, requests_reserved,
      tokens_used, tokens_reserved, cost_used, cost_reserved)
    select ${tenantId}::uuid, s.subject_id, w."window", w.starts_at, w.ends_at, coalesce(u.requests_used, 0),
      coalesce(u.requests_reserved, 0), coalesce(u.tokens_used, 0), coalesce(u.tokens_reserved, 0),
      coalesce(u.cost_used, 0), coalesce(u.cost_reserved, 0)
    from (select ${tenantId}::uuid as subject_id union all select id from api_key where tenant_id = ${tenantId}::uuid) s
    cross join windows w
    left join sums u on u.subject_id = s.subject_id and u."window" = w."window"
    on conflict (tenant_id, subject_id, "window", starts_at) do update set
      ends_at = excluded.ends_at, requests_used = excluded.requests_used, requests_reserved = excluded.requests_reserved,
      tokens_used = excluded.tokens_used, tokens_reserved = excluded.tokens_reserved,
      cost_used = excluded.cost_used, cost_reserved = excluded.cost_reserved`;
}
