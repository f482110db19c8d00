import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Clock, clockAt } from "@/lib/overview/clocks";
import { daysOf } from "@/lib/overview/days";

const zones = Intl.supportedValuesOf("timeZone");
const dayMs = 24 * 3_600_000;

/** The part that a day is in by this clock alone. */
function partOf(date: string, { today, monthDate, lastMonthDate, lastDate }: Clock) {
  if (date >= today) return "today";
  if (date >= monthDate) return "earlier";
  return date >= lastMonthDate && date < lastDate ? "lastMonth" : null;
}

const isIn = (date: string) => (days: { from: string; to: string }) => date >= days.from && date < days.to;

describe("days are told apart by the clocks of all clients", () => {
  test("a day that a clock counts is in one stretch, and where clocks are not asked it is in that part by each of them", () => {
    const clocks = fc
      .record({
        at: fc.date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true }),
        zones: fc.uniqueArray(fc.constantFrom(...zones), { minLength: 1, maxLength: 6 }),
      })
      .map(({ at, zones }) => ({ at, clocks: zones.map((zone) => clockAt(at, zone)) }));
    fc.assert(
      fc.property(clocks, ({ at, clocks }) => {
        const { agreed, others } = daysOf(clocks);
        for (let days = -70; days <= 2; days++) {
          const date = new Date(at.getTime() + days * dayMs).toISOString().slice(0, 10);
          const parts = [...new Set(clocks.map((clock) => partOf(date, clock)))];
          const told = agreed.filter(isIn(date));
          const asked = others.filter(isIn(date));
          expect(told.length + asked.length).toBeLessThanOrEqual(1);
          if (told.length === 1) expect([date, parts]).toEqual([date, [told[0]?.part]]);
          else if (asked.length === 0) expect([date, parts]).toEqual([date, [null]]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("within a month most days need no clock", () => {
    const clocks = ["Pacific/Kiritimati", "Europe/Berlin", "Etc/GMT+12"].map((zone) =>
      clockAt(new Date("2026-05-20T10:30:00Z"), zone),
    );
    expect(daysOf(clocks)).toEqual({
      agreed: [
        { part: "lastMonth", from: "2026-04-01", to: "2026-04-19" },
        { part: "earlier", from: "2026-05-01", to: "2026-05-19" },
      ],
      others: [
        { from: "2026-04-19", to: "2026-04-21" },
        { from: "2026-05-19", to: "infinity" },
      ],
    });
  });

  test("without clients there are none", () => {
    expect(daysOf([])).toEqual({ agreed: [], others: [] });
  });
});
