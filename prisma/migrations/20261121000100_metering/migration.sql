-- Admission and settlement. Both move a tenant's counters only while they hold the tenant's row, and a batch takes the
-- rows of its tenants in the order of their ids: so there is one kind of lock, one order, and no deadlock. Whoever
-- changes a tenant, its keys or its plan takes the same lock, so a call admitted after that change has committed obeys it.

alter table plan
  add constraint plan_amounts check (
    fee_cents >= 0 and daily_token_limit >= 0 and monthly_token_limit >= 0 and daily_request_limit >= 0
    and monthly_request_limit >= 0 and requests_per_minute >= 0 and monthly_cost_limit_micro_usd >= 0
    and near_limit_percent between 1 and 100 and default_output_tokens >= 1
  );
create unique index plan_one_default on plan (is_default) where is_default;
create unique index provider_one_default on provider (is_default) where is_default;
alter table agency add constraint agency_is_one check (id = 1);
alter table agency_logo add constraint agency_logo_is_one check (id = 1);
alter table tenant add constraint tenant_amounts check (daily_token_limit >= 0);
alter table subscription add constraint subscription_span check (ends_at is null or ends_at > starts_at);
alter table api_key
  add constraint api_key_amounts check (
    daily_request_limit >= 0 and monthly_request_limit >= 0 and daily_token_limit >= 0 and monthly_token_limit >= 0
    and requests_per_minute >= 0 and concurrency >= 0 and quota_status in (402, 429)
  );
alter table model_price
  add constraint model_price_amounts check (
    input_micro_usd >= 0 and cached_input_micro_usd >= 0 and cache_write_micro_usd >= 0 and output_micro_usd >= 0
  ),
  add constraint model_price_span check (valid_to > valid_from);
-- No check constraints on the tables below: PostgreSQL reads and compiles them anew for every statement, which took a
-- seventh of an admission. What they would check, the functions below keep, and the audit of the ledger compares.
alter table quota_counter set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
alter table tenant set (fillfactor = 70);
alter table usage_hourly set (fillfactor = 70);
alter table usage_daily set (fillfactor = 70);

