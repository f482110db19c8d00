import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  getEffectiveDailyTokenLimit,
  getEffectiveLimit,
  getOverride,
  listLimits,
  listTenantLimits,
} from "@/lib/quota/effective-limit";
import { keyOf, planOf, tenantOf, unlimited } from "./shapes";

const at = new Date("2026-05-20T12:00:00.000Z");
const expiresNow = at;
const expiresLater = new Date(at.getTime() + 1);

describe("the daily token limit", () => {
  test.each([
    { name: "is the plan's without an override", plan: 100, override: null, expiresAt: null, limit: 100 },
    { name: "is the override where it is above the plan's", plan: 100, override: 500, expiresAt: null, limit: 500 },
    { name: "is the override where it is below the plan's", plan: 100, override: 5, expiresAt: null, limit: 5 },
    { name: "is 0 where the override is 0, which blocks all", plan: 100, override: 0, expiresAt: null, limit: 0 },
    { name: "is 0 where the override is 0 on an unlimited plan", plan: null, override: 0, expiresAt: null, limit: 0 },
    { name: "is the override on an unlimited plan", plan: null, override: 7, expiresAt: null, limit: 7 },
    { name: "is none where plan and override are null", plan: null, override: null, expiresAt: null, limit: null },
    { name: "is 0 where the plan says 0", plan: 0, override: null, expiresAt: null, limit: 0 },
    { name: "is the override a moment before it expires", plan: 100, override: 5, expiresAt: expiresLater, limit: 5 },
    {
      name: "is the plan's at the instant the override expires",
      plan: 100,
      override: 5,
      expiresAt: expiresNow,
      limit: 100,
    },
    {
      name: "is the plan's after an override of 0 has expired",
      plan: 100,
      override: 0,
      expiresAt: new Date("2026-01-01T00:00Z"),
      limit: 100,
    },
    {
      name: "is none after an override on an unlimited plan has expired",
      plan: null,
      override: 5,
      expiresAt: expiresNow,
      limit: null,
    },
    {
      name: "is the plan's where an expiry is left over without an override",
      plan: 100,
      override: null,
      expiresAt: expiresLater,
      limit: 100,
    },
  ])("$name", ({ plan, override, expiresAt, limit }) => {
    const tenant = tenantOf({
      defaultPlan: planOf({ dailyTokenLimit: plan }),
      dailyTokenLimit: override,
      dailyTokenLimitExpiresAt: expiresAt,
    });
    expect(getEffectiveDailyTokenLimit(tenant, at)).toBe(limit);
  });

  test("is the override without any plan", () => {
    expect(getEffectiveDailyTokenLimit(tenantOf({ dailyTokenLimit: 9 }), at)).toBe(9);
    expect(getEffectiveDailyTokenLimit(tenantOf(), at)).toBeNull();
  });

  test("is 0 for a suspended tenant, whatever its plan and override say", () => {
    const tenant = tenantOf({ status: "suspended", defaultPlan: planOf(), dailyTokenLimit: 1_000 });
    expect(getEffectiveDailyTokenLimit(tenant, at)).toBe(0);
    expect(getEffectiveLimit(tenant, { metric: "cost", window: "month" }, at)).toBe(0);
  });

  test("null and 0 are never mixed up, for any plan and override", () => {
    const limit = fc.option(fc.nat(3));
    fc.assert(
      fc.property(limit, limit, fc.boolean(), (plan, override, expired) => {
        const tenant = tenantOf({
          defaultPlan: planOf({ dailyTokenLimit: plan }),
          dailyTokenLimit: override,
          dailyTokenLimitExpiresAt: expired ? expiresNow : null,
        });
        const inForce = override !== null && !expired ? override : plan;
        expect(getEffectiveDailyTokenLimit(tenant, at)).toBe(inForce);
        expect(getOverride(tenant, at)).toBe(expired ? null : override);
        expect(listTenantLimits(tenant, at).map(({ cap }) => cap)).toEqual(inForce === null ? [] : [inForce]);
      }),
    );
  });
});

const everyLimit = {
  dailyTokenLimit: 1,
  monthlyTokenLimit: 2,
  dailyRequestLimit: 3,
  monthlyRequestLimit: 4,
  requestsPerMinute: 5,
};

describe("the limits of a call", () => {
  test("are all of the tenant's and all of the key's, each under its own metric and window", () => {
    const tenant = tenantOf({ defaultPlan: planOf({ ...everyLimit, monthlyCostLimitMicroUsd: 6 }) });
    const limits = listLimits({ tenant, key: keyOf({ ...everyLimit, concurrency: 9 }), at });
    expect(
      limits
        .map(({ subject, metric, window, cap, origin }) => `${subject} ${metric} ${window} ${cap} ${origin}`)
        .sort(),
    ).toEqual([
      "key requests day 3 key",
      "key requests minute 5 key",
      "key requests month 4 key",
      "key tokens day 1 key",
      "key tokens month 2 key",
      "tenant cost month 6 plan",
      "tenant requests day 3 plan",
      "tenant requests minute 5 plan",
      "tenant requests month 4 plan",
      "tenant tokens day 1 plan",
      "tenant tokens month 2 plan",
    ]);
  });

  test("an override replaces the daily token limit alone and says so", () => {
    const tenant = tenantOf({ defaultPlan: planOf({ ...everyLimit }), dailyTokenLimit: 50 });
    const overridden = listTenantLimits(tenant, at).filter(({ origin }) => origin === "override");
    expect(overridden.map(({ metric, window, cap }) => [metric, window, cap])).toEqual([["tokens", "day", 50]]);
    expect(listTenantLimits(tenant, at)).toHaveLength(5);
  });

  test("a key can only add limits: the tenant's stay, whatever the key says", () => {
    const tenant = tenantOf({ defaultPlan: planOf({ ...unlimited, dailyTokenLimit: 10 }) });
    const limits = listLimits({ tenant, key: keyOf({ dailyTokenLimit: 1_000_000 }), at });
    expect(limits.find(({ subject }) => subject === "tenant")?.cap).toBe(10);
  });

  test("a call without a key has the tenant's limits alone", () => {
    const tenant = tenantOf({ defaultPlan: planOf({ dailyTokenLimit: 10 }) });
    expect(listLimits({ tenant, key: null, at })).toEqual(listTenantLimits(tenant, at));
  });
});
