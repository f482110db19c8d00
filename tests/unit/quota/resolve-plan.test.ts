import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { listTenantLimits } from "@/lib/quota/effective-limit";
import { resolvePlan, steadySpan } from "@/lib/quota/resolve-plan";
import type { MeteredTenant } from "@/lib/quota/types";
import { planOf, subscriptionTo, tenantOf } from "./shapes";

const [basic, pro, fallback] = ["basic", "pro", "default"].map((id) => planOf({ id })) as [
  ReturnType<typeof planOf>,
  ReturnType<typeof planOf>,
  ReturnType<typeof planOf>,
];

describe("the plan in force", () => {
  const basicInMay = subscriptionTo(basic, "2026-05-01T00:00Z", "2026-06-01T00:00Z");
  const proFromMidMay = subscriptionTo(pro, "2026-05-15T00:00Z");

  test.each([
    {
      name: "a subscription is not in force a moment before it starts",
      at: "2026-04-30T23:59:59.999Z",
      subscriptions: [basicInMay],
      plan: "default",
      origin: "default",
    },
    {
      name: "a subscription is in force at the instant it starts",
      at: "2026-05-01T00:00:00.000Z",
      subscriptions: [basicInMay],
      plan: "basic",
      origin: "subscription",
    },
    {
      name: "a subscription is in force until a moment before it ends",
      at: "2026-05-31T23:59:59.999Z",
      subscriptions: [basicInMay],
      plan: "basic",
      origin: "subscription",
    },
    {
      name: "a subscription is not in force at the instant it ends",
      at: "2026-06-01T00:00:00.000Z",
      subscriptions: [basicInMay],
      plan: "default",
      origin: "default",
    },
    {
      name: "a subscription without an end stays in force",
      at: "2046-01-01T00:00:00.000Z",
      subscriptions: [proFromMidMay],
      plan: "pro",
      origin: "subscription",
    },
    {
      name: "of several in force the one that started last counts",
      at: "2026-05-20T00:00:00.000Z",
      subscriptions: [proFromMidMay, basicInMay],
      plan: "pro",
      origin: "subscription",
    },
    {
      name: "before the later one starts the earlier counts",
      at: "2026-05-14T23:59:59.999Z",
      subscriptions: [proFromMidMay, basicInMay],
      plan: "basic",
      origin: "subscription",
    },
    {
      name: "a tenant without a subscription is on the default plan",
      at: "2026-05-20T00:00:00.000Z",
      subscriptions: [],
      plan: "default",
      origin: "default",
    },
  ])("$name", ({ at, subscriptions, plan, origin }) => {
    const resolved = resolvePlan(tenantOf({ subscriptions, defaultPlan: fallback }), new Date(at));
    expect({ plan: resolved.plan?.id, origin: resolved.origin, suspended: resolved.suspended }).toEqual({
      plan,
      origin,
      suspended: false,
    });
  });

  test("without a subscription and a default plan there is none, which limits nothing", () => {
    const tenant = tenantOf();
    expect(resolvePlan(tenant, new Date())).toEqual({ plan: null, origin: "none", suspended: false });
    expect(listTenantLimits(tenant, new Date())).toEqual([]);
  });

  test("a suspended tenant keeps its plan and is told to be suspended", () => {
    const tenant = tenantOf({ status: "suspended", subscriptions: [basicInMay] });
    expect(resolvePlan(tenant, new Date("2026-05-02T00:00Z"))).toEqual({
      plan: basic,
      origin: "subscription",
      suspended: true,
    });
  });
});

describe("the span in which limits stay what they are", () => {
  const instant = fc.integer({ min: 0, max: 40 }).map((hours) => new Date(Date.UTC(2026, 4, 1, hours)));
  const limit = fc.constantFrom(null, 0, 10, 20, 30);
  const anyTenant: fc.Arbitrary<MeteredTenant> = fc
    .record({
      dailyTokenLimit: limit,
      dailyTokenLimitExpiresAt: fc.option(instant),
      subscriptions: fc.array(
        fc.record({
          plan: limit.map((dailyTokenLimit) => planOf({ dailyTokenLimit })),
          startsAt: instant,
          endsAt: fc.option(instant),
        }),
        { maxLength: 4 },
      ),
      defaultPlan: fc.option(limit.map((dailyTokenLimit) => planOf({ dailyTokenLimit }))),
    })
    .map(tenantOf);

  test("nothing that limits are computed from changes inside it", () => {
    fc.assert(
      fc.property(
        anyTenant,
        instant,
        fc.array(fc.integer({ min: -60, max: 60 * 41 }), { minLength: 20, maxLength: 20 }),
        (tenant, at, minutes) => {
          const { from, to } = steadySpan(tenant, at);
          expect(from === null || from <= at).toBe(true);
          expect(to === null || at < to).toBe(true);

          const limits = listTenantLimits(tenant, at);
          const edges = [from?.getTime() ?? at.getTime(), (to?.getTime() ?? at.getTime() + 1) - 1];
          for (const each of [...edges, ...minutes.map((minute) => Date.UTC(2026, 4, 1, 0, minute))].map(
            (time) => new Date(time),
          )) {
            if ((from !== null && each < from) || (to !== null && each >= to)) continue;
            expect(listTenantLimits(tenant, each)).toEqual(limits);
            expect(resolvePlan(tenant, each)).toEqual(resolvePlan(tenant, at));
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    { name: "is open for a tenant without dates", tenant: tenantOf(), from: null, to: null },
    {
      name: "is not cut by the expiry of an override that is not set",
      tenant: tenantOf({ dailyTokenLimitExpiresAt: new Date("2026-05-02T00:00Z") }),
      from: null,
      to: null,
    },
    {
      name: "ends when the override expires",
      tenant: tenantOf({ dailyTokenLimit: 0, dailyTokenLimitExpiresAt: new Date("2026-05-02T00:00Z") }),
      from: null,
      to: "2026-05-02T00:00:00.000Z",
    },
    {
      name: "begins and ends with the subscription",
      tenant: tenantOf({ subscriptions: [subscriptionTo(basic, "2026-05-01T00:00Z", "2026-06-01T00:00Z")] }),
      from: "2026-05-01T00:00:00.000Z",
      to: "2026-06-01T00:00:00.000Z",
    },
  ])("$name", ({ tenant, from, to }) => {
    const span = steadySpan(tenant, new Date("2026-05-01T00:00Z"));
    expect({ from: span.from?.toISOString() ?? null, to: span.to?.toISOString() ?? null }).toEqual({ from, to });
  });
});
