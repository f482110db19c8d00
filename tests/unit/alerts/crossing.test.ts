import fc from "fast-check";
import { expect, test } from "vitest";
import { alertsOf, thresholdsCrossed, type UsedLimit, withoutOvertaken } from "@/lib/alerts/crossing";

const limit: UsedLimit = {
  tenantId: "acme",
  tenantName: "Acme GmbH",
  tenantSlug: "acme",
  timeZone: "Pacific/Auckland",
  subjectId: "acme",
  keyName: null,
  metric: "tokens",
  window: "day",
  cap: 100,
  used: 90,
  nearLimitPercent: 80,
};
const now = new Date("2026-05-31T13:00:00Z");

test.each([
  { name: "one short of the share crosses nothing", used: 79, crossed: [] },
  { name: "the plan's share of it is near", used: 80, crossed: ["near"] },
  { name: "one short of it is near", used: 99, crossed: ["near"] },
  { name: "all of it is used up, and has been near", used: 100, crossed: ["near", "used_up"] },
  { name: "more than it is used up", used: 1_000, crossed: ["near", "used_up"] },
  { name: "a cap of zero blocks on purpose", cap: 0, used: 0, crossed: [] },
  { name: "… also where something was used before", cap: 0, used: 7, crossed: [] },
  { name: "near may be no sooner than used up", nearLimitPercent: 100, used: 99, crossed: [] },
  { name: "… then both at once", nearLimitPercent: 100, used: 100, crossed: ["near", "used_up"] },
])("$name", ({ name: _, crossed, ...given }) => {
  expect(thresholdsCrossed({ ...limit, ...given })).toEqual(crossed);
});

test("what is used up was near, and more use never crosses less", () => {
  const most = 2 ** 53 - 1;
  const amount = fc.integer({ min: 0, max: most });
  fc.assert(
    fc.property(amount, amount, amount, fc.integer({ min: 1, max: 100 }), (cap, less, more, nearLimitPercent) => {
      const after = (used: number) => thresholdsCrossed({ cap, used, nearLimitPercent });
      const [before, then] = [after(Math.min(less, more)), after(Math.max(less, more))];
      expect(then).toEqual(expect.arrayContaining(before));
      expect(then.includes("used_up")).toBe(cap > 0 && Math.max(less, more) >= cap);
    }),
  );
});

test("a window is named by the client's own date, and resets at its midnight", () => {
  expect(alertsOf([limit], now)).toMatchObject([
    { windowDate: "2026-06-01", resetsAt: new Date("2026-06-01T12:00:00Z"), threshold: "near" },
  ]);
  expect(alertsOf([{ ...limit, timeZone: "Europe/Berlin", window: "month" }], now)).toMatchObject([
    { windowDate: "2026-05-01", resetsAt: new Date("2026-05-31T22:00:00Z") },
  ]);
});

test("of what is told of one limit at once only the last is told", () => {
  const near = alertsOf([{ ...limit, metric: "requests" }], now);
  const usedUp = alertsOf([{ ...limit, used: 100 }], now);
  expect(withoutOvertaken([...usedUp, ...near])).toEqual([usedUp[1], ...near]);
});
