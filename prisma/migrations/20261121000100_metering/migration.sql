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
  );
alter table usage_record
  add constraint usage_record_amounts check (
    reserved_tokens >= 0 and reserved_cost >= 0 and reserved_input >= 0 and input_tokens >= 0 and output_tokens >= 0
    and total_tokens >= 0 and cost_micro_usd >= 0
  ),
  add constraint usage_record_settled check ((state = 'admitted') = (settled_at is null));
alter table quota_counter
  -- What is used may be less than nothing: a correction may lie in another window than what it corrects.
  add constraint quota_counter_amounts check (requests_reserved >= 0 and tokens_reserved >= 0 and cost_reserved >= 0),
  set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
alter table rate_counter set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
alter table tenant set (fillfactor = 70);
alter table usage_hourly set (fillfactor = 70);
alter table usage_daily set (fillfactor = 70);

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

-- The ledger has one partition a month (UTC), made ahead; dropping one is how old rows are purged. It is made as a table
-- of its own and attached: `partition of` would wait for whoever reads the ledger, and every admission for it.
create function ensure_usage_partitions(first_month date, last_month date) returns void language plpgsql as $$
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
  select tenant_id, api_key_id, at, source, coalesce(api_key_id, tenant_id), hour_starts_at, local_date, true, requests, 0,
    tokens, 0, cost_micro_usd, 0, 0, 0, 0
  from usage_adjustment;

-- Both functions below find rows one by one, by key. A join over the whole batch would be planned once, when the tables
-- may still be empty, and then read all of them for good.

-- Settles calls: the row gets its state and numbers, its reservation leaves the counters, what was used enters counters
-- and roll-ups, all in one transaction. A row that is no longer open is left as it is, so settling twice changes nothing.
-- A call counts in every counter of its tenant and key whose span contains its admission.
-- An abandoned call counts as what was reserved for it; where no cost was, its cost is unknown, and not nothing.
-- Answers the ids that were settled now. The caller holds the tenants' rows.
create function settle(settlements json) returns json language plpgsql as $$
declare
  given record;
  moved_row usage_record;
  moved_rows usage_record[] := '{}';
  delta record;
  settled json;
