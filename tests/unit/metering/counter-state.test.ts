import fc from "fast-check";
import { expect, test } from "vitest";
import { type Added, hasRoom, minutesLater, withAdded } from "@/lib/metering/counter-state";
import { tenantSubject } from "@/lib/metering/subject";
import { planOf } from "../quota/shapes";
import { tenantSnapshot } from "./callers";

const at = new Date("2026-05-20T12:00:00.000Z");
const minuteMs = 60_000;
const amount = fc.integer({ min: 0, max: 30 });
const cap = fc.option(fc.integer({ min: 0, max: 60 }), { nil: null });
const state = fc.array(amount, { minLength: 15, maxLength: 15 });
const added = fc.tuple(fc.integer({ min: 1, max: 5 }), amount, amount);
const limits = fc.record({
  dailyRequestLimit: cap,
  monthlyRequestLimit: cap,
  dailyTokenLimit: cap,
  monthlyTokenLimit: cap,
  monthlyCostLimitMicroUsd: cap,
  requestsPerMinute: cap,
});
type Limits = typeof limits extends fc.Arbitrary<infer Given> ? Given : never;

/** The conditions of `meter` in SQL, at this instant of the minute. */
function fits(limits: Limits, state: number[], [calls, tokens, cost]: Added, elapsedMs: number): boolean {
  const taken = (column: number) => (state[column] ?? 0) + (state[column + 6] ?? 0);
  const ofMinute = (state[12] ?? 0) + Math.floor(((state[13] ?? 0) * (minuteMs - elapsedMs) + minuteMs - 1) / minuteMs);
  return (
    calls + taken(0) <= (limits.dailyRequestLimit ?? Infinity) &&
    calls + taken(1) <= (limits.monthlyRequestLimit ?? Infinity) &&
    tokens + taken(2) < (limits.dailyTokenLimit ?? Infinity) &&
    tokens + taken(3) < (limits.monthlyTokenLimit ?? Infinity) &&
    cost + taken(5) < (limits.monthlyCostLimitMicroUsd ?? Infinity) &&
    calls + ofMinute <= (limits.requestsPerMinute ?? Infinity)
  );
}

test("calls that fit by what is known of a counter fit by every limit, whatever part of the minute has passed, and only the minute makes a difference", () => {
  fc.assert(
    fc.property(limits, state, added, fc.nat(minuteMs - 1), (limits, state, added, elapsedMs) => {
      const subject = tenantSubject(tenantSnapshot({ defaultPlan: planOf(limits) }), at);
      const known = hasRoom(subject, state, added);
      if (known) expect(fits(limits, state, added, elapsedMs)).toBe(true);
      expect(known).toBe(fits(limits, state, added, 0));
    }),
    { numRuns: 2_000 },
  );
});

test("what is reserved is added to what a counter holds of day and month, of this minute and of what is in flight", () => {
  const before = Array.from({ length: 15 }, (_, column) => column * 100);
  expect(withAdded([...before, 2], [1, 20, 3])).toEqual([
    ...before.slice(0, 6),
    601,
    701,
    820,
    920,
    1_003,
    1_103,
    1_201,
    1_300,
    1_401,
  ]);
});

test("a counter's minute becomes the one before, and then is forgotten", () => {
  const [amounts, pace] = [new Array(12).fill(5), [7, 3, 2]];
  expect(minutesLater([...amounts, ...pace], 0).slice(12)).toEqual([7, 3, 2]);
  expect(minutesLater([...amounts, ...pace], 1)).toEqual([...amounts, 0, 7, 2]);
  expect(minutesLater([...amounts, ...pace], 2)).toEqual([...amounts, 0, 0, 2]);
});
