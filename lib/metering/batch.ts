import type { Headroom } from "../quota/types";
import { completed, type RecordText, recordOf } from "./records";
import { type Subject, subjectsOf } from "./subject";
import type { CallRequest, Settlement } from "./types";

/** What admission decided. `headroom` is what the counters held after the decision, every limit of tenant and key. */
export type Verdict =
  | { verdict: "ok"; admittedAt: Date; reservedTokens: number; agencyVersion: number; headroom: Headroom[] }
  | { verdict: "refused"; decidedAt: Date; agencyVersion: number; headroom: Headroom[]; inFlight: InFlight | null }
  | { verdict: "stale" };

/** The calls that a key has open, where their number is limited. */
export type InFlight = { open: number; cap: number };

/** What the SQL function `meter` answers: see its comment and that of `admit`. */
export type MeterAnswer = {
  settled: string[];
  admission: Admission | null;
};

type Admission = {
  now: number;
  agencyVersion: number;
  states: number[][];
} & (Decisions | { [name in keyof Decisions]?: undefined });

/** Missing where all calls of the batch were admitted as they are. */
type Decisions = { verdicts: Verdict["verdict"][]; tokens: (number | null)[]; added: Amounts; met: number[] };

/** What a batch asks of, or has added to, each of its subjects. */
type Amounts = [calls: number[], tokens: number[], cost: number[]];

/** What a batch asks for, and the version of the agency at which all its costs were reckoned; null where none is limited. */
export type Asked = { amounts: Amounts; reckonedAt: number | null };

type Place = { call: CallRequest; tenant: number; key: number; subjects: ReturnType<typeof subjectsOf> };

/** The calls of one batch with their subjects, each named once, as the SQL function `meter` takes them. */
export type LaidOutCalls = {
  places: Place[];
  subjects: RecordText[];
  calls: RecordText[];
  /** Null where calls must be decided one by one. */
  asked: Asked | null;
};

export function layOutCalls(calls: CallRequest[], at: Date): LaidOutCalls {
  const numbers = new Map<string, number>();
  const subjects: Subject[] = [];
  const numberOf = (subject: Subject): number => {
    const known = numbers.get(subject.identity);
    if (known !== undefined) return known;
    numbers.set(subject.identity, subjects.push(subject));
    return subjects.length;
  };

  const places = calls.map((call) => {
    const own = subjectsOf(call.caller, at);
    const tenant = numberOf(own.tenant);
    return { call, subjects: own, tenant, key: own.key ? numberOf(own.key) : tenant };
  });
  const asked = askedOf(places, subjects.length);
  return { places, subjects: subjects.map(subjectRow(asked)), calls: places.map(callRow), asked };
}

/**
 * What these calls ask for together; null if one of them is not to be recorded, and yet to be refused for want of room, or
 * if costs were reckoned at different versions of the agency.
 */
function askedOf(places: Place[], subjects: number): Asked | null {
  const amounts: Amounts = [zeros(subjects), zeros(subjects), zeros(subjects)];
  let reckonedAt: number | null = null;
  for (const { call, tenant, key } of places) {
    if (call.kind === "checked") return null;
    if (call.agencyVersion !== null) {
      if (reckonedAt !== null && reckonedAt !== call.agencyVersion) return null;
      reckonedAt = call.agencyVersion;
    }
    if (call.kind === "free") continue;
    ask(amounts, tenant, call);
    if (key !== tenant) ask(amounts, key, call);
  }
  return { amounts, reckonedAt };
}

function ask([calls, tokens, cost]: Amounts, number: number, call: CallRequest): void {
  calls[number - 1] = (calls[number - 1] ?? 0) + 1;
  tokens[number - 1] = (tokens[number - 1] ?? 0) + call.tokens;
  cost[number - 1] = (cost[number - 1] ?? 0) + call.cost;
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}

/** The subjects as `metered_subject` of SQL. */
function subjectRow(asked: Asked | null): (subject: Subject, index: number) => RecordText {
  const [calls, tokens, cost] = asked?.amounts ?? [[], [], []];
  return ({ row }, index) =>
    completed(row, [index + 1, calls[index] ?? null, tokens[index] ?? null, cost[index] ?? null]);
}

