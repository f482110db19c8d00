-- Counts a correction in the day and the month that its tenant and its key are in, if it lies in them, and in the roll-ups.
-- Answers whether it takes back more than was counted, in its day or its month, of the client or of the key. Of those that run
-- the counters know that, by which calls are judged: a change of time zone moves them, and leaves the roll-ups as they are.
-- Of those that are over the roll-ups do. The caller holds the tenant's row, and has opened the counters.
create or replace function count_adjustment(adjustment uuid) returns boolean language plpgsql as $$
declare
  given usage_adjustment := (select a from usage_adjustment a where a.id = adjustment);
  month date := date_trunc('month', given.local_date);
  takes_too_much boolean;
begin
  with counted as (
    update quota_counter c set
      day_requests_used = c.day_requests_used + given.requests * i.day,
      day_tokens_used = c.day_tokens_used + given.tokens * i.day,
      day_cost_used = c.day_cost_used + given.cost_micro_usd * i.day,
      month_requests_used = c.month_requests_used + given.requests * i.month,
      month_tokens_used = c.month_tokens_used + given.tokens * i.month,
      month_cost_used = c.month_cost_used + given.cost_micro_usd * i.month,
      counted_until = greatest(c.counted_until, given.at)
    from (
      select q.subject_id, (q.day_starts_at <= given.at and given.at < q.day_ends_at)::int as day,
        (q.month_starts_at <= given.at and given.at < q.month_ends_at)::int as month
      from quota_counter q where q.tenant_id = given.tenant_id and q.subject_id in (given.tenant_id, given.api_key_id)
    ) i
    where c.tenant_id = given.tenant_id and c.subject_id = i.subject_id
    returning c.*, i.day, i.month
  )
  select coalesce(bool_or(
      given.requests < 0 and (d.day = 1 and d.day_requests_used < 0 or d.month = 1 and d.month_requests_used < 0)
      or given.tokens < 0 and (d.day = 1 and d.day_tokens_used < 0 or d.month = 1 and d.month_tokens_used < 0)
      or given.cost_micro_usd < 0 and (d.day = 1 and d.day_cost_used < 0 or d.month = 1 and d.month_cost_used < 0)
    ), false)
  into takes_too_much from counted d;

  insert into usage_hourly as h (tenant_id, starts_at, source, actor_id, requests, total_tokens, cost_micro_usd)
  values (given.tenant_id, given.hour_starts_at, given.source, coalesce(given.api_key_id, given.tenant_id), given.requests,
    given.tokens, given.cost_micro_usd)
  on conflict (tenant_id, starts_at, source, actor_id) do update set
    requests = h.requests + excluded.requests, total_tokens = h.total_tokens + excluded.total_tokens,
    cost_micro_usd = h.cost_micro_usd + excluded.cost_micro_usd;

  insert into usage_daily as y (tenant_id, local_date, source, actor_id, requests, total_tokens, cost_micro_usd)
  values (given.tenant_id, given.local_date, given.source, coalesce(given.api_key_id, given.tenant_id), given.requests,
    given.tokens, given.cost_micro_usd)
  on conflict (tenant_id, local_date, source, actor_id) do update set
    requests = y.requests + excluded.requests, total_tokens = y.total_tokens + excluded.total_tokens,
    cost_micro_usd = y.cost_micro_usd + excluded.cost_micro_usd;

  return takes_too_much or exists (
    select from quota_counter q
    cross join lateral (values
      (given.local_date, given.local_date + 1, given.at < q.day_starts_at),
      (month, (month + interval '1 month')::date, given.at < q.month_starts_at)
    ) w (first, next, is_over)
    cross join (values (given.tenant_id), (given.api_key_id)) s (subject_id)
    join usage_daily y on y.tenant_id = given.tenant_id and s.subject_id in (y.tenant_id, y.actor_id)
      and y.local_date >= w.first and y.local_date < w.next
    where q.tenant_id = given.tenant_id and q.subject_id = given.tenant_id and w.is_over
    group by w.first, w.next, s.subject_id
    having given.requests < 0 and sum(y.requests) < 0 or given.tokens < 0 and sum(y.total_tokens) < 0
      or given.cost_micro_usd < 0 and sum(y.cost_micro_usd) < 0
  );
end $$;
