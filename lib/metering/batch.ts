import type { Headroom } from "../quota/types";
import { type Added, type CounterState, callsInFlight, headroomOf, withAdded } from "./counter-state";
import { completed, type RecordText, recordOf, type Value } from "./records";
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
  /** Over which connection of the store, counted from 1. */
  connection: number;
  /** What became of what was known of the counters, where it was tried: it held, its time was over, or others have written them. */
  known?: "held" | "over" | "changed";
};

export type Admission = {
  now: number;
  agencyVersion: number;
  /** What the counters held before the batch. */
  states: CounterState[];
  /** The transaction that wrote the counters; missing where the calls were decided one by one. */
  writtenBy?: string;
} & (Decisions | { [name in keyof Decisions]?: undefined });

/** Missing where all calls of the batch were admitted as they are. */
type Decisions = { verdicts: Verdict["verdict"][]; tokens: (number | null)[]; added: Amounts; met: number[] };

/** What a batch asks of, or has added to, each of its subjects. */
type Amounts = [calls: number[], tokens: number[], cost: number[]];

/** What a batch asks for, and the version of the agency at which all its costs were reckoned; null where none is limited. */
export type Asked = { amounts: Amounts; reckonedAt: number | null };

type Place = { call: CallRequest; tenant: number; key: number; subjects: ReturnType<typeof subjectsOf> };

/** The calls of one batch, and their subjects, each named once. */
export type LaidOutCalls = {
  places: Place[];
  subjects: Subject[];
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
  return { places, subjects, asked: askedOf(places, subjects.length) };
}

/** What the batch asks of the subject at this place. */
export function addedTo([calls, tokens, cost]: Amounts, place: number): Added {
  return [calls[place - 1] ?? 0, tokens[place - 1] ?? 0, cost[place - 1] ?? 0];
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
export function subjectRows({ subjects, asked }: LaidOutCalls): RecordText[] {
  const [calls, tokens, cost] = asked?.amounts ?? [[], [], []];
  return subjects.map(({ row }, index) =>
    completed(row, [index + 1, calls[index] ?? null, tokens[index] ?? null, cost[index] ?? null]),
  );
}

/** The calls as `arriving_call` of SQL. Neither secrets nor texts are in it. */
export function callRows({ places }: LaidOutCalls): RecordText[] {
  return places.map(({ call, tenant, key }) =>
    recordOf([
      call.id,
      tenant,
      key,
      call.kind,
      call.leastTokens,
      call.tokens,
      call.inputTokens,
      call.cost,
      ...ledgerColumns(call),
      call.agencyVersion,
    ]),
  );
}

/** What a call's ledger row tells of it beside its amounts: columns of `arriving_call` and of `recorded_call` alike. */
export function ledgerColumns({ caller: { source, user }, provider, endpoint, model, stream }: CallRequest): Value[] {
  return [source, provider, endpoint, storable(model), stream, user?.id ?? null, user?.name ?? null];
}

export function readVerdicts({ places, asked }: LaidOutCalls, answer: Admission): Verdict[] {
  const at = new Date(answer.now);
  const amounts = (answer.verdicts ? answer.added : asked?.amounts) ?? [[], [], []];
  const states = inPlaces(answer);
  let refusals = 0;
  return places.map((place, index) => {
    const verdict = answer.verdicts ? answer.verdicts[index] : "ok";
    if (verdict === "stale" || verdict === undefined) return { verdict: "stale" };

    if (verdict === "ok") {
      const state = statesOf(place, states, {
        tenant: addedTo(amounts, place.tenant),
        key: addedTo(amounts, place.key),
      });
      return {
        verdict,
        admittedAt: at,
        reservedTokens: answer.tokens ? (answer.tokens[index] ?? 0) : reservedBy(place.call),
        agencyVersion: answer.agencyVersion,
        headroom: headroomAt(place, state, at),
      };
    }

    const met = answer.met?.slice(refusals * metWidth, ++refusals * metWidth) ?? [];
    const state = statesOf(place, states, { tenant: met.slice(0, 3) as Added, key: met.slice(3) as Added });
    const concurrency = place.subjects.key?.concurrency ?? null;
    return {
      verdict,
      decidedAt: at,
      agencyVersion: answer.agencyVersion,
      headroom: headroomAt(place, state, at),
      inFlight: concurrency === null ? null : { open: callsInFlight(state.key), cap: concurrency },
    };
  });
}

/** The states of the subjects by their places. Of a batch that was admitted at once they come in no order, with their places at their ends. */
export function inPlaces({ states, verdicts }: Admission): CounterState[] {
  return verdicts ? states : [...states].sort((one, other) => placeOf(one) - placeOf(other));
}

function placeOf(state: CounterState): number {
  return state.at(-1) ?? 0;
}

type States = { tenant: CounterState; key: CounterState };
/** What had been added to a tenant and to a key. */
const metWidth = 6;

function statesOf({ tenant, key }: Place, states: CounterState[], added: { tenant: Added; key: Added }): States {
  const ofTenant = withAdded(states[tenant - 1] ?? [], added.tenant);
  return { tenant: ofTenant, key: key === tenant ? ofTenant : withAdded(states[key - 1] ?? [], added.key) };
}

function headroomAt({ subjects }: Place, states: States, at: Date): Headroom[] {
  const own = headroomOf(subjects.tenant, states.tenant, at);
  return subjects.key ? [...own, ...headroomOf(subjects.key, states.key, at)] : own;
}

function reservedBy({ kind, tokens }: CallRequest): number {
  return kind === "metered" ? tokens : 0;
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