-- How clients are found and put in order: without case and accents.
create function plain_text(given text) returns text language sql immutable parallel safe as $$
  select lower(regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;

-- The audit trail can only grow.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger audit_event_append_only before update or delete on audit_event
  for each row execute function refuse_change();
create trigger audit_event_no_truncate before truncate on audit_event
  for each statement execute function refuse_change();
-- So can the corrections of what was counted: a wrong one is corrected by another.
create trigger usage_adjustment_append_only before update or delete on usage_adjustment
  for each row execute function refuse_change();

-- The counters know which version of their subject is in force, so that the statement that reserves compares it too.
create function note_version() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'tenant' then
    update quota_counter set version = new.version where tenant_id = new.id and subject_id = new.id;
  else
    update quota_counter set version = new.version where tenant_id = new.tenant_id and subject_id = new.id;
  end if;
  return null;
end $$;
create trigger tenant_version after update of version on tenant
  for each row when (old.version <> new.version) execute function note_version();
create trigger api_key_version after update of version on api_key
  for each row when (old.version <> new.version) execute function note_version();

-- The ledger has one partition a month (UTC), made ahead; dropping one is how old rows are purged. It is made as a table
-- of its own and attached: `partition of` would wait for whoever reads the ledger, and every admission for it. Metering's
-- sessions, which wait for no lock for long, wait here for others who are at it.
create function ensure_usage_partitions(first_month date, last_month date) returns void language plpgsql
set lock_timeout = 0 as $$
declare
  month_start date;
  partition_name text;
begin
  perform pg_advisory_xact_lock(hashtext('sluice.usage_partitions'));
  for month_start in
    select generate_series(date_trunc('month', first_month), date_trunc('month', last_month), interval '1 month')::date
  loop
    partition_name := 'usage_record_' || to_char(month_start, 'YYYY_MM');
    if to_regclass(quote_ident(partition_name)) is null then
      execute format('create table %I (like usage_record including all) with (fillfactor = 75)', partition_name);
      execute format(
        'alter table usage_record attach partition %I for values from (%L) to (%L)',
        partition_name,
        to_char(month_start, 'YYYY-MM-DD') || ' 00:00:00+00',
        to_char(month_start + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00'
      );
    end if;
  end loop;
end $$;
select ensure_usage_partitions((now() at time zone 'UTC')::date, ((now() at time zone 'UTC') + interval '3 months')::date);

-- Everything that counts: the calls, open ones as reserved, and the corrections. Counters and roll-ups are sums of these.
-- Both halves have the very same types: only then does PostgreSQL look rows up in each by key, and else reads all.
create view usage_entry as
  select tenant_id, api_key_id, admitted_at as at, source, coalesce(api_key_id, user_id, tenant_id) as actor_id,
    hour_starts_at, local_date, state <> 'admitted' as is_settled,
    (state in ('settled', 'abandoned'))::int::bigint as requests_used, (state = 'admitted')::int::bigint as requests_reserved,
    case when state in ('settled', 'abandoned') then total_tokens end as tokens_used,
    case when state = 'admitted' then reserved_tokens end as tokens_reserved,
    case when state in ('settled', 'abandoned') then cost_micro_usd end as cost_used,
    case when state = 'admitted' then reserved_cost end as cost_reserved,
    (state = 'failed')::int::bigint as failed, input_tokens, output_tokens
  from usage_record
  union all
  select tenant_id, api_key_id, at, source, coalesce(api_key_id, tenant_id), hour_starts_at, local_date, true, requests,
    0::bigint, tokens, 0::bigint, cost_micro_usd, 0::bigint, 0::bigint, 0::bigint, 0::bigint
  from usage_adjustment;

-- The functions below take a batch as arrays of these: a row of a batch is read in a third of the time that JSON takes, and
-- in a tenth of what as many arrays as it has columns do. They find rows by key, whatever the planner knows of a table that
-- is still empty: metering's sessions forbid it to read or hash whole tables, and tell it that looking up a key costs next
-- to nothing.

-- A call that has ended, and the span in which it was admitted.
create type ended_call as (
  id uuid, tenant uuid, earliest timestamptz, latest timestamptz, state usage_state, status int, model text, input bigint,
  cached bigint, written bigint, output bigint, reasoning bigint, cost bigint, estimated boolean, latency int, first_byte int
);
-- A tenant or key that calls count for: its version and its tenant's, the span in which the limits hold, the windows (a
-- key's are its tenant's), and the caps; null is unlimited. `n` is its place in the batch, and then comes what the calls of the
-- batch ask of it together.
create type metered_subject as (
  owner uuid, id uuid, key_name text, version int, owner_version int, valid_from timestamptz, valid_to timestamptz,
  hour timestamptz, local_date date, day_start timestamptz, day_end timestamptz, month_start timestamptz,
  month_end timestamptz, day_requests bigint, month_requests bigint, day_tokens bigint, month_tokens bigint,
  month_cost bigint, per_minute bigint, concurrency bigint, n int, calls bigint, tokens bigint, cost bigint
);
-- A call to decide. `t` and `k` are the places of its tenant and its key among the subjects (the tenant's twice without a
-- key). Kinds: `metered` is recorded; `checked` passes unless something is used up, and `free` always, neither is recorded.
-- A call whose least tokens are below its tokens sets no bound of its own: it reserves those, or what is left if that is
-- less. `agency_version` is that at which its cost was reckoned; null where none is limited.
create type arriving_call as (
  id uuid, t int, k int, kind text, least_tokens bigint, tokens bigint, input bigint, cost bigint, source usage_source,
  provider text, endpoint text, model text, stream boolean, user_id uuid, user_name text, agency_version int
);

-- Settles calls: the row gets its state and numbers, its reservation leaves the counters, what was used enters counters
-- and roll-ups, all in one transaction. A row that is no longer open is left as it is, so settling twice changes nothing.
-- A call counts in the day and the month that its tenant and its key are in, if it was admitted in them; one that failed
-- gives back its place in the minute too. An abandoned call counts as what was reserved for it; where no cost was, its cost
-- is unknown, and not nothing.
-- Answers the ids that were settled now. The caller holds the tenants' rows.
create function settle(ended ended_call[]) returns uuid[] language plpgsql as $$
declare
  settled uuid[];
begin
  if exists (select from unnest(ended) where least(input, cached, written, output, reasoning, cost) < 0) then
    raise exception 'amounts below zero' using errcode = 'check_violation';
  end if;

  with moved as (
    update usage_record u set
      state = g.state,
      http_status = g.status,
      answered_model = g.model,
      input_tokens = case g.state when 'abandoned' then u.reserved_input when 'failed' then null else g.input end,
      output_tokens = case g.state
        when 'abandoned' then u.reserved_tokens - u.reserved_input when 'failed' then null else g.output end,
      total_tokens = case g.state
        when 'abandoned' then u.reserved_tokens when 'failed' then null else g.input + g.output end,
      cached_input_tokens = g.cached,
      cache_write_tokens = g.written,
      reasoning_tokens = g.reasoning,
      cost_micro_usd = case g.state
        when 'abandoned' then nullif(u.reserved_cost, 0) when 'failed' then null else g.cost end,
      estimated = g.estimated or g.state = 'abandoned',
      latency_ms = g.latency,
      first_byte_ms = g.first_byte,
      settled_at = greatest(date_trunc('milliseconds', clock_timestamp()), u.admitted_at)
    from unnest(ended) as g
    where u.tenant_id = g.tenant and u.id = g.id and u.admitted_at between g.earliest and g.latest
      and u.state = 'admitted'
    returning u.id, u.tenant_id, u.api_key_id, coalesce(u.api_key_id, u.user_id, u.tenant_id) as actor_id, u.source,
      u.admitted_at, u.hour_starts_at, u.local_date, (u.state = 'failed')::int as failed, u.reserved_tokens,
      u.reserved_cost, u.input_tokens, u.cached_input_tokens, u.cache_write_tokens, u.output_tokens, u.reasoning_tokens,
      u.total_tokens, u.cost_micro_usd
  ),
  -- Calls that were admitted in one batch share its instant, so this leaves few rows.
  sums as (
    select tenant_id, api_key_id, actor_id, source, admitted_at, hour_starts_at, local_date, count(*) as calls,
      sum(failed) as failed, coalesce(sum(input_tokens), 0) as input, coalesce(sum(cached_input_tokens), 0) as cached,
      coalesce(sum(cache_write_tokens), 0) as written, coalesce(sum(output_tokens), 0) as output,
      coalesce(sum(reasoning_tokens), 0) as reasoning, coalesce(sum(total_tokens), 0) as total,
      coalesce(sum(cost_micro_usd), 0) as cost,
      count(*) filter (where failed = 0 and cost_micro_usd is null) as unpriced,
      sum(reserved_tokens) as reserved_tokens, sum(reserved_cost) as reserved_cost
    from moved group by tenant_id, api_key_id, actor_id, source, admitted_at, hour_starts_at, local_date
  ),
  subjects as (
    select s.*, v.subject_id from sums s cross join lateral (values (s.tenant_id), (s.api_key_id)) v (subject_id)
    where v.subject_id is not null
  ),
  counters as (
    update quota_counter c set
      day_requests_used = c.day_requests_used + d.day_passed,
      day_requests_reserved = c.day_requests_reserved - d.day_calls,
      day_tokens_used = c.day_tokens_used + d.day_total,
      day_tokens_reserved = c.day_tokens_reserved - d.day_reserved_tokens,
      day_cost_used = c.day_cost_used + d.day_cost,
      day_cost_reserved = c.day_cost_reserved - d.day_reserved_cost,
      month_requests_used = c.month_requests_used + d.month_passed,
      month_requests_reserved = c.month_requests_reserved - d.month_calls,
      month_tokens_used = c.month_tokens_used + d.month_total,
      month_tokens_reserved = c.month_tokens_reserved - d.month_reserved_tokens,
      month_cost_used = c.month_cost_used + d.month_cost,
      month_cost_reserved = c.month_cost_reserved - d.month_reserved_cost,
      minute_calls = greatest(c.minute_calls - d.minute_failed, 0),
      previous_minute_calls = greatest(c.previous_minute_calls - d.previous_minute_failed, 0),
      in_flight = c.in_flight - d.calls
    from (
      select s.tenant_id, s.subject_id, sum(s.calls) as calls,
        sum((s.calls - s.failed) * i.day) as day_passed, sum(s.calls * i.day) as day_calls,
        sum(s.total * i.day) as day_total, sum(s.reserved_tokens * i.day) as day_reserved_tokens,
        sum(s.cost * i.day) as day_cost, sum(s.reserved_cost * i.day) as day_reserved_cost,
        sum((s.calls - s.failed) * i.month) as month_passed, sum(s.calls * i.month) as month_calls,
        sum(s.total * i.month) as month_total, sum(s.reserved_tokens * i.month) as month_reserved_tokens,
        sum(s.cost * i.month) as month_cost, sum(s.reserved_cost * i.month) as month_reserved_cost,
        sum(s.failed * i.minute) as minute_failed, sum(s.failed * i.previous_minute) as previous_minute_failed
      from subjects s
      join quota_counter q on q.tenant_id = s.tenant_id and q.subject_id = s.subject_id
      cross join lateral (
        select (q.day_starts_at <= s.admitted_at and s.admitted_at < q.day_ends_at)::int as day,
          (q.month_starts_at <= s.admitted_at and s.admitted_at < q.month_ends_at)::int as month,
          (date_trunc('minute', s.admitted_at) = q.minute_starts_at)::int as minute,
          (date_trunc('minute', s.admitted_at) = q.minute_starts_at - interval '1 minute')::int as previous_minute
      ) i
      group by s.tenant_id, s.subject_id
    ) d
    where c.tenant_id = d.tenant_id and c.subject_id = d.subject_id
  ),
  keys as (
    update api_key k set last_used_at = d.last_at
    from (select api_key_id, max(admitted_at) as last_at from sums where api_key_id is not null group by api_key_id) d
    where k.id = d.api_key_id and (k.last_used_at is null or k.last_used_at < d.last_at)
  ),
  hourly as (
    insert into usage_hourly as h (tenant_id, starts_at, source, actor_id, requests, failed, input_tokens,
      cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, cost_micro_usd, unpriced, last_used_at)
    select tenant_id, hour_starts_at, source, actor_id, sum(calls) - sum(failed), sum(failed), sum(input), sum(cached),
      sum(written), sum(output), sum(reasoning), sum(total), sum(cost), sum(unpriced), max(admitted_at)
    from sums group by tenant_id, hour_starts_at, source, actor_id
    on conflict (tenant_id, starts_at, source, actor_id) do update set
      requests = h.requests + excluded.requests, failed = h.failed + excluded.failed,
      input_tokens = h.input_tokens + excluded.input_tokens,
      cached_input_tokens = h.cached_input_tokens + excluded.cached_input_tokens,
      cache_write_tokens = h.cache_write_tokens + excluded.cache_write_tokens,
      output_tokens = h.output_tokens + excluded.output_tokens,
      reasoning_tokens = h.reasoning_tokens + excluded.reasoning_tokens,
      total_tokens = h.total_tokens + excluded.total_tokens,
      cost_micro_usd = h.cost_micro_usd + excluded.cost_micro_usd, unpriced = h.unpriced + excluded.unpriced,
      last_used_at = greatest(h.last_used_at, excluded.last_used_at)
  ),
  daily as (
    insert into usage_daily as y (tenant_id, local_date, source, actor_id, requests, failed, input_tokens,
      cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, cost_micro_usd, unpriced, last_used_at)
    select tenant_id, local_date, source, actor_id, sum(calls) - sum(failed), sum(failed), sum(input), sum(cached),
      sum(written), sum(output), sum(reasoning), sum(total), sum(cost), sum(unpriced), max(admitted_at)
    from sums group by tenant_id, local_date, source, actor_id
    on conflict (tenant_id, local_date, source, actor_id) do update set
      requests = y.requests + excluded.requests, failed = y.failed + excluded.failed,
      input_tokens = y.input_tokens + excluded.input_tokens,
      cached_input_tokens = y.cached_input_tokens + excluded.cached_input_tokens,
      cache_write_tokens = y.cache_write_tokens + excluded.cache_write_tokens,
      output_tokens = y.output_tokens + excluded.output_tokens,
      reasoning_tokens = y.reasoning_tokens + excluded.reasoning_tokens,
      total_tokens = y.total_tokens + excluded.total_tokens,
      cost_micro_usd = y.cost_micro_usd + excluded.cost_micro_usd, unpriced = y.unpriced + excluded.unpriced,
      last_used_at = greatest(y.last_used_at, excluded.last_used_at)
  )
  select array_agg(id) into settled from moved;
  return coalesce(settled, '{}');
end $$;

-- Puts the counters of these subjects into these windows. What a counter then holds is what the ledger has in its window:
-- nothing, where nothing was counted since the window began; else (the clock was set back, or the time zone has changed) it
-- is summed, and each row of the ledger is read once, whatever the number of keys. The caller holds the tenants' rows.
create function open_counters(
  owners uuid[], subjects uuid[], day_starts timestamptz[], day_ends timestamptz[], month_starts timestamptz[],
  month_ends timestamptz[]
) returns void language plpgsql as $$
begin
  insert into quota_counter (tenant_id, subject_id, version, day_starts_at, day_ends_at, month_starts_at, month_ends_at,
    minute_starts_at, counted_until)
  select g.owner, g.subject, coalesce(y.version, t.version), g.day_start, g.day_end, g.month_start, g.month_end, 'epoch', 'epoch'
  from unnest(owners, subjects, day_starts, day_ends, month_starts, month_ends)
    as g (owner, subject, day_start, day_end, month_start, month_end)
  join tenant t on t.id = g.owner
  left join api_key y on y.id = g.subject
  on conflict do nothing;

  with moved as (
    select g.*, k.counted_until >= g.day_start as has_day, k.counted_until >= g.month_start as has_month,
      (k.day_starts_at, k.day_ends_at) <> (g.day_start, g.day_end) as changes_day,
      (k.month_starts_at, k.month_ends_at) <> (g.month_start, g.month_end) as changes_month
    from unnest(owners, subjects, day_starts, day_ends, month_starts, month_ends)
      as g (owner, subject, day_start, day_end, month_start, month_end)
    join quota_counter k on k.tenant_id = g.owner and k.subject_id = g.subject
  ),
  sums as materialized (
    select s.owner, e.subject, s.is_day, sum(u.requests_used) as requests_used, sum(u.requests_reserved) as requests_reserved,
      sum(u.tokens_used) as tokens_used, sum(u.tokens_reserved) as tokens_reserved, sum(u.cost_used) as cost_used,
      sum(u.cost_reserved) as cost_reserved
    from (
      select distinct owner, true as is_day, day_start as starts_at, day_end as ends_at from moved where changes_day and has_day
      union all
      select distinct owner, false, month_start, month_end from moved where changes_month and has_month
    ) s
    cross join lateral (
      select * from usage_entry where tenant_id = s.owner and at >= s.starts_at and at < s.ends_at
    ) u
    cross join lateral (values (u.tenant_id), (u.api_key_id)) e (subject)
    group by s.owner, e.subject, s.is_day
  )
  update quota_counter c set
    day_starts_at = m.day_start,
    day_ends_at = m.day_end,
    day_requests_used = case when m.changes_day then coalesce(d.requests_used, 0) else c.day_requests_used end,
    day_requests_reserved = case when m.changes_day then coalesce(d.requests_reserved, 0) else c.day_requests_reserved end,
    day_tokens_used = case when m.changes_day then coalesce(d.tokens_used, 0) else c.day_tokens_used end,
    day_tokens_reserved = case when m.changes_day then coalesce(d.tokens_reserved, 0) else c.day_tokens_reserved end,
    day_cost_used = case when m.changes_day then coalesce(d.cost_used, 0) else c.day_cost_used end,
    day_cost_reserved = case when m.changes_day then coalesce(d.cost_reserved, 0) else c.day_cost_reserved end,
    month_starts_at = m.month_start,
    month_ends_at = m.month_end,
    month_requests_used = case when m.changes_month then coalesce(n.requests_used, 0) else c.month_requests_used end,
    month_requests_reserved =
      case when m.changes_month then coalesce(n.requests_reserved, 0) else c.month_requests_reserved end,
    month_tokens_used = case when m.changes_month then coalesce(n.tokens_used, 0) else c.month_tokens_used end,
    month_tokens_reserved = case when m.changes_month then coalesce(n.tokens_reserved, 0) else c.month_tokens_reserved end,
    month_cost_used = case when m.changes_month then coalesce(n.cost_used, 0) else c.month_cost_used end,
    month_cost_reserved = case when m.changes_month then coalesce(n.cost_reserved, 0) else c.month_cost_reserved end
  from moved m
  left join sums d on d.owner = m.owner and d.subject = m.subject and d.is_day
  left join sums n on n.owner = m.owner and n.subject = m.subject and not n.is_day
  where (m.changes_day or m.changes_month) and c.tenant_id = m.owner and c.subject_id = m.subject;
end $$;

-- Puts a tenant and all its keys into these windows, with what the ledger has in them, whatever their counters said.
-- The caller holds the tenant's row.
create function recount(tenant uuid, day_start timestamptz, day_end timestamptz, month_start timestamptz, month_end timestamptz)
returns void language plpgsql as $$
declare
  subjects uuid[] := array(select tenant union all select id from api_key where tenant_id = tenant);
  n int[] := array[cardinality(subjects)];
begin
  -- Opened once so that each is there, and again out of a window of no length, of which nothing is kept.
  perform open_counters(array_fill(tenant, n), subjects, array_fill(day_start, n), array_fill(day_start, n),
    array_fill(month_start, n), array_fill(month_start, n));
  update quota_counter set counted_until = greatest(counted_until, clock_timestamp()) where tenant_id = tenant;
  perform open_counters(array_fill(tenant, n), subjects, array_fill(day_start, n), array_fill(day_end, n),
    array_fill(month_start, n), array_fill(month_end, n));
end $$;

-- Writes the ledger rows of the metered calls that were granted their tokens (null for the others), or of all, with the
-- tokens that they ask for.
create function record_calls(
  instance uuid, moment timestamptz, subjects metered_subject[], calls arriving_call[], granted bigint[]
) returns void language plpgsql as $$
begin
  insert into usage_record (id, tenant_id, admitted_at, api_key_id, api_key_name, user_id, user_name, source, provider,
    endpoint, model, state, stream, reserved_tokens, reserved_cost, reserved_input, instance_id, hour_starts_at,
    day_starts_at, month_starts_at, local_date)
  select c.id, s.owner, moment, nullif(s.id, s.owner), s.key_name, c.user_id, c.user_name, c.source, c.provider, c.endpoint,
    c.model, 'admitted', c.stream, r.tokens, c.cost, least(c.input, r.tokens), instance, s.hour, s.day_start, s.month_start,
    s.local_date
  from unnest(calls) with ordinality as c
  cross join lateral (select (subjects[c.k]).*) s
  cross join lateral (select case when granted is null then c.tokens else granted[c.ordinality] end as tokens) r
  where c.kind = 'metered' and r.tokens is not null;
end $$;

-- Decides a batch of calls in their order of arrival: each passes when every limit of its tenant and its key has room,
-- else nothing is counted for it. Writes a ledger row and a reservation for each that passes.
--
-- Answers { now (ms), agencyVersion, verdicts: [ok|refused|stale], tokens: [reserved],
--   states: per subject [used: requests/day, requests/month, tokens/day, tokens/month, cost/day, cost/month, reserved: the
--   same six, calls in this minute, in the minute before, in flight] before the batch,
--   added: [calls, tokens, cost] of the whole batch per subject,
--   met: for each refused call what the batch had added before it to its tenant and to its key [calls, tokens, cost] }.
-- The caller holds the tenants' rows.
create function admit(instance uuid, subjects metered_subject[], calls arriving_call[]) returns json language plpgsql as $$
declare
  moment timestamptz := date_trunc('milliseconds', clock_timestamp());
  minute timestamptz := date_trunc('minute', moment);
  minute_left bigint := 60000 - (extract(epoch from moment - minute) * 1000)::int;
  agency_version int := (select version from agency);
  fresh boolean[] := array(
    select coalesce(n.version = g.owner_version and (g.id = g.owner or y.version = g.version)
      and g.valid_from <= moment and moment < g.valid_to, false)
    from unnest(subjects) as g
    left join tenant n on n.id = g.owner
    left join api_key y on y.id = g.id
    order by g.n
  );
  states bigint[];
  -- What is left to each subject, where it is limited: requests, tokens, cost, and calls in this minute and at once.
  room_requests bigint[];
  room_tokens bigint[];
  room_cost bigint[];
  room_calls bigint[];
  added_calls bigint[] := array_fill(0::bigint, array[cardinality(subjects)]);
  added_tokens bigint[] := added_calls;
  added_cost bigint[] := added_calls;
  verdicts text[] := '{}';
  granted bigint[] := '{}';
  met bigint[] := '{}';
  given arriving_call;
  grant_tokens bigint;
  verdict text;
begin
  -- Windows of stale subjects may be those of another time zone.
  if true = any (fresh) then
    perform open_counters(array_agg(g.owner), array_agg(g.id), array_agg(g.day_start), array_agg(g.day_end),
      array_agg(g.month_start), array_agg(g.month_end))
    from unnest(subjects) as g
    where fresh[g.n];
  end if;

  select array_agg(s.state),
    array_agg(least(s.day_requests - s.state[1] - s.state[7], s.month_requests - s.state[2] - s.state[8])),
    array_agg(least(s.day_tokens - s.state[3] - s.state[9], s.month_tokens - s.state[4] - s.state[10])),
    array_agg(s.month_cost - s.state[6] - s.state[12]),
    -- The minute before counts by the share of it that still lies within the last 60 seconds.
    array_agg(least(s.per_minute - s.state[13] - (s.state[14] * minute_left + 59999) / 60000, s.concurrency - s.state[15]))
  into states, room_requests, room_tokens, room_cost, room_calls
  from (
    select g.*, array[
      coalesce(c.day_requests_used, 0), coalesce(c.month_requests_used, 0), coalesce(c.day_tokens_used, 0),
      coalesce(c.month_tokens_used, 0), coalesce(c.day_cost_used, 0), coalesce(c.month_cost_used, 0),
      coalesce(c.day_requests_reserved, 0), coalesce(c.month_requests_reserved, 0), coalesce(c.day_tokens_reserved, 0),
      coalesce(c.month_tokens_reserved, 0), coalesce(c.day_cost_reserved, 0), coalesce(c.month_cost_reserved, 0),
      case when c.minute_starts_at = minute then c.minute_calls else 0 end,
      case when c.minute_starts_at = minute then c.previous_minute_calls
        when c.minute_starts_at = minute - interval '1 minute' then c.minute_calls else 0 end,
      coalesce(c.in_flight, 0)]::bigint[] as state
    from unnest(subjects) as g
    left join quota_counter c on c.tenant_id = g.owner and c.subject_id = g.id
    order by g.n
  ) s;

  foreach given in array calls loop
    grant_tokens := null;
    if not (fresh[given.t] and fresh[given.k]) or given.agency_version <> agency_version then
      verdict := 'stale';
    elsif given.kind = 'free' then
      verdict := 'ok';
    -- A limit that is not set leaves no room to compare: null, which `least` passes over.
    elsif least(room_requests[given.t] - added_calls[given.t], room_requests[given.k] - added_calls[given.k]) < 1
      or least(room_tokens[given.t] - added_tokens[given.t], room_tokens[given.k] - added_tokens[given.k]) < greatest(given.least_tokens, 1)
      or least(room_cost[given.t] - added_cost[given.t], room_cost[given.k] - added_cost[given.k]) < greatest(given.cost, 1)
      or given.kind = 'metered' and least(room_calls[given.t] - added_calls[given.t], room_calls[given.k] - added_calls[given.k]) < 1
    then
      verdict := 'refused';
      met := met || array[added_calls[given.t], added_tokens[given.t], added_cost[given.t], added_calls[given.k], added_tokens[given.k],
        added_cost[given.k]];
    else
      verdict := 'ok';
      if given.kind = 'metered' then
        grant_tokens := least(given.tokens, room_tokens[given.t] - added_tokens[given.t], room_tokens[given.k] - added_tokens[given.k]);
        added_calls[given.t] := added_calls[given.t] + 1;
        added_tokens[given.t] := added_tokens[given.t] + grant_tokens;
        added_cost[given.t] := added_cost[given.t] + given.cost;
        if given.k <> given.t then
          added_calls[given.k] := added_calls[given.k] + 1;
          added_tokens[given.k] := added_tokens[given.k] + grant_tokens;
          added_cost[given.k] := added_cost[given.k] + given.cost;
        end if;
      end if;
    end if;
    verdicts := verdicts || verdict;
    granted := granted || grant_tokens;
  end loop;

  if 1 <= any (added_calls) then
    update quota_counter c set
      day_requests_reserved = c.day_requests_reserved + added_calls[g.n],
      day_tokens_reserved = c.day_tokens_reserved + added_tokens[g.n],
      day_cost_reserved = c.day_cost_reserved + added_cost[g.n],
      month_requests_reserved = c.month_requests_reserved + added_calls[g.n],
      month_tokens_reserved = c.month_tokens_reserved + added_tokens[g.n],
      month_cost_reserved = c.month_cost_reserved + added_cost[g.n],
      minute_starts_at = minute,
      minute_calls = states[g.n][13] + added_calls[g.n],
      previous_minute_calls = states[g.n][14],
      in_flight = c.in_flight + added_calls[g.n],
      counted_until = greatest(c.counted_until, moment)
    from unnest(subjects) as g
    where c.tenant_id = g.owner and c.subject_id = g.id and added_calls[g.n] > 0;

    perform record_calls(instance, moment, subjects, calls, granted);
  end if;

  return json_build_object(
    'now', (extract(epoch from moment) * 1000)::bigint,
    'agencyVersion', agency_version, 'states', states,
    'verdicts', verdicts, 'tokens', granted, 'added', array[added_calls, added_tokens, added_cost], 'met', met
  );
end $$;

-- Until when calls were let through for whom this reason is about, a key or its client; corrections count too.
create function passed_until(tenant uuid, actor uuid, reason text) returns timestamptz language sql stable as $$
  select coalesce(
    (select counted_until from quota_counter
      where tenant_id = tenant and subject_id = case when reason like '%\_key' then actor else tenant end),
    '-infinity')
$$;

-- Counts calls that have no row in the ledger: refused ones by their reason, and free ones (reason null). Refusals are
-- unbroken from the first one since calls were last let through.
create function tally(tallies json) returns void language plpgsql as $$
begin
  with given as (
    select * from json_to_recordset(tallies) as g (
      tenant uuid, hour timestamptz, date date, source usage_source, actor uuid, reason text, count bigint, since timestamptz,
      at timestamptz
    )
  ),
  refusals as (
    insert into refusal_hourly as r (tenant_id, starts_at, source, actor_id, reason, refusals, first_at, last_at, unbroken_since)
    select tenant, hour, source, actor, reason, sum(count), min(since), max(at),
      case when min(since) >= passed_until(tenant, actor, reason) then min(since) else max(at) end
    from given where reason is not null group by tenant, hour, source, actor, reason
    on conflict (tenant_id, starts_at, source, actor_id, reason) do update set
      refusals = r.refusals + excluded.refusals,
      first_at = least(r.first_at, excluded.first_at),
      last_at = greatest(r.last_at, excluded.last_at),
      unbroken_since = (
        select coalesce(min(s.since) filter (where s.since >= p.until), max(s.since))
        from (values (r.unbroken_since), (excluded.unbroken_since)) s (since),
          (select passed_until(r.tenant_id, r.actor_id, r.reason) as until) p
      )
  ),
  hourly as (
    insert into usage_hourly as h (tenant_id, starts_at, source, actor_id, blocked, free)
    select tenant, hour, source, actor, coalesce(sum(count) filter (where reason is not null), 0),
      coalesce(sum(count) filter (where reason is null), 0)
    from given group by tenant, hour, source, actor
    on conflict (tenant_id, starts_at, source, actor_id) do update set
      blocked = h.blocked + excluded.blocked, free = h.free + excluded.free
  )
  insert into usage_daily as y (tenant_id, local_date, source, actor_id, blocked, free)
  select tenant, date, source, actor, coalesce(sum(count) filter (where reason is not null), 0),
    coalesce(sum(count) filter (where reason is null), 0)
  from given group by tenant, date, source, actor
  on conflict (tenant_id, local_date, source, actor_id) do update set
    blocked = y.blocked + excluded.blocked, free = y.free + excluded.free;
end $$;

-- Takes back what a batch asks of those of its subjects whose states are given. Nobody has seen it reserved.
create function take_back(subjects metered_subject[], states bigint[]) returns void language plpgsql as $$
begin
  update quota_counter c set
    day_requests_reserved = c.day_requests_reserved - g.calls,
    day_tokens_reserved = c.day_tokens_reserved - g.tokens,
    day_cost_reserved = c.day_cost_reserved - g.cost,
    month_requests_reserved = c.month_requests_reserved - g.calls,
    month_tokens_reserved = c.month_tokens_reserved - g.tokens,
    month_cost_reserved = c.month_cost_reserved - g.cost,
    minute_calls = c.minute_calls - g.calls,
    in_flight = c.in_flight - g.calls
  from unnest(subjects) as g
  where c.tenant_id = g.owner and c.subject_id = g.id and g.n = any (states[:][16:16]);
end $$;

-- One round trip and one commit: locks the batch's tenants, settles what has ended, admits what has come. A tenant's row
-- that somebody else holds for long must not hold up all the others: then it gives up (55P03), and is called again without
-- that tenant.
--
-- Where the calls may be admitted all at once, it tries to reserve what they ask for together in one statement, whose
-- conditions are those of `admit`, if the agency still has the version at which their costs were reckoned (null where none is
-- limited). Where it fits that was all, and it answers { now, agencyVersion, states: in no order, each with its subject's
-- place at its end, writtenBy: the transaction that has written them }. Where anything stands against it (too little room, an old version, a window that is not open yet), it
-- takes back what it has reserved, and `admit` decides call by call.
create function meter(
  instance uuid, tenants uuid[], tallies json, ended ended_call[], subjects metered_subject[], calls arriving_call[],
  at_once boolean, reckoned_at int
) returns json language plpgsql as $$
declare
  settled uuid[] := '{}';
  admission json;
  moment timestamptz;
  minute timestamptz;
  minute_before timestamptz;
  minute_left bigint;
  agency_version int;
  states bigint[];
begin
  perform from tenant where id = any (tenants) order by id for no key update;
  if ended is not null then
    settled := settle(ended);
  end if;
  if tallies is not null then
    perform tally(tallies);
  end if;
  if at_once then
    moment := date_trunc('milliseconds', clock_timestamp());
    minute := date_trunc('minute', moment);
    minute_before := minute - interval '1 minute';
    minute_left := 60000 - (extract(epoch from moment - minute) * 1000)::int;
    with reserved as (
      update quota_counter c set
        day_requests_reserved = c.day_requests_reserved + g.calls,
        day_tokens_reserved = c.day_tokens_reserved + g.tokens,
        day_cost_reserved = c.day_cost_reserved + g.cost,
        month_requests_reserved = c.month_requests_reserved + g.calls,
        month_tokens_reserved = c.month_tokens_reserved + g.tokens,
        month_cost_reserved = c.month_cost_reserved + g.cost,
        minute_starts_at = minute,
        minute_calls = case when c.minute_starts_at = minute then c.minute_calls else 0 end + g.calls,
        previous_minute_calls = case c.minute_starts_at
          when minute then c.previous_minute_calls when minute_before then c.minute_calls else 0 end,
        in_flight = c.in_flight + g.calls,
        counted_until = greatest(c.counted_until, moment)
      from unnest(subjects) as g
      where c.tenant_id = g.owner and c.subject_id = g.id
        and c.version = g.version and g.valid_from <= moment and moment < g.valid_to
        and c.day_starts_at = g.day_start and c.day_ends_at = g.day_end
        and c.month_starts_at = g.month_start and c.month_ends_at = g.month_end
        -- A limit that is not set leaves no room to compare: null, which `least` passes over.
        and g.calls <= coalesce(least(
          g.day_requests - c.day_requests_used - c.day_requests_reserved,
          g.month_requests - c.month_requests_used - c.month_requests_reserved,
          -- The minute before counts by the share of it that still lies within the last 60 seconds.
          g.per_minute - case c.minute_starts_at
            when minute then c.minute_calls + (c.previous_minute_calls * minute_left + 59999) / 60000
            when minute_before then (c.minute_calls * minute_left + 59999) / 60000 else 0 end,
          g.concurrency - c.in_flight), g.calls)
        -- Even a call that asks for nothing needs something to be left: one more than what is asked for does for all.
        and g.tokens < coalesce(least(
          g.day_tokens - c.day_tokens_used - c.day_tokens_reserved,
          g.month_tokens - c.month_tokens_used - c.month_tokens_reserved), g.tokens + 1)
        and g.cost < coalesce(g.month_cost - c.month_cost_used - c.month_cost_reserved, g.cost + 1)
      returning array[old.day_requests_used, old.month_requests_used, old.day_tokens_used, old.month_tokens_used,
        old.day_cost_used, old.month_cost_used, old.day_requests_reserved, old.month_requests_reserved,
        old.day_tokens_reserved, old.month_tokens_reserved, old.day_cost_reserved, old.month_cost_reserved,
        new.minute_calls - g.calls, new.previous_minute_calls, old.in_flight, g.n] as state
    )
    select array_agg(state), (select version from agency) into states, agency_version from reserved;
    if array_length(states, 1) = cardinality(subjects) and coalesce(reckoned_at = agency_version, true) then
      perform record_calls(instance, moment, subjects, calls, null);
      admission := json_build_object(
        'now', (extract(epoch from moment) * 1000)::bigint, 'agencyVersion', agency_version, 'states', states,
        'writtenBy', pg_current_xact_id()::xid);
    else
      perform take_back(subjects, states);
    end if;
  end if;
  if admission is null and calls is not null then
    admission := admit(instance, subjects, calls);
  end if;
  return json_build_object('settled', settled, 'admission', admission);
end $$;

-- A counter of which is known what it holds, since nobody has written it after that transaction; what a ledger row tells of its
-- subject; what calls ask of it, and what its minutes hold with them.
create type known_counter as (
  owner uuid, id uuid, key_name text, hour timestamptz, day_start timestamptz, month_start timestamptz, local_date date,
  written_by xid, calls bigint, tokens bigint, cost bigint, minute_calls int, previous_minute_calls int
);
-- A call that is admitted, as its ledger row keeps it. `k` is the place of its key, or else of its tenant, among the counters.
create type recorded_call as (
  k int, id uuid, source usage_source, provider text, endpoint text, model text, stream boolean, user_id uuid, user_name text,
  tokens bigint, cost bigint, input bigint
);

-- Admits calls that fit by what is known of their counters, if these are as they were left by the transactions that told it,
-- the agency still has this version, and it is before the instant at which anything of that changes by itself: so little is
-- left to compare that it takes two thirds of the time of `meter`. What a counter holds, and the versions and windows that it
-- was found to be of, are those of its row, so whoever changes any of them is noticed by `xmin`.
-- Answers [now (ms), the transaction that has written the counters]. Nothing has been admitted where it answers null, since the
-- time of what is known is over, or an empty array, since anything has changed.
create function admit_known(
  instance uuid, tenants uuid[], counters known_counter[], calls recorded_call[], known_version int, minute timestamptz,
  earliest timestamptz, latest timestamptz
) returns bigint[] language plpgsql as $$
declare
  moment timestamptz;
  reserved int;
begin
  perform from tenant where id = any (tenants) order by id for no key update;
  moment := date_trunc('milliseconds', clock_timestamp());
  if moment < earliest or moment >= latest then
    return null;
  end if;
  update quota_counter c set
    day_requests_reserved = c.day_requests_reserved + g.calls,
    day_tokens_reserved = c.day_tokens_reserved + g.tokens,
    day_cost_reserved = c.day_cost_reserved + g.cost,
    month_requests_reserved = c.month_requests_reserved + g.calls,
    month_tokens_reserved = c.month_tokens_reserved + g.tokens,
    month_cost_reserved = c.month_cost_reserved + g.cost,
    minute_starts_at = minute,
    minute_calls = g.minute_calls,
    previous_minute_calls = g.previous_minute_calls,
    in_flight = c.in_flight + g.calls,
    counted_until = greatest(c.counted_until, moment)
  from unnest(counters) as g, agency a
  where a.version = known_version and c.tenant_id = g.owner and c.subject_id = g.id and c.xmin = g.written_by;
  get diagnostics reserved = row_count;
  if reserved < cardinality(counters) then
    -- Those that this transaction has written had not been written by anybody else. (It has no subtransactions, whose rows
    -- would tell another number.)
    update quota_counter c set
      day_requests_reserved = c.day_requests_reserved - g.calls,
      day_tokens_reserved = c.day_tokens_reserved - g.tokens,
      day_cost_reserved = c.day_cost_reserved - g.cost,
      month_requests_reserved = c.month_requests_reserved - g.calls,
      month_tokens_reserved = c.month_tokens_reserved - g.tokens,
      month_cost_reserved = c.month_cost_reserved - g.cost,
      minute_calls = c.minute_calls - g.calls,
      in_flight = c.in_flight - g.calls
    from unnest(counters) as g
    where c.tenant_id = g.owner and c.subject_id = g.id and c.xmin = pg_current_xact_id()::xid;
    return '{}';
  end if;
  insert into usage_record (id, tenant_id, admitted_at, api_key_id, api_key_name, user_id, user_name, source, provider,
    endpoint, model, state, stream, reserved_tokens, reserved_cost, reserved_input, instance_id, hour_starts_at,
    day_starts_at, month_starts_at, local_date)
  select c.id, g.owner, moment, nullif(g.id, g.owner), g.key_name, c.user_id, c.user_name, c.source, c.provider, c.endpoint,
    c.model, 'admitted', c.stream, c.tokens, c.cost, c.input, instance, g.hour, g.day_start, g.month_start, g.local_date
  from unnest(calls) as c cross join lateral (select (counters[c.k]).*) g;
  return array[(extract(epoch from moment) * 1000)::bigint, pg_current_xact_id()::xid::text::bigint];
end $$;

-- Those of these tenants whose rows somebody else holds. Where somebody has locked the whole table, it waits for that.
create function held_tenants(tenants uuid[]) returns uuid[] language plpgsql set lock_timeout = 0 as $$
declare
  free uuid[] := array(select id from tenant where id = any (tenants) order by id for no key update skip locked);
begin
  return array(select id from tenant where id = any (tenants) and id <> all (free));
end $$;

-- Counts a correction in the day and the month that its tenant and its key are in, if it lies in them, and in the
-- roll-ups. Answers whether it takes back more than these then had, in its day or its month, of the client or of the key.
-- The caller holds the tenant's row, and has opened the counters.
create function count_adjustment(adjustment uuid) returns boolean language plpgsql as $$
declare
  given usage_adjustment := (select a from usage_adjustment a where a.id = adjustment);
  month date := date_trunc('month', given.local_date);
begin
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
  where c.tenant_id = given.tenant_id and c.subject_id = i.subject_id;

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

  -- Asked of the roll-ups, which know every day: the counters have gone on from those that are over.
  return exists (
    select from (values (given.local_date, given.local_date + 1), (month, (month + interval '1 month')::date)) w (first, next)
    cross join (values (given.tenant_id), (given.api_key_id)) s (subject_id)
    join usage_daily y on y.tenant_id = given.tenant_id and s.subject_id in (y.tenant_id, y.actor_id)
      and y.local_date >= w.first and y.local_date < w.next
    group by w.first, w.next, s.subject_id
    having given.requests < 0 and sum(y.requests) < 0 or given.tokens < 0 and sum(y.total_tokens) < 0
      or given.cost_micro_usd < 0 and sum(y.cost_micro_usd) < 0
  );
end $$;
