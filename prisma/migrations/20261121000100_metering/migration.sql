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
alter table quota_counter
  set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
alter table rate_counter set (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
alter table tenant set (fillfactor = 70);
alter table usage_hourly set (fillfactor = 70);
alter table usage_daily set (fillfactor = 70);

-- How clients are found and put in order: without case and accents.
create function plain_text(given text) returns text language sql immutable parallel safe as $$
  select lower(regexp_replace(normalize(given, NFKD), '[\u0300-\u036f]', '', 'g'))
$$;
-- What clients themselves use in the windows that run, out of a year of windows of theirs and their keys.
create index quota_counter_of_tenant on quota_counter (ends_at) where subject_id = tenant_id;

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

-- The functions below take a batch as columns: one array for each, which takes PostgreSQL a third of the time of JSON. They
-- find rows by key, whatever the planner knows of a table that is still empty: metering's sessions forbid it to read or
-- hash whole tables, and tell it that looking up a key costs next to nothing.

-- Settles calls: the row gets its state and numbers, its reservation leaves the counters, what was used enters counters
-- and roll-ups, all in one transaction. A row that is no longer open is left as it is, so settling twice changes nothing.
-- A call counts in every counter of its tenant and key whose span contains its admission.
-- An abandoned call counts as what was reserved for it; where no cost was, its cost is unknown, and not nothing.
-- Answers the ids that were settled now. The caller holds the tenants' rows.
create function settle(
  ids uuid[], tenants uuid[], admitted_from timestamptz[], admitted_to timestamptz[], states usage_state[],
  statuses int[], models text[], inputs bigint[], cached_inputs bigint[], cache_writes bigint[], outputs bigint[],
  reasonings bigint[], costs bigint[], estimates boolean[], latencies int[], first_bytes int[]
) returns uuid[] language plpgsql as $$
declare
  settled uuid[];
begin
  if 0 > any (inputs || cached_inputs || cache_writes || outputs || reasonings || costs) then
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
    from unnest(ids, tenants, admitted_from, admitted_to, states, statuses, models, inputs, cached_inputs, cache_writes,
      outputs, reasonings, costs, estimates, latencies, first_bytes) as g (id, tenant, earliest, latest, state, status, model, input,
      cached, written, output, reasoning, cost, estimated, latency, first_byte)
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
      requests_used = c.requests_used + d.calls - d.failed,
      requests_reserved = c.requests_reserved - d.calls,
      tokens_used = c.tokens_used + d.total,
      tokens_reserved = c.tokens_reserved - d.reserved_tokens,
      cost_used = c.cost_used + d.cost,
      cost_reserved = c.cost_reserved - d.reserved_cost
    from (
      select s.tenant_id, s.subject_id, q."window", q.starts_at, sum(s.calls) as calls, sum(s.failed) as failed,
        sum(s.total) as total, sum(s.cost) as cost, sum(s.reserved_tokens) as reserved_tokens,
        sum(s.reserved_cost) as reserved_cost
      from subjects s
      cross join (values ('day'::quota_window, interval '3 days'), ('month', interval '33 days')) w ("window", longest)
      join quota_counter q on q.tenant_id = s.tenant_id and q.subject_id = s.subject_id and q."window" = w."window"
        and q.starts_at <= s.admitted_at and q.starts_at > s.admitted_at - w.longest and q.ends_at > s.admitted_at
      group by s.tenant_id, s.subject_id, q."window", q.starts_at
    ) d
    where c.tenant_id = d.tenant_id and c.subject_id = d.subject_id and c."window" = d."window"
      and c.starts_at = d.starts_at
  ),
  rates as (
    update rate_counter r set in_flight = r.in_flight - d.calls
    from (select tenant_id, subject_id, sum(calls) as calls from subjects group by tenant_id, subject_id) d
    where r.tenant_id = d.tenant_id and r.subject_id = d.subject_id
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

-- Decides a batch of calls in their order of arrival: each passes when every limit of its tenant and its key has room,
-- else nothing is counted for it. Writes a ledger row and a reservation for each that passes.
--
-- Subjects, the tenants and keys of the batch: their versions (a key counts in the windows of its tenant), the span in
--   which the limits hold, their windows, and their caps; null is unlimited.
-- Calls: the places of their tenant and key among the subjects (the tenant's twice without a key), ledger columns, the
--   versions of the agency at which their costs were reckoned (null where none is limited), and
--   kinds: `metered` is recorded; `checked` passes unless something is used up, and `free` always, neither is recorded.
--   A call whose least tokens are below its tokens sets no bound of its own: it reserves those, or what is left if that is less.
-- Answers { now (ms), agencyVersion, verdicts: [ok|refused|stale], tokens: [reserved],
--   used, reserved: per subject [requests/day, requests/month, tokens/day, tokens/month, cost/day, cost/month] before the
--   batch, pace: per subject [calls in this minute, in the one before, in flight] before it,
--   added: per subject [calls, tokens, cost] of the batch,
--   met: for each refused call what its tenant and its key had been added when it was decided }.
-- `stale`: the limits or the cost were computed from an older version, or for another span of time; reload and ask again.
-- The caller holds the tenants' rows.
create function admit(
  instance uuid,
  owners uuid[], subjects uuid[], key_names text[], versions int[], owner_versions int[],
  valid_from timestamptz[], valid_to timestamptz[], hours timestamptz[], dates date[],
  day_starts timestamptz[], day_ends timestamptz[], month_starts timestamptz[], month_ends timestamptz[],
  day_requests bigint[], month_requests bigint[], day_tokens bigint[], month_tokens bigint[], month_cost bigint[],
  per_minute bigint[], concurrency bigint[],
  ids uuid[], tenant_places int[], key_places int[], kinds text[], least_tokens bigint[], tokens bigint[],
  input_tokens bigint[], costs bigint[], sources usage_source[], providers text[], endpoints text[], models text[],
  streams boolean[], user_ids uuid[], user_names text[], agency_versions int[]
) returns json language plpgsql as $$
declare
  moment timestamptz := date_trunc('milliseconds', clock_timestamp());
  minute timestamptz := date_trunc('minute', moment);
  minute_left bigint := 60000 - (extract(epoch from moment - minute) * 1000)::int;
  agency_version int := (select version from agency);
  fresh boolean[];
  used bigint[];
  reserved bigint[];
  pace bigint[];
  -- What is left to each subject, where it is limited: requests, tokens, cost, and calls in this minute and at once.
  room_requests bigint[];
  room_tokens bigint[];
  room_cost bigint[];
  room_calls bigint[];
  added_calls bigint[];
  added_tokens bigint[];
  added_cost bigint[];
  verdicts text[] := '{}';
  granted bigint[] := '{}';
  met bigint[] := '{}';
  lacks_counters boolean;
  t int;
  k int;
  grant_tokens bigint;
  verdict text;
begin
  select array_agg(s.is_fresh), array_agg(s.used), array_agg(s.reserved), array_agg(s.pace),
    array_agg(least(s.day_requests - s.used[1] - s.reserved[1], s.month_requests - s.used[2] - s.reserved[2])),
    array_agg(least(s.day_tokens - s.used[3] - s.reserved[3], s.month_tokens - s.used[4] - s.reserved[4])),
    array_agg(s.month_cost - s.used[6] - s.reserved[6]),
    -- The minute before counts by the share of it that still lies within the last 60 seconds.
    array_agg(least(s.per_minute - s.pace[1] - (s.pace[2] * minute_left + 59999) / 60000, s.concurrency - s.pace[3])),
    bool_or(s.is_fresh and s.lacks_counters), array_agg(0::bigint), array_agg(0::bigint), array_agg(0::bigint)
  into fresh, used, reserved, pace, room_requests, room_tokens, room_cost, room_calls, lacks_counters, added_calls,
    added_tokens, added_cost
  from (
    select g.day_requests, g.month_requests, g.day_tokens, g.month_tokens, g.month_cost, g.per_minute, g.concurrency,
      coalesce(n.version = g.owner_version and (g.subject = g.owner or y.version = g.version)
        and g.valid_from <= moment and moment < g.valid_to, false) as is_fresh,
      d.tenant_id is null or m.tenant_id is null as lacks_counters,
      array[coalesce(d.requests_used, 0), coalesce(m.requests_used, 0), coalesce(d.tokens_used, 0),
        coalesce(m.tokens_used, 0), coalesce(d.cost_used, 0), coalesce(m.cost_used, 0)] as used,
      array[coalesce(d.requests_reserved, 0), coalesce(m.requests_reserved, 0), coalesce(d.tokens_reserved, 0),
        coalesce(m.tokens_reserved, 0), coalesce(d.cost_reserved, 0), coalesce(m.cost_reserved, 0)] as reserved,
      array[
        case when r.minute_starts_at = minute then r.calls else 0 end,
        case when r.minute_starts_at = minute then r.previous_calls
          when r.minute_starts_at = minute - interval '1 minute' then r.calls else 0 end,
        coalesce(r.in_flight, 0)]::bigint[] as pace
    from unnest(owners, subjects, versions, owner_versions, valid_from, valid_to, day_starts, month_starts,
        day_requests, month_requests, day_tokens, month_tokens, month_cost, per_minute, concurrency)
      with ordinality as g (owner, subject, version, owner_version, valid_from, valid_to, day_start, month_start,
        day_requests, month_requests, day_tokens, month_tokens, month_cost, per_minute, concurrency, n)
    left join tenant n on n.id = g.owner
    left join api_key y on y.id = g.subject
    left join quota_counter d
      on d.tenant_id = g.owner and d.subject_id = g.subject and d."window" = 'day' and d.starts_at = g.day_start
    left join quota_counter m
      on m.tenant_id = g.owner and m.subject_id = g.subject and m."window" = 'month' and m.starts_at = g.month_start
    left join rate_counter r on r.tenant_id = g.owner and r.subject_id = g.subject
    order by g.n
  ) s;

  -- The first call in a window; nothing is counted there yet.
  if lacks_counters then
    insert into quota_counter (tenant_id, subject_id, "window", starts_at, ends_at)
    select g.owner, g.subject, w."window", w.starts_at, w.ends_at
    from unnest(owners, subjects, fresh, day_starts, day_ends, month_starts, month_ends)
      as g (owner, subject, is_fresh, day_start, day_end, month_start, month_end)
    cross join lateral (
      values ('day'::quota_window, g.day_start, g.day_end), ('month'::quota_window, g.month_start, g.month_end)
    ) w ("window", starts_at, ends_at)
    where g.is_fresh
    on conflict do nothing;
  end if;

  for n in 1 .. coalesce(cardinality(ids), 0) loop
    t := tenant_places[n];
    k := key_places[n];
    grant_tokens := 0;
    if not (fresh[t] and fresh[k]) or agency_versions[n] <> agency_version then
      verdict := 'stale';
    elsif kinds[n] = 'free' then
      verdict := 'ok';
    -- A limit that is not set leaves no room to compare: null, which `least` passes over.
    elsif least(room_requests[t] - added_calls[t], room_requests[k] - added_calls[k]) < 1
      or least(room_tokens[t] - added_tokens[t], room_tokens[k] - added_tokens[k]) < greatest(least_tokens[n], 1)
      or least(room_cost[t] - added_cost[t], room_cost[k] - added_cost[k]) < greatest(costs[n], 1)
      or kinds[n] = 'metered' and least(room_calls[t] - added_calls[t], room_calls[k] - added_calls[k]) < 1
    then
      verdict := 'refused';
      met := met || array[added_calls[t], added_tokens[t], added_cost[t], added_calls[k], added_tokens[k], added_cost[k]];
    else
      verdict := 'ok';
      if kinds[n] = 'metered' then
        grant_tokens :=
          least(tokens[n], room_tokens[t] - added_tokens[t], room_tokens[k] - added_tokens[k]);
        added_calls[t] := added_calls[t] + 1;
        added_tokens[t] := added_tokens[t] + grant_tokens;
        added_cost[t] := added_cost[t] + costs[n];
        if k <> t then
          added_calls[k] := added_calls[k] + 1;
          added_tokens[k] := added_tokens[k] + grant_tokens;
          added_cost[k] := added_cost[k] + costs[n];
        end if;
      end if;
    end if;
    verdicts := verdicts || verdict;
    granted := granted || grant_tokens;
  end loop;

  if 1 <= any (added_calls) then
    update quota_counter c set
      requests_reserved = c.requests_reserved + g.calls,
      tokens_reserved = c.tokens_reserved + g.tokens,
      cost_reserved = c.cost_reserved + g.cost
    from unnest(owners || owners, subjects || subjects,
        array_fill('day'::quota_window, array[cardinality(owners)]) || array_fill('month'::quota_window, array[cardinality(owners)]),
        day_starts || month_starts, added_calls || added_calls, added_tokens || added_tokens, added_cost || added_cost)
      as g (owner, subject, "window", starts_at, calls, tokens, cost)
    where c.tenant_id = g.owner and c.subject_id = g.subject and c."window" = g."window" and c.starts_at = g.starts_at
      and g.calls > 0;

    insert into rate_counter as r (tenant_id, subject_id, minute_starts_at, calls, previous_calls, in_flight)
    select g.owner, g.subject, minute, pace[g.n::int][1] + g.calls, pace[g.n::int][2], pace[g.n::int][3] + g.calls
    from unnest(owners, subjects, added_calls) with ordinality as g (owner, subject, calls, n)
    where g.calls > 0
    on conflict (tenant_id, subject_id) do update set
      minute_starts_at = excluded.minute_starts_at, calls = excluded.calls,
      previous_calls = excluded.previous_calls, in_flight = excluded.in_flight;

    insert into usage_record (id, tenant_id, admitted_at, api_key_id, api_key_name, user_id, user_name, source, provider,
      endpoint, model, state, stream, reserved_tokens, reserved_cost, reserved_input, instance_id, hour_starts_at,
      day_starts_at, month_starts_at, local_date)
    select c.id, owners[c.t], moment, case when c.k <> c.t then subjects[c.k] end, key_names[c.k], c.user_id, c.user_name,
      c.source, c.provider, c.endpoint, c.model, 'admitted', c.stream, c.granted, c.cost, least(c.input, c.granted),
      instance, hours[c.t], day_starts[c.t], month_starts[c.t], dates[c.t]
    from unnest(ids, tenant_places, key_places, kinds, verdicts, granted, input_tokens, costs, sources, providers,
        endpoints, models, streams, user_ids, user_names)
      as c (id, t, k, kind, verdict, granted, input, cost, source, provider, endpoint, model, stream, user_id, user_name)
    where c.verdict = 'ok' and c.kind = 'metered';
  end if;

  return json_build_object(
    'now', (extract(epoch from moment) * 1000)::bigint,
    'agencyVersion', agency_version,
    'verdicts', verdicts, 'tokens', granted, 'used', used, 'reserved', reserved, 'pace', pace,
    'added', array[added_calls, added_tokens, added_cost], 'met', met
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

-- One round trip and one commit: locks the batch's tenants, settles what has ended, admits what has come. Takes the
-- columns of `settle` and of `admit`; null ids where there is nothing to settle or to admit. A tenant's row that somebody
-- else holds for long must not hold up all the others: then it gives up (55P03), and is called again without that tenant.
create function meter(
  instance uuid, tenants uuid[], tallies json,
  settled_ids uuid[], settled_tenants uuid[], admitted_from timestamptz[], admitted_to timestamptz[],
  states usage_state[], statuses int[], answered_models text[], inputs bigint[], cached_inputs bigint[],
  cache_writes bigint[], outputs bigint[], reasonings bigint[], settled_costs bigint[], estimates boolean[],
  latencies int[], first_bytes int[],
  owners uuid[], subjects uuid[], key_names text[], versions int[], owner_versions int[],
  valid_from timestamptz[], valid_to timestamptz[], hours timestamptz[], dates date[],
  day_starts timestamptz[], day_ends timestamptz[], month_starts timestamptz[], month_ends timestamptz[],
  day_requests bigint[], month_requests bigint[], day_tokens bigint[], month_tokens bigint[], month_cost bigint[],
  per_minute bigint[], concurrency bigint[],
  ids uuid[], tenant_places int[], key_places int[], kinds text[], least_tokens bigint[], tokens bigint[],
  input_tokens bigint[], costs bigint[], sources usage_source[], providers text[], endpoints text[], models text[],
  streams boolean[], user_ids uuid[], user_names text[], agency_versions int[]
) returns json language plpgsql set lock_timeout = '250ms' as $$
declare
  settled uuid[] := '{}';
  admission json;
begin
  perform from tenant where id = any (tenants) order by id for no key update;
  if settled_ids is not null then
    settled := settle(settled_ids, settled_tenants, admitted_from, admitted_to, states, statuses, answered_models, inputs,
      cached_inputs, cache_writes, outputs, reasonings, settled_costs, estimates, latencies, first_bytes);
  end if;
  if tallies is not null then
    perform tally(tallies);
  end if;
  if ids is not null then
    admission := admit(instance, owners, subjects, key_names, versions, owner_versions, valid_from, valid_to, hours, dates,
      day_starts, day_ends, month_starts, month_ends, day_requests, month_requests, day_tokens, month_tokens, month_cost,
      per_minute, concurrency, ids, tenant_places, key_places, kinds, least_tokens, tokens, input_tokens, costs, sources,
      providers, endpoints, models, streams, user_ids, user_names, agency_versions);
  end if;
  return json_build_object('settled', settled, 'admission', admission);
end $$;

-- Those of these tenants whose rows somebody else holds.
create function held_tenants(tenants uuid[]) returns uuid[] language plpgsql as $$
declare
  free uuid[] := array(select id from tenant where id = any (tenants) order by id for no key update skip locked);
begin
  return array(select id from tenant where id = any (tenants) and id <> all (free));
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