/** A call as an `arriving_call` of SQL. Neither its secret nor its text is in it. */
function callRow({ call, tenant, key }: Place): RecordText {
  const { user, source } = call.caller;
  return recordOf([
    call.id,
    tenant,
    key,
    call.kind,
    call.leastTokens,
    call.tokens,
    call.inputTokens,
    call.cost,
    source,
    call.provider,
    call.endpoint,
    storable(call.model),
    call.stream,
    user?.id ?? null,
    user?.name ?? null,
    call.agencyVersion,
  ]);
}

export function readVerdicts({ places, asked }: LaidOutCalls, answer: Admission): Verdict[] {
  const at = new Date(answer.now);
  const [calls, tokens, cost] = (answer.verdicts ? answer.added : asked?.amounts) ?? [[], [], []];
  const added = (number: number): Added => [calls[number - 1] ?? 0, tokens[number - 1] ?? 0, cost[number - 1] ?? 0];
  // Of a batch that was admitted at once they come in no order, with their places at their ends.
  const states = answer.verdicts
    ? answer.states
    : [...answer.states].sort((one, other) => placeOf(one) - placeOf(other));
  let refusals = 0;
  return places.map((place, index) => {
    const verdict = answer.verdicts ? answer.verdicts[index] : "ok";
    if (verdict === "stale" || verdict === undefined) return { verdict: "stale" };

    if (verdict === "ok") {
      return {
        verdict,
        admittedAt: at,
        reservedTokens: answer.tokens ? (answer.tokens[index] ?? 0) : reservedBy(place.call),
        agencyVersion: answer.agencyVersion,
        headroom: headroomOf(
          place,
          statesOf(place, states, { tenant: added(place.tenant), key: added(place.key) }),
          at,
        ),
      };
    }

    const met = answer.met?.slice(refusals * metWidth, ++refusals * metWidth) ?? [];
    const state = statesOf(place, states, { tenant: met.slice(0, 3) as Added, key: met.slice(3) as Added });
    const concurrency = place.subjects.key?.concurrency ?? null;
    return {
      verdict,
      decidedAt: at,
      agencyVersion: answer.agencyVersion,
      headroom: headroomOf(place, state, at),
      inFlight: concurrency === null ? null : { open: state.key.pace[2] ?? 0, cap: concurrency },
    };
  });
}

function reservedBy({ kind, tokens }: CallRequest): number {
  return kind === "metered" ? tokens : 0;
}

/** What a batch has added to a subject's reservations. */
type Added = [calls: number, tokens: number, cost: number];
/** That of the tenant and that of the key. */
const metWidth = 6;

/** Requests, tokens and cost of the day and of the month in turn; and calls in this minute, in the one before, in flight. */
type State = { used: number[]; reserved: number[]; pace: number[] };

function statesOf(
  { tenant, key }: Place,
  states: number[][],
  added: { tenant: Added; key: Added },
): { tenant: State; key: State } {
  const ofTenant = stateOf(states[tenant - 1] ?? [], added.tenant);
  return { tenant: ofTenant, key: key === tenant ? ofTenant : stateOf(states[key - 1] ?? [], added.key) };
}

const usedWidth = 6;

function placeOf(state: number[]): number {
  return state.at(-1) ?? 0;
}

function stateOf(state: number[], [calls, tokens, cost]: Added): State {
  const added = [calls, calls, tokens, tokens, cost, cost];
  const [thisMinute = 0, minuteBefore = 0, inFlight = 0] = state.slice(2 * usedWidth);
  return {
    used: state.slice(0, usedWidth),
    reserved: added.map((amount, index) => amount + (state[usedWidth + index] ?? 0)),
    pace: [thisMinute + calls, minuteBefore, inFlight + calls],
  };
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

/** A settlement as an `ended_call` of SQL. */
export function settlementRow(settlement: Settlement): RecordText {
  const { usage } = settlement;
  return recordOf([
    settlement.id,
    settlement.tenantId,
    settlement.admittedFrom.toISOString(),
    settlement.admittedTo.toISOString(),
    settlement.state,
    settlement.httpStatus,
    storable(settlement.model),
    usage?.inputTokens ?? 0,
    usage?.cachedInputTokens ?? null,
    usage?.cacheWriteTokens ?? null,
    usage?.outputTokens ?? 0,
    usage?.reasoningTokens ?? null,
    settlement.costMicroUsd,
    settlement.estimated,
    settlement.latencyMs,
    settlement.firstByteMs,
  ]);
}
