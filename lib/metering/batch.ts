import type { Headroom } from "../quota/types";
import { type Subject, subjectsOf } from "./subject";
import type { CallRequest, Settlement } from "./types";

/** What admission decided. `headroom` is what the counters held after the decision, every limit of tenant and key. */
export type Verdict =
  | { verdict: "ok"; admittedAt: Date; reservedTokens: number; agencyVersion: number; headroom: Headroom[] }
  | { verdict: "refused"; decidedAt: Date; headroom: Headroom[]; inFlight: InFlight | null }
  | { verdict: "stale" };

/** The calls that a key has open, where their number is limited. */
export type InFlight = { open: number; cap: number };

type Matrix = (number | null)[][];

type RefusedState = { tenant: Matrix; key: Matrix; tenantPace: number[][]; keyPace: number[][] };

/** What the SQL function `meter` answers: see its comment. */
export type MeterAnswer = {
  settled: string[];
  admission: {
    now: number;
    agencyVersion: number;
    verdicts: Verdict["verdict"][];
    tokens: number[];
    states: (RefusedState | null)[];
    used: number[][];
    reserved: number[][];
    pace: number[][];
  } | null;
};

type Place = { call: CallRequest; tenant: number; key: number; subjects: ReturnType<typeof subjectsOf> };

/** The calls of one batch with their subjects, each named once, as the SQL function `admit` takes them. */
export function layOutCalls(calls: CallRequest[], at: Date): { places: Place[]; subjects: string; calls: string } {
  const numbers = new Map<string, number>();
  const subjects: string[] = [];
  const numberOf = (subject: Subject): number => {
    const known = numbers.get(subject.identity);
    if (known !== undefined) return known;
    const number = numbers.size + 1;
    numbers.set(subject.identity, number);
    subjects.push(`{"n":${number},${subject.json}`);
    return number;
  };

  const places = calls.map((call) => {
    const subjects = subjectsOf(call.caller, at);
    const tenant = numberOf(subjects.tenant);
    return { call, subjects, tenant, key: subjects.key ? numberOf(subjects.key) : tenant };
  });
  const rows = places.map(({ call, tenant, key }, index) => {
    const { caller, ...columns } = call;
    return {
      n: index + 1,
      t: tenant,
      k: key,
      ...columns,
      model: storable(columns.model),
      apiKeyId: caller.key?.id ?? null,
      apiKeyName: caller.key?.name ?? null,
      userId: caller.user?.id ?? null,
      userName: caller.user?.name ?? null,
      source: caller.source,
    };
  });
  return { places, subjects: `[${subjects.join(",")}]`, calls: JSON.stringify(rows) };
}

export function readVerdicts(places: Place[], answer: NonNullable<MeterAnswer["admission"]>): Verdict[] {
  const at = new Date(answer.now);
  return places.map((place, index) => {
    const verdict = answer.verdicts[index];
    if (verdict === "stale" || verdict === undefined) return { verdict: "stale" };

    if (verdict === "ok") {
      const state = statesAfter(place, answer);
      return {
        verdict,
        admittedAt: at,
        reservedTokens: answer.tokens[index] ?? 0,
        agencyVersion: answer.agencyVersion,
        headroom: headroomOf(place, state, at),
      };
    }

    const met = answer.states[index] as RefusedState;
    const state = statesAfter(place, answer);
    const refusedState = {
      tenant: { ...state.tenant, reserved: met.tenant[0] ?? [], pace: met.tenantPace[0] ?? [] },
      key: { ...state.key, reserved: met.key[0] ?? [], pace: met.keyPace[0] ?? [] },
    };
    const concurrency = place.subjects.key?.concurrency ?? null;
    return {
      verdict,
      decidedAt: at,
      headroom: headroomOf(place, refusedState, at),
      inFlight: concurrency === null ? null : { open: refusedState.key.pace[2] ?? 0, cap: concurrency },
    };
  });
}

type State = { used: (number | null)[]; reserved: (number | null)[]; pace: number[] };

