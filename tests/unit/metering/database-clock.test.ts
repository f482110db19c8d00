import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { DatabaseClock } from "@/lib/metering/database-clock";

const begin = Date.parse("2026-11-23T12:00:00Z");

beforeEach(() => void vi.useFakeTimers({ now: begin }));
afterEach(() => void vi.useRealTimers());

/** An exchange with a database whose clock is so far ahead: the question takes its time, and so does the answer. */
function ask(clock: DatabaseClock, { aheadMs, thereMs, backMs }: { aheadMs: number; thereMs: number; backMs: number }) {
  const askedMs = Date.now();
  vi.advanceTimersByTime(thereMs);
  const shownMs = Date.now() + aheadMs;
  vi.advanceTimersByTime(backMs);
  clock.learn(shownMs, { askedMs, answeredMs: Date.now() });
}

const delay = fc.nat(3_000);

describe("the database's clock", () => {
  test("is this machine's where they show the same, however long answers take", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ thereMs: delay, backMs: delay }), { maxLength: 20 }), (exchanges) => {
        const clock = new DatabaseClock();
        for (const exchange of exchanges) ask(clock, { aheadMs: 0, ...exchange });
        expect(clock.now().getTime()).toBe(Date.now());
      }),
    );
  });

  test("is known as well as the quickest way there and the quickest way back allow", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -86_400_000, max: 86_400_000 }),
        fc.array(fc.record({ thereMs: delay, backMs: delay }), { minLength: 1, maxLength: 20 }),
        (aheadMs, exchanges) => {
          const clock = new DatabaseClock();
          for (const exchange of exchanges) ask(clock, { aheadMs, ...exchange });
          const wrongByMs = clock.now().getTime() - Date.now() - aheadMs;
          expect(wrongByMs).toBeGreaterThanOrEqual(-Math.min(...exchanges.map(({ backMs }) => backMs)));
          expect(wrongByMs).toBeLessThanOrEqual(Math.min(...exchanges.map(({ thereMs }) => thereMs)));
        },
      ),
    );
  });

  test("is followed when it is set", () => {
    const clock = new DatabaseClock();
    for (const aheadMs of [3_600_000, -3_600_000, 0]) {
      ask(clock, { aheadMs, thereMs: 1, backMs: 4 });
      expect(Math.abs(clock.now().getTime() - Date.now() - aheadMs)).toBeLessThanOrEqual(4);
    }
  });
});
