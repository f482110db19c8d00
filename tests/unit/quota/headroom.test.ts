import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canGenerate,
  getRemaining,
  getRemainingTokens,
  headroomUnder,
  isNear,
  isNearLimit,
  listHeadroom,
  tightest,
} from "@/lib/quota/headroom";
import { dayAt, monthAt } from "@/lib/quota/window";
import { counterOf, keyOf, limitOf, planOf, tenantOf } from "./shapes";

const at = new Date("2026-05-20T12:00:00.000Z");
const timeZone = "Europe/Brussels";
const today = { window: "day" as const, ...dayAt(at, timeZone) };
const yesterday = { window: "day" as const, ...dayAt(new Date(at.getTime() - 86_400_000), timeZone) };
const thisMonth = { window: "month" as const, ...monthAt(at, timeZone) };

describe("what is left", () => {
  test.each([
    { name: "is the cap when nothing was used", used: 0, reserved: 0, remaining: 100, allowed: true },
    { name: "counts what is reserved like what is used", used: 60, reserved: 39, remaining: 1, allowed: true },
    { name: "is nothing exactly at the cap", used: 60, reserved: 40, remaining: 0, allowed: false },
    { name: "is never below zero", used: 250, reserved: 10, remaining: 0, allowed: false },
  ])("$name", ({ used, reserved, remaining, allowed }) => {
    const tenant = tenantOf({
      defaultPlan: planOf({ dailyTokenLimit: 100 }),
      counters: [counterOf({ ...today, tokens: { used, reserved } })],
    });
    expect(getRemaining(tenant, { metric: "tokens", window: "day" }, at)).toBe(remaining);
    expect(getRemainingTokens(tenant, at)).toBe(remaining);
    expect(canGenerate(tenant, at)).toBe(allowed);
  });

  test("is nothing at once when the limit is lowered below what was used, and comes back when it is raised", () => {
    const counters = [counterOf({ ...today, tokens: { used: 80, reserved: 0 } })];
    const tenant = tenantOf({ defaultPlan: planOf({ dailyTokenLimit: 100 }), counters });
    expect(canGenerate({ ...tenant, dailyTokenLimit: 50 }, at)).toBe(false);
    expect(getRemainingTokens({ ...tenant, dailyTokenLimit: 50 }, at)).toBe(0);
    expect(getRemainingTokens({ ...tenant, dailyTokenLimit: 200 }, at)).toBe(120);
    expect(canGenerate({ ...tenant, dailyTokenLimit: 0 }, at)).toBe(false);
  });

  test("counts neither another day nor another subject", () => {
    const counters = [
      counterOf({ ...yesterday, tokens: { used: 100, reserved: 0 } }),
      counterOf({ ...today, subjectId: "key", tokens: { used: 70, reserved: 0 } }),
    ];
    const tenant = tenantOf({ defaultPlan: planOf({ dailyTokenLimit: 100 }), counters });
    expect(getRemainingTokens(tenant, at)).toBe(100);
    expect(
      listHeadroom({ tenant, key: keyOf({ dailyTokenLimit: 75 }), at }).map(({ subject, remaining }) => [
        subject,
        remaining,
      ]),
    ).toEqual([
      ["tenant", 100],
      ["key", 5],
    ]);
  });

  test.each([
    {
      name: "the last instant of the day still counts as that day",
      at: new Date(today.endsAt.getTime() - 1),
      remaining: 0,
    },
    { name: "the first instant of the next day begins anew", at: today.endsAt, remaining: 100 },
  ])("$name", ({ at, remaining }) => {
    const tenant = tenantOf({
      defaultPlan: planOf({ dailyTokenLimit: 100 }),
      counters: [counterOf({ ...today, tokens: { used: 100, reserved: 0 } })],
    });
    expect(getRemainingTokens(tenant, at)).toBe(remaining);
  });

  test.each([
    { daily: 100, monthly: null, remaining: 90 },
    { daily: null, monthly: 50, remaining: 20 },
    { daily: 100, monthly: 50, remaining: 20 },
    { daily: 15, monthly: 50, remaining: 5 },
    { daily: null, monthly: null, remaining: null },
    { daily: 0, monthly: null, remaining: 0 },
  ])("of tokens is the lesser of day ($daily) and month ($monthly): $remaining", ({ daily, monthly, remaining }) => {
    const counters = [
      counterOf({ ...today, tokens: { used: 10, reserved: 0 } }),
      counterOf({ ...thisMonth, tokens: { used: 30, reserved: 0 } }),
    ];
    expect(
      getRemainingTokens(
        tenantOf({ defaultPlan: planOf({ dailyTokenLimit: daily, monthlyTokenLimit: monthly }), counters }),
        at,
      ),
    ).toBe(remaining);
  });

  test("is nothing for a suspended tenant, also on an unlimited plan", () => {
    const tenant = tenantOf({ status: "suspended", defaultPlan: planOf() });
    expect(canGenerate(tenant, at)).toBe(false);
    expect(getRemainingTokens(tenant, at)).toBe(0);
  });

  test("every limit must have room: one that is used up blocks, whichever it is", () => {
    const spent = { used: 5, reserved: 0 };
    const counters = [
      counterOf({ ...today, requests: spent, tokens: spent }),
      counterOf({ ...thisMonth, requests: spent, tokens: spent, cost: spent }),
    ];
    const fields = [
      "dailyTokenLimit",
      "monthlyTokenLimit",
      "dailyRequestLimit",
      "monthlyRequestLimit",
      "monthlyCostLimitMicroUsd",
    ] as const;
    for (const field of fields) {
      expect(canGenerate(tenantOf({ defaultPlan: planOf({ [field]: 5 }), counters }), at), field).toBe(false);
      expect(canGenerate(tenantOf({ defaultPlan: planOf({ [field]: 6 }), counters }), at), field).toBe(true);
    }
    expect(canGenerate(tenantOf({ defaultPlan: planOf(), counters }), at)).toBe(true);
  });

  test("resets at the tenant's midnight", () => {
    const { resetsAt } = headroomUnder({ limit: limitOf(), tenant: tenantOf(), at: new Date("2026-03-28T23:30:00Z") });
    expect(resetsAt.toISOString()).toBe("2026-03-29T22:00:00.000Z");
  });
});