begin
  for given in
    select * from json_to_recordset(settlements) as g (
      id uuid, tenant uuid, "from" timestamptz, "to" timestamptz, state usage_state, status int, model text,
      input bigint, cached bigint, written bigint, output bigint, reasoning bigint, cost bigint, estimated boolean,
      latency int, "firstByte" int
    )
  loop
    update usage_record u set
      state = given.state,
      http_status = given.status,
      answered_model = given.model,
      input_tokens = case given.state when 'abandoned' then u.reserved_input when 'failed' then null else given.input end,
      output_tokens = case given.state
        when 'abandoned' then u.reserved_tokens - u.reserved_input when 'failed' then null else given.output end,
      total_tokens = case given.state
        when 'abandoned' then u.reserved_tokens when 'failed' then null else given.input + given.output end,
      cached_input_tokens = given.cached,
      cache_write_tokens = given.written,
      reasoning_tokens = given.reasoning,
      cost_micro_usd = case given.state
        when 'abandoned' then nullif(u.reserved_cost, 0) when 'failed' then null else given.cost end,
      estimated = given.estimated or given.state = 'abandoned',
      latency_ms = given.latency,
      first_byte_ms = given."firstByte",
      settled_at = greatest(date_trunc('milliseconds', clock_timestamp()), u.admitted_at)
    where u.tenant_id = given.tenant and u.id = given.id and u.admitted_at between given."from" and given."to"
      and u.state = 'admitted'
    returning u.* into moved_row;
    if found then
      moved_rows := moved_rows || moved_row;
    end if;
  end loop;
  if cardinality(moved_rows) = 0 then
    return '[]';
  end if;

  for delta in
    select m.tenant_id, s.subject_id, q."window", q.starts_at, count(*) as calls, max(m.admitted_at) as last_at,
      count(*) filter (where m.state <> 'failed') as requests, coalesce(sum(m.total_tokens), 0) as tokens,
      coalesce(sum(m.cost_micro_usd), 0) as cost, sum(m.reserved_tokens) as reserved_tokens,
      sum(m.reserved_cost) as reserved_cost
    from unnest(moved_rows) m
    cross join lateral (values (m.tenant_id), (m.api_key_id)) s (subject_id)
    cross join lateral (
      select c."window", c.starts_at from quota_counter c
      where c.tenant_id = m.tenant_id and c.subject_id = s.subject_id
        and c."window" = 'day' and c.starts_at <= m.admitted_at and c.starts_at > m.admitted_at - interval '3 days'
        and c.ends_at > m.admitted_at
      union all
      select c."window", c.starts_at from quota_counter c
      where c.tenant_id = m.tenant_id and c.subject_id = s.subject_id
        and c."window" = 'month' and c.starts_at <= m.admitted_at and c.starts_at > m.admitted_at - interval '33 days'
        and c.ends_at > m.admitted_at
      offset 0
    ) q
    group by m.tenant_id, s.subject_id, q."window", q.starts_at
  loop
    update quota_counter c set
      requests_used = c.requests_used + delta.requests,
      requests_reserved = c.requests_reserved - delta.calls,
      tokens_used = c.tokens_used + delta.tokens,
      tokens_reserved = c.tokens_reserved - delta.reserved_tokens,
      cost_used = c.cost_used + delta.cost,
      cost_reserved = c.cost_reserved - delta.reserved_cost
    where c.tenant_id = delta.tenant_id and c.subject_id = delta.subject_id and c."window" = delta."window"
      and c.starts_at = delta.starts_at;
  end loop;

  for delta in
    select m.tenant_id, s.subject_id, count(*) as calls, max(m.admitted_at) as last_at
    from unnest(moved_rows) m cross join lateral (values (m.tenant_id), (m.api_key_id)) s (subject_id)
    where s.subject_id is not null
    group by m.tenant_id, s.subject_id
  loop
    update rate_counter r set in_flight = r.in_flight - delta.calls
    where r.tenant_id = delta.tenant_id and r.subject_id = delta.subject_id;
    if delta.subject_id <> delta.tenant_id then
      update api_key k set last_used_at = delta.last_at
      where k.id = delta.subject_id and (k.last_used_at is null or k.last_used_at < delta.last_at);
    end if;
  end loop;

  with rolled as (
    select tenant_id, hour_starts_at, local_date, source, coalesce(api_key_id, user_id, tenant_id) as actor_id,
      count(*) filter (where state <> 'failed') as requests,
      count(*) filter (where state = 'failed') as failed,
      coalesce(sum(input_tokens), 0) as input, coalesce(sum(cached_input_tokens), 0) as cached,
      coalesce(sum(cache_write_tokens), 0) as written, coalesce(sum(output_tokens), 0) as output,
      coalesce(sum(reasoning_tokens), 0) as reasoning, coalesce(sum(total_tokens), 0) as total,
      coalesce(sum(cost_micro_usd), 0) as cost,
      count(*) filter (where state <> 'failed' and cost_micro_usd is null) as unpriced,
      max(admitted_at) as last_used_at
    from unnest(moved_rows) group by tenant_id, hour_starts_at, local_date, source, coalesce(api_key_id, user_id, tenant_id)
  ),
  hourly as (
    insert into usage_hourly as h (tenant_id, starts_at, source, actor_id, requests, failed, input_tokens,
      cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, total_tokens, cost_micro_usd, unpriced, last_used_at)
    select tenant_id, hour_starts_at, source, actor_id, sum(requests), sum(failed), sum(input), sum(cached), sum(written),
      sum(output), sum(reasoning), sum(total), sum(cost), sum(unpriced), max(last_used_at)
    from rolled group by tenant_id, hour_starts_at, source, actor_id
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
    select tenant_id, local_date, source, actor_id, sum(requests), sum(failed), sum(input), sum(cached), sum(written),
      sum(output), sum(reasoning), sum(total), sum(cost), sum(unpriced), max(last_used_at)
    from rolled group by tenant_id, local_date, source, actor_id
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
  select json_agg(id) into settled from unnest(moved_rows);
  return settled;
end $$;

-- Decides a batch of calls in their order of arrival: each passes when every limit of its tenant and its key has room,
-- else nothing is counted for it. Writes a ledger row and a reservation for each that passes.
--
-- subjects: the tenants and keys of the batch, n = 1, 2, …: { n, tenant, subject, version, tenantVersion (a key counts in
--   the windows of its tenant), from, to (the span in which the limits below hold), day: [start, end], month: [start, end],
--   caps: [requests/day, requests/month, tokens/day, tokens/month, cost/month; null is unlimited], perMinute, concurrency }
-- calls: n = 1, 2, …: { n, t, k (their subjects; k = t without a key), kind, id, leastTokens, tokens, cost, agencyVersion (at
--   which the cost was reckoned; null where none is limited), … ledger columns }
--   kind `metered` is recorded; `checked` passes unless something is used up, and `free` always, neither is recorded.
--   A call with leastTokens < tokens sets no bound of its own: it reserves `tokens`, or what is left if that is less.
-- Answers { now (ms), agencyVersion, verdicts: [ok|refused|stale], tokens: [reserved], states: [what a refused call met],
--   used, reserved: [per subject, as caps], calls: [[this minute, the one before, in flight] per subject] }.
-- `stale`: the limits or the cost were computed from an older version, or for another span of time; reload and ask again.
-- The caller holds the tenants' rows.
create function admit(instance uuid, subjects json, calls json) returns json language plpgsql as $$
declare
  moment timestamptz := date_trunc('milliseconds', clock_timestamp());
  minute timestamptz := date_trunc('minute', moment);
  minute_left int := 60000 - (extract(epoch from moment - minute) * 1000)::int;
  fresh boolean[];
  caps bigint[];
  used bigint[];
  reserved bigint[];
  rates int[];
  pace int[];
  verdicts text[] := '{}';
  granted bigint[] := '{}';
  states json[] := '{}';
  -- How many calls of each subject were admitted.
  added int[];
  call record;
  subject record;
  t int;
  k int;
  room_requests bigint;
  room_tokens bigint;
  room_cost bigint;
  verdict text;
  grant_tokens bigint;
  agency_version int := (select version from agency);
  admitted boolean := false;
  lacks_counters boolean;
begin
  select array_agg(s.is_fresh order by s.n),
    array_agg(array[s.caps[1], s.caps[2], s.caps[3], s.caps[4], null, s.caps[5]] order by s.n),
    array_agg(array[s."perMinute", s.concurrency] order by s.n),
    array_agg(array[coalesce(d.requests_used, 0), coalesce(m.requests_used, 0), coalesce(d.tokens_used, 0),
      coalesce(m.tokens_used, 0), coalesce(d.cost_used, 0), coalesce(m.cost_used, 0)] order by s.n),
    array_agg(array[coalesce(d.requests_reserved, 0), coalesce(m.requests_reserved, 0), coalesce(d.tokens_reserved, 0),
      coalesce(m.tokens_reserved, 0), coalesce(d.cost_reserved, 0), coalesce(m.cost_reserved, 0)] order by s.n),
    array_agg(array[
      case when r.minute_starts_at = minute then r.calls else 0 end,
      case when r.minute_starts_at = minute then r.previous_calls
        when r.minute_starts_at = minute - interval '1 minute' then r.calls else 0 end,
      coalesce(r.in_flight, 0)] order by s.n),
    bool_or(s.is_fresh and (d.tenant_id is null or m.tenant_id is null)), array_agg(0)
  into fresh, caps, rates, used, reserved, pace, lacks_counters, added
  from (
    select g.*, coalesce(
      (select version from tenant where id = g.tenant) = g."tenantVersion"
      and (g.subject = g.tenant or (select version from api_key where id = g.subject) = g.version)
      and g."from" <= moment and moment < g."to", false) as is_fresh
    from json_to_recordset(subjects) as g (n int, tenant uuid, subject uuid, version int, "tenantVersion" int,
      "from" timestamptz, "to" timestamptz, day timestamptz[], month timestamptz[], caps bigint[], "perMinute" int,
      concurrency int)
  ) s
  left join quota_counter d
    on d.tenant_id = s.tenant and d.subject_id = s.subject and d."window" = 'day' and d.starts_at = s.day[1]
  left join quota_counter m
    on m.tenant_id = s.tenant and m.subject_id = s.subject and m."window" = 'month' and m.starts_at = s.month[1]
  left join rate_counter r on r.tenant_id = s.tenant and r.subject_id = s.subject;

  -- The first call in a window; nothing is counted there yet.
  if lacks_counters then
    insert into quota_counter (tenant_id, subject_id, "window", starts_at, ends_at)
    select s.tenant, s.subject, w."window", w.starts_at, w.ends_at
    from json_to_recordset(subjects) as s (n int, tenant uuid, subject uuid, day timestamptz[], month timestamptz[])
    cross join lateral (
      values ('day'::quota_window, s.day[1], s.day[2]), ('month'::quota_window, s.month[1], s.month[2])
    ) w ("window", starts_at, ends_at)
    where fresh[s.n]
    on conflict do nothing;
  end if;

  for call in
    select * from json_to_recordset(calls) as c (
      n int, t int, k int, kind text, "leastTokens" bigint, tokens bigint, cost bigint, "agencyVersion" int
    )
    order by n
  loop
    t := call.t;
    k := call.k;
    grant_tokens := 0;
    if not (fresh[t] and fresh[k]) or call."agencyVersion" <> agency_version then
      verdict := 'stale';
    elsif call.kind = 'free' then
      verdict := 'ok';
    else
      -- A limit that is not set has no room to compare: null, which `least` passes over.
      room_requests := least(
        caps[t][1] - used[t][1] - reserved[t][1], caps[t][2] - used[t][2] - reserved[t][2],
        caps[k][1] - used[k][1] - reserved[k][1], caps[k][2] - used[k][2] - reserved[k][2]);
      room_tokens := least(
        caps[t][3] - used[t][3] - reserved[t][3], caps[t][4] - used[t][4] - reserved[t][4],
        caps[k][3] - used[k][3] - reserved[k][3], caps[k][4] - used[k][4] - reserved[k][4]);
      room_cost := least(caps[t][6] - used[t][6] - reserved[t][6], caps[k][6] - used[k][6] - reserved[k][6]);

      if room_requests < 1 or room_tokens < greatest(call."leastTokens", 1) or room_cost < greatest(call.cost, 1) then
        verdict := 'refused';
      elsif call.kind = 'checked' then
        verdict := 'ok';
      elsif pace[t][2]::bigint * minute_left + (pace[t][1] + 1)::bigint * 60000 > rates[t][1]::bigint * 60000
        or pace[k][2]::bigint * minute_left + (pace[k][1] + 1)::bigint * 60000 > rates[k][1]::bigint * 60000
        or pace[k][3] >= rates[k][2]
      then
        verdict := 'refused';
      else
        verdict := 'ok';
        admitted := true;
        added[t] := added[t] + 1;
        grant_tokens := least(call.tokens, room_tokens);
        reserved[t][1] := reserved[t][1] + 1;
        reserved[t][2] := reserved[t][2] + 1;
        reserved[t][3] := reserved[t][3] + grant_tokens;
        reserved[t][4] := reserved[t][4] + grant_tokens;
        reserved[t][5] := reserved[t][5] + call.cost;
        reserved[t][6] := reserved[t][6] + call.cost;
        pace[t][1] := pace[t][1] + 1;
        pace[t][3] := pace[t][3] + 1;
        if k <> t then
          added[k] := added[k] + 1;
          reserved[k][1] := reserved[k][1] + 1;
          reserved[k][2] := reserved[k][2] + 1;
          reserved[k][3] := reserved[k][3] + grant_tokens;
          reserved[k][4] := reserved[k][4] + grant_tokens;
          reserved[k][5] := reserved[k][5] + call.cost;
          reserved[k][6] := reserved[k][6] + call.cost;
          pace[k][1] := pace[k][1] + 1;
          pace[k][3] := pace[k][3] + 1;
        end if;
      end if;
    end if;
    verdicts := verdicts || verdict;
    granted := granted || grant_tokens;
    states := states || case when verdict = 'refused' then
      json_build_object('tenant', reserved[t:t], 'key', reserved[k:k], 'tenantPace', pace[t:t], 'keyPace', pace[k:k]) end;
  end loop;

  if admitted then
    for subject in
      select * from json_to_recordset(subjects) as s (n int, tenant uuid, subject uuid, day timestamptz[], month timestamptz[])
    loop
      t := subject.n;
      continue when not fresh[t] or added[t] = 0;
      update quota_counter c set
        requests_reserved = reserved[t][1], tokens_reserved = reserved[t][3], cost_reserved = reserved[t][5]
      where c.tenant_id = subject.tenant and c.subject_id = subject.subject and c."window" = 'day'
        and c.starts_at = subject.day[1];
      update quota_counter c set
        requests_reserved = reserved[t][2], tokens_reserved = reserved[t][4], cost_reserved = reserved[t][6]
      where c.tenant_id = subject.tenant and c.subject_id = subject.subject and c."window" = 'month'
        and c.starts_at = subject.month[1];
      insert into rate_counter as r (tenant_id, subject_id, minute_starts_at, calls, previous_calls, in_flight)
      values (subject.tenant, subject.subject, minute, pace[t][1], pace[t][2], pace[t][3])
      on conflict (tenant_id, subject_id) do update set
        minute_starts_at = excluded.minute_starts_at, calls = excluded.calls,
        previous_calls = excluded.previous_calls, in_flight = excluded.in_flight;
    end loop;

    insert into usage_record (id, tenant_id, admitted_at, api_key_id, api_key_name, user_id, user_name, source, provider,
      endpoint, model, state, stream, reserved_tokens, reserved_cost, reserved_input, instance_id, hour_starts_at,
      day_starts_at, month_starts_at, local_date)
    select c.id, s.tenant, moment, c."apiKeyId", c."apiKeyName", c."userId", c."userName", c.source, c.provider,
      c.endpoint, c.model, 'admitted', c.stream, granted[c.n], c.cost, least(c."inputTokens", granted[c.n]), instance,
      s.hour, s.day[1], s.month[1], s.date
    from json_to_recordset(calls) as c (n int, t int, kind text, id uuid, "apiKeyId" uuid, "apiKeyName" text,
      "userId" uuid, "userName" text, source usage_source, provider text, endpoint text, model text, stream boolean,
      cost bigint, "inputTokens" bigint)
    join json_to_recordset(subjects) as s (n int, tenant uuid, hour timestamptz, day timestamptz[], month timestamptz[],
      date date) on s.n = c.t
    where verdicts[c.n] = 'ok' and c.kind = 'metered';
  end if;

  return json_build_object(
    'now', (extract(epoch from moment) * 1000)::bigint,
    'agencyVersion', agency_version,
    'verdicts', verdicts, 'tokens', granted, 'states', states,
    'used', used, 'reserved', reserved, 'pace', pace
  );
end $$;

-- Counts calls that have no row in the ledger: refused ones by their reason, and free ones (reason null).
create function tally(tallies json) returns void language plpgsql as $$
begin
  with given as (
    select * from json_to_recordset(tallies) as g (
      tenant uuid, hour timestamptz, date date, source usage_source, actor uuid, reason text, count bigint, at timestamptz
    )
  ),
  refusals as (
    insert into refusal_hourly as r (tenant_id, starts_at, source, actor_id, reason, refusals, last_at)
    select tenant, hour, source, actor, reason, sum(count), max(at) from given
    where reason is not null group by tenant, hour, source, actor, reason
    on conflict (tenant_id, starts_at, source, actor_id, reason) do update set
      refusals = r.refusals + excluded.refusals, last_at = greatest(r.last_at, excluded.last_at)
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

-- One round trip and one commit: locks the batch's tenants, settles what has ended, admits what has come.
create function meter(instance uuid, tenants uuid[], settlements json, tallies json, subjects json, calls json) returns json
language plpgsql as $$
declare
  settled json := '[]';
  admission json;
begin
  perform from tenant where id = any (tenants) order by id for no key update;
  if settlements is not null then
    settled := settle(settlements);
  end if;
  if tallies is not null then
    perform tally(tallies);
  end if;
  if calls is not null then
    admission := admit(instance, subjects, calls);
  end if;
  return json_build_object('settled', settled, 'admission', admission);
end $$;

-- Counts a correction in every counter of its tenant and key whose span contains its instant, and in the roll-ups. Where
-- nothing has been counted yet in the windows that run now (day, month), they begin with it. Answers the least that a
-- counter then has of requests, tokens and cost. The caller holds the tenant's row.
create function count_adjustment(adjustment uuid, day timestamptz[], month timestamptz[]) returns bigint[]
language plpgsql as $$
declare
  given usage_adjustment := (select a from usage_adjustment a where a.id = adjustment);
  least_used bigint[];
begin
  insert into quota_counter (tenant_id, subject_id, "window", starts_at, ends_at)
  select given.tenant_id, s.subject_id, w."window", w.starts_at, w.ends_at
  from (values (given.tenant_id), (given.api_key_id)) s (subject_id)
  cross join (values ('day'::quota_window, day[1], day[2]), ('month', month[1], month[2])) w ("window", starts_at, ends_at)
  where s.subject_id is not null and given.at >= w.starts_at and given.at < w.ends_at
  on conflict do nothing;

  with counted as (
    update quota_counter c set
      requests_used = c.requests_used + given.requests, tokens_used = c.tokens_used + given.tokens,
      cost_used = c.cost_used + given.cost_micro_usd
    where c.tenant_id = given.tenant_id and c.subject_id in (given.tenant_id, given.api_key_id)
      and c.starts_at <= given.at and c.ends_at > given.at
    returning c.requests_used, c.tokens_used, c.cost_used
  )
  select array[min(requests_used), min(tokens_used), min(cost_used)] into least_used from counted;

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
  return least_used;
end $$;
