import { headroomOfMinute } from "../quota/sliding-minute";
import type { Headroom, Limit } from "../quota/types";
import type { Subject } from "./subject";

/**
 * What a counter holds, in one row: requests, tokens and cost of the day and of the month in turn, used and then reserved;
 * and calls in this minute, in the one before, and in flight. Cost is in micro-USD.
 */
export type CounterState = number[];

/** What is added to a counter's reservations. */
export type Added = [calls: number, tokens: number, cost: number];

const columns = { requests: 0, tokens: 2, cost: 4 } as const;
const usedWidth = 6;
const [thisMinuteAt, minuteBeforeAt, inFlightAt] = [12, 13, 14] as const;
const stateWidth = 15;
export const minuteMs = 60_000;

export function withAdded(state: CounterState, [calls, tokens, cost]: Added): CounterState {
  const after = state.slice(0, stateWidth);
  const add = (column: number, amount: number) => {
    after[column] = (after[column] ?? 0) + amount;
  };
  for (const window of [0, 1]) {
    add(usedWidth + columns.requests + window, calls);
    add(usedWidth + columns.tokens + window, tokens);
    add(usedWidth + columns.cost + window, cost);
  }
  add(thisMinuteAt, calls);
  add(inFlightAt, calls);
  return after;
}

/** The same counter, some minutes later. */
export function minutesLater(state: CounterState, minutes: number): CounterState {
  if (minutes === 0) return state;
  return [...state.slice(0, thisMinuteAt), 0, minutes === 1 ? callsInMinute(state) : 0, callsInFlight(state)];
}

/** In this one and in the one before. */
export function callsOfMinutes(state: CounterState): [number, number] {
  return [callsInMinute(state), state[minuteBeforeAt] ?? 0];
}

function callsInMinute(state: CounterState): number {
  return state[thisMinuteAt] ?? 0;
}

export function callsInFlight(state: CounterState): number {
  return state[inFlightAt] ?? 0;
}

/**
 * Whether all of this may be added at once whatever part of the minute has passed: the conditions of `meter` in SQL, with
 * the minute before counted in full.
 */
export function hasRoom(subject: Subject, state: CounterState, [calls, tokens, cost]: Added): boolean {
  if (subject.concurrency !== null && callsInFlight(state) + calls > subject.concurrency) return false;
  return subject.limits.every(({ metric, window, cap }) => {
    if (window === "minute") {
      const [thisMinute, before] = callsOfMinutes(state);
      return thisMinute + before + calls <= cap;
    }
    const { used, reserved } = amountsOf(state, { metric, window });
    const taken = used + reserved;
    // Even a call that asks for nothing needs something to be left.
    return metric === "requests" ? taken + calls <= cap : taken + (metric === "tokens" ? tokens : cost) < cap;
  });
}

export function headroomOf(subject: Subject, state: CounterState, at: Date): Headroom[] {
  return subject.limits.map((limit) => {
    if (limit.window === "minute") return headroomOfMinute(limit, callsOfMinutes(state), at);
    const { used, reserved } = amountsOf(state, limit);
    const resetsAt = subject[limit.window].endsAt;
    return { ...limit, used, reserved, remaining: Math.max(0, limit.cap - used - reserved), resetsAt };
  });
}

function amountsOf(state: CounterState, { metric, window }: Pick<Limit, "metric" | "window">) {
  const column = columns[metric] + (window === "day" ? 0 : 1);
  return { used: state[column] ?? 0, reserved: state[usedWidth + column] ?? 0 };
}