describe("near the limit", () => {
  test.each([
    { used: 79, reserved: 0, percent: 80, near: false },
    { used: 80, reserved: 0, percent: 80, near: true },
    { used: 40, reserved: 40, percent: 80, near: true },
    { used: 99, reserved: 0, percent: 100, near: false },
    { used: 100, reserved: 0, percent: 100, near: true },
    { used: 0, reserved: 0, percent: 0, near: true },
    { used: 300, reserved: 0, percent: 80, near: true },
  ])("$used used and $reserved reserved of 100 at $percent %: $near", ({ used, reserved, percent, near }) => {
    expect(isNear({ cap: 100, used, reserved }, percent)).toBe(near);
    const tenant = tenantOf({
      defaultPlan: planOf({ dailyTokenLimit: 100, nearLimitPercent: percent }),
      counters: [counterOf({ ...today, tokens: { used, reserved } })],
    });
    expect(isNearLimit(tenant, at)).toBe(near);
  });

  test("a cap of zero is always reached", () => {
    expect(isNear({ cap: 0, used: 0, reserved: 0 }, 80)).toBe(true);
  });

  test("without limits nothing is near, and without a plan 80 % is near", () => {
    expect(isNearLimit(tenantOf({ defaultPlan: planOf() }), at)).toBe(false);
    const counters = [counterOf({ ...today, tokens: { used: 80, reserved: 0 } })];
    expect(isNearLimit(tenantOf({ dailyTokenLimit: 100, counters }), at)).toBe(true);
    expect(isNearLimit(tenantOf({ dailyTokenLimit: 101, counters }), at)).toBe(false);
  });
});

describe("the tightest limit", () => {
  const of = (cap: number, remaining: number, resets: string) => ({ cap, remaining, resetsAt: new Date(resets) });
  const soon = "2026-05-21T00:00Z";
  const late = "2026-06-01T00:00Z";

  test.each([
    { name: "is none of none", limits: [], index: null },
    {
      name: "has the least share left, not the least amount",
      limits: [of(10, 5, soon), of(1_000, 100, soon)],
      index: 1,
    },
    { name: "of equal shares is the one that resets last", limits: [of(100, 0, soon), of(1_000, 0, late)], index: 1 },
    {
      name: "of equal shares is the one that resets last, in any order",
      limits: [of(1_000, 0, late), of(100, 0, soon)],
      index: 0,
    },
    { name: "counts a cap of zero as used up", limits: [of(100, 1, late), of(0, 0, soon)], index: 1 },
    { name: "is the first of equals", limits: [of(10, 5, soon), of(20, 10, soon)], index: 0 },
  ])("$name", ({ limits, index }) => {
    expect(tightest(limits)).toBe(index === null ? null : limits[index]);
  });

  test("has no more of its cap left than any other", () => {
    const anyLimit = fc
      .tuple(fc.nat(50), fc.nat(50), fc.constantFrom(soon, late))
      .map(([cap, remaining, resets]) => of(cap, Math.min(cap, remaining), resets));
    const share = ({ cap, remaining }: { cap: number; remaining: number }) => (cap === 0 ? 0 : remaining / cap);
    fc.assert(
      fc.property(fc.array(anyLimit, { minLength: 1 }), (limits) => {
        const found = tightest(limits);
        expect(found).not.toBeNull();
        if (found) expect(share(found)).toBe(Math.min(...limits.map(share)));
      }),
    );
  });
});
