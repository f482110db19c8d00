-- `meter` as it was, in words that PostgreSQL 15 to 17 know too: one round trip and one commit, which locks the batch's tenants,
-- settles what has ended and admits what has come.
create or replace function meter(
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
      -- As they were before; what is used has not changed. (`old` says it too, from PostgreSQL 18 on.)
      returning array[c.day_requests_used, c.month_requests_used, c.day_tokens_used, c.month_tokens_used,
        c.day_cost_used, c.month_cost_used, c.day_requests_reserved - g.calls, c.month_requests_reserved - g.calls,
        c.day_tokens_reserved - g.tokens, c.month_tokens_reserved - g.tokens, c.day_cost_reserved - g.cost,
        c.month_cost_reserved - g.cost, c.minute_calls - g.calls, c.previous_minute_calls, c.in_flight - g.calls,
        g.n] as state
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
