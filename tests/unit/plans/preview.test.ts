import { describe, expect, test } from "vitest";
import { type DayOfUse, type PastUse, plansOf, refusalsOf } from "@/lib/plans/preview";
import type { Plan, Tenant } from "@/lib/quota/types";
import { planOf, tenantOf } from "../quota/shapes";

const at = new Date("2026-11-21T12:00:00Z");

const day = (date: string, used: Partial<DayOfUse>): DayOfUse => ({
  date,
  requests: 0,
  tokens: 0,
  costMicroUsd: 0,
  unpriced: 0,
  blocked: 0,
  ...used,
});

const use = (given: Partial<PastUse>): PastUse => ({
  from: "2026-10-22",
  days: [],
  models: [],
  minutes: null,
  ...given,
});

function judge(present: Partial<Plan>, next: Partial<Plan>, past: PastUse, tenant: Partial<Tenant> = {}) {
  return refusalsOf({
    tenant: tenantOf(tenant),
    present: planOf(present),
    next: planOf(next),
    use: past,
    agencyPolicy: "refuse",
  });
}

describe("a lowered limit would have refused", () => {
  const days = [
    day("2026-10-21", { tokens: 900, requests: 90 }),
    day("2026-10-30", { tokens: 101, requests: 9 }),
    day("2026-11-02", { tokens: 100, requests: 12 }),
    day("2026-11-05", { tokens: 150, requests: 10 }),
  ];

  test.each([
    {
      name: "what a day used beyond it; a day that lands on it is none, nor one before the 30",
      limits: { dailyTokenLimit: 100 },
      refused: { cause: "tokens_day", cap: 100, times: 2, beyond: 51, firstOn: "2026-10-30" },
    },
    {
      name: "calls of a day beyond it",
      limits: { dailyRequestLimit: 10 },
      refused: { cause: "requests_day", cap: 10, times: 1, beyond: 2, firstOn: "2026-11-02" },
    },
    {
      name: "what a month used beyond it, of which a part had passed before the 30 days",
      limits: { monthlyTokenLimit: 950 },
      refused: { cause: "tokens_month", cap: 950, times: 1, beyond: 51, firstOn: "2026-10-30" },
    },
    {
      name: "all of these days' use of a month that was used up before them",
      limits: { monthlyTokenLimit: 200 },
      refused: { cause: "tokens_month", cap: 200, times: 2, beyond: 101 + 50, firstOn: "2026-10-30" },
    },
  ])("$name", ({ limits, refused }) => {
    expect(judge({}, limits, use({ days }))).toEqual([refused]);
  });

  test("nothing, where a raise had let pass what the limit as it is would have refused just so", () => {
    expect(judge({ dailyTokenLimit: 100 }, { dailyTokenLimit: 100, name: "Renamed" }, use({ days }))).toEqual([]);
    expect(judge({ dailyTokenLimit: 100 }, { dailyTokenLimit: 200 }, use({ days }))).toEqual([]);
  });

  test("nothing of a day's tokens, where that limit is set by hand", () => {
    expect(judge({}, { dailyTokenLimit: 100 }, use({ days }), { dailyTokenLimit: 500 })).toEqual([]);
  });

  test.each([
    { name: "is over", dailyTokenLimitExpiresAt: new Date("2026-11-21T11:00:00Z") },
    { name: "ends tonight", dailyTokenLimitExpiresAt: new Date("2026-11-21T23:00:00Z") },
  ])("what a day used, where a limit that was set by hand $name", ({ dailyTokenLimitExpiresAt }) => {
    const raised = { dailyTokenLimit: 500, dailyTokenLimitExpiresAt };
    expect(judge({}, { dailyTokenLimit: 100 }, use({ days }), raised)).toHaveLength(1);
  });
});

test("minutes count for the cap that they were looked up for", () => {
  const minutes = { cap: 5, minutes: 2, beyond: 7, firstOn: "2026-11-01" };
  const refused = { cause: "requests_minute", cap: 5, times: 2, beyond: 7, firstOn: "2026-11-01" };
  expect(judge({ requestsPerMinute: 60 }, { requestsPerMinute: 5 }, use({ minutes }))).toEqual([refused]);
  expect(judge({ requestsPerMinute: 60 }, { requestsPerMinute: 50 }, use({ minutes }))).toEqual([]);
});

test("models that would no longer be allowed are told with their calls, those that name none among them", () => {
  const models = [
    { model: "gpt-4o-mini", calls: 5, firstOn: "2026-11-03" },
    { model: "o3", calls: 2, firstOn: "2026-11-02" },
    { model: null, calls: 1, firstOn: "2026-11-04" },
  ];
  expect(judge({}, { allowedModels: ["gpt-*"] }, use({ models }))).toEqual([
    { cause: "model", cap: null, times: 3, beyond: 3, firstOn: "2026-11-02" },
  ]);
  expect(judge({ allowedModels: ["gpt-*"] }, { allowedModels: ["*"] }, use({ models }))).toEqual([]);
});

test("a limit of cost refuses models without a price, unless the plan lets them pass", () => {
  const days = [day("2026-11-05", { unpriced: 4, requests: 9 })];
  const limited = { monthlyCostLimitMicroUsd: 1_000 };
  expect(judge({}, limited, use({ days }))).toEqual([
    { cause: "unpriced", cap: null, times: 4, beyond: 4, firstOn: "2026-11-05" },
  ]);
  expect(judge({}, { ...limited, unpricedPolicy: "pass" }, use({ days }))).toEqual([]);
});

describe("the plan that a client would be on", () => {
  const changed = planOf({ id: "changed", dailyTokenLimit: 5 });
  const old = planOf({ id: "changed", dailyTokenLimit: 50 });
  const other = planOf({ id: "other" });
  const subscribed = tenantOf({
    subscriptions: [{ plan: old, startsAt: new Date(0), endsAt: null }],
    defaultPlan: other,
  });

  test("is the changed one for whoever is on it, and nobody else", () => {
    expect(plansOf(subscribed, { plan: changed, isDefault: false }, at)).toEqual({ present: old, next: changed });
    expect(plansOf(tenantOf({ defaultPlan: other }), { plan: changed, isDefault: false }, at)).toEqual({
      present: other,
      next: other,
    });
  });

  test("is the changed one for all without a subscription, if it becomes the default, and none if it was", () => {
    const unsubscribed = tenantOf({ defaultPlan: other });
    expect(plansOf(unsubscribed, { plan: changed, isDefault: true }, at)).toEqual({ present: other, next: changed });
    const onDefault = tenantOf({ defaultPlan: old });
    expect(plansOf(onDefault, { plan: changed, isDefault: false }, at)).toEqual({ present: old, next: null });
  });
});