function statesAfter({ tenant, key }: Place, { used, reserved, pace }: NonNullable<MeterAnswer["admission"]>) {
  const stateOf = (number: number): State => ({
    used: used[number - 1] ?? [],
    reserved: reserved[number - 1] ?? [],
    pace: pace[number - 1] ?? [],
  });
  return { tenant: stateOf(tenant), key: stateOf(key) };
}

function headroomOf({ subjects }: Place, state: { tenant: State; key: State }, at: Date): Headroom[] {
  const own = subjects.tenant.limits.map((limit) =>
    headroomAt({ limit, subject: subjects.tenant, state: state.tenant, at }),
  );
  const keyed = subjects.key?.limits.map((limit) =>
    headroomAt({ limit, subject: subjects.key as Subject, state: state.key, at }),
  );
  return keyed ? [...own, ...keyed] : own;
}

/** Where each amount stands in the arrays of `admit`: requests, tokens and cost of the day and of the month in turn. */
const columns = { requests: 0, tokens: 2, cost: 4 } as const;
const minuteMs = 60_000;

function headroomAt({
  limit,
  subject,
  state,
  at,
}: {
  limit: Subject["limits"][number];
  subject: Subject;
  state: State;
  at: Date;
}): Headroom {
  if (limit.window === "minute") return headroomOfMinute({ limit, pace: state.pace, at });

  const column = columns[limit.metric] + (limit.window === "day" ? 0 : 1);
  const used = state.used[column] ?? 0;
  const reserved = state.reserved[column] ?? 0;
  const resetsAt = subject[limit.window].endsAt;
  return { ...limit, used, reserved, remaining: Math.max(0, limit.cap - used - reserved), resetsAt };
}

/**
 * The sliding minute, of two fixed ones: the minute before counts by the share of it that still lies within the last 60
 * seconds. It resets when the minute before and this one have let enough go for one more call.
 */
function headroomOfMinute({
  limit,
  pace,
  at,
}: {
  limit: Subject["limits"][number];
  pace: number[];
  at: Date;
}): Headroom {
  const [calls = 0, previousCalls = 0] = pace;
  const elapsedMs = at.getTime() % minuteMs;
  const used = Math.ceil(calls + (previousCalls * (minuteMs - elapsedMs)) / minuteMs);
  const room = limit.cap - calls - 1;
  // This minute has room once enough of the one before has gone; else the next one must let enough of this one go.
  const waitMs =
    room >= 0 && previousCalls > 0
      ? Math.max(0, minuteMs - (room / previousCalls) * minuteMs - elapsedMs)
      : minuteMs - elapsedMs + (calls > 0 ? Math.max(0, minuteMs - ((limit.cap - 1) / calls) * minuteMs) : 0);
  const resetsAt = new Date(at.getTime() + Math.ceil(Math.min(waitMs, minuteMs)));
  return { ...limit, used, reserved: 0, remaining: Math.max(0, limit.cap - used), resetsAt };
}

const storedModelLength = 300;

/** PostgreSQL takes no NUL and no half of a surrogate pair, and one of either would have a whole batch refused. */
function storable(model: string | null): string | null {
  return model?.slice(0, storedModelLength).replaceAll("\0", "\uFFFD").toWellFormed() ?? null;
}

/** A settlement as the SQL function `settle` takes it. */
export function settlementRow(settlement: Settlement) {
  const { usage } = settlement;
  return {
    id: settlement.id,
    tenant: settlement.tenantId,
    from: settlement.admittedFrom,
    to: settlement.admittedTo,
    state: settlement.state,
    status: settlement.httpStatus,
    model: storable(settlement.model),
    input: usage?.inputTokens ?? 0,
    output: usage?.outputTokens ?? 0,
    cached: usage?.cachedInputTokens ?? null,
    written: usage?.cacheWriteTokens ?? null,
    reasoning: usage?.reasoningTokens ?? null,
    cost: settlement.costMicroUsd,
    estimated: settlement.estimated,
    latency: settlement.latencyMs,
    firstByte: settlement.firstByteMs,
  };
}
