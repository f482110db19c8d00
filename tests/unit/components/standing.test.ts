import { describe, expect, test } from "vitest";
import { raiseOf } from "@/components/tenants/raise";
import { standingOf } from "@/components/tenants/standing";
import { isLeastLeft } from "@/components/usage/headroom";
import type { Quota, QuotaLimit } from "@/lib/tenants/schema";

const now = new Date("2026-11-21T18:00:00Z");
const resetsAt = "2026-11-21T23:00:00.000Z";

function limit(changes: Partial<QuotaLimit>): QuotaLimit {
  const { used = 0, reserved = 0, cap = 100 } = changes;
  const amounts = { used, reserved, cap, remaining: Math.max(0, cap - used - reserved) };
  const subject = { subject: "tenant", subjectId: "acme", origin: "plan" } as const;
  return {
    ...subject,
    metric: "tokens",
    window: "day",
    resetsAt,
    binding: false,
    near: false,
    refusedSince: null,
    ...changes,
    ...amounts,
  };
}

function quota(changes: Partial<Quota>): Quota {
  const used = { requests: 0, tokens: 0, costMicroUsd: 0, startsAt: "2026-11-20T23:00:00.000Z", resetsAt };
  return {
    tenantId: "acme",
    tenantName: "Acme",
    status: "active",
    timeZone: "Europe/Berlin",
    plan: null,
    limits: [],
    dailyTokenLimit: { effective: null, fromPlan: null, override: null, overrideReason: null, overrideExpiresAt: null },
    today: used,
    month: used,
    canGenerate: true,
    remainingTokens: null,
    nearLimit: false,
    ...changes,
  };
}

const standing = (changes: Partial<Quota>) =>
  standingOf({ quota: quota(changes), nameOfKey: () => "Shop", currency: "EUR", now });

const ofKey = { subject: "key", subjectId: "shop", origin: "key" } as const;

describe("why a client is blocked", () => {
  test.each([
    { name: "suspended", given: { status: "suspended" as const }, title: "Every call is refused", level: "over" },
    { name: "over a limit", given: { limits: [limit({ used: 100 })] }, title: "Every call is refused", level: "over" },
    {
      name: "full with what is reserved",
      given: { limits: [limit({ used: 60, reserved: 40 })] },
      title: "Every call is refused",
      level: "over",
    },
    { name: "one token below", given: { limits: [limit({ used: 99 })] }, title: "Calls pass", level: "fine" },
    {
      name: "near",
      given: { limits: [limit({ used: 90, near: true })] },
      title: "Calls pass, not for long",
      level: "near",
    },
    {
      name: "with a key over its own limit",
      given: { limits: [limit({ used: 1 }), limit({ ...ofKey, used: 100 })] },
      title: "Calls with one key are refused",
      level: "near",
    },
    { name: "unlimited", given: {}, title: "Calls pass", level: "fine" },
  ])("is told of one that is $name", ({ given, title, level }) => {
    expect(standing(given)).toMatchObject({ title, level });
  });

  test("names the limit, its use, where it comes from, and its reset in the client's zone", () => {
    expect(standing({ limits: [limit({ used: 60, reserved: 40, origin: "override" })] }).reasons).toEqual([
      "Tokens today: 60 of 100 tokens used and 40 reserved by calls under way, from the override; " +
        "renews 00:00 Europe/Berlin (in 5\u00a0h).",
    ]);
  });

  test("says of what is nearly used up that calls which need more than is left are refused", () => {
    expect(standing({ limits: [limit({ used: 94, near: true })] }).reasons).toEqual([
      "Tokens today: 94 of 100 tokens used, from the plan; a call that needs more than the 6 left is refused; " +
        "renews 00:00 Europe/Berlin (in 5\u00a0h).",
    ]);
    expect(standing({ limits: [limit({ used: 94, near: true, metric: "requests" })] }).reasons.join()).not.toContain(
      "refused",
    );
  });

  test("names the key whose limit it is, and says what 0 means", () => {
    expect(standing({ limits: [limit({ ...ofKey, cap: 0 })] }).reasons).toEqual([
      "Tokens today of key Shop: set to 0, set on the key, so nothing passes.",
    ]);
  });
});

describe("a raise for today", () => {
  const daily = (effective: number | null) =>
    quota({ dailyTokenLimit: { ...quota({}).dailyTokenLimit, effective, fromPlan: effective } });

  test("is half as much again, rounded up, and ends at the client's midnight", () => {
    expect(raiseOf(daily(33_333))).toEqual({
      dailyTokenLimit: 50_000,
      dailyTokenLimitReason: "Raised by 50 % for today, from 33.3\u00a0k",
      dailyTokenLimitExpiresAt: resetsAt,
    });
  });

  test.each([{ effective: null }, { effective: 0 }])("there is none of $effective", ({ effective }) => {
    expect(raiseOf(daily(effective))).toBeNull();
  });
});

describe("the mark of what is least left", () => {
  const day = limit({ used: 10 });
  const month = limit({ window: "month", used: 60 });
  const minute = limit({ window: "minute", metric: "requests", used: 99 });
  const single = limit({ ...ofKey, used: 95 });

  test("stands at one limit of several that run out, never at one that comes back by itself or has no other beside it", () => {
    const all = [day, month, minute, single];
    expect(all.filter((each) => isLeastLeft(each, all))).toEqual([month]);
  });

  test("stands at none while nothing is in use, but for one that is set to 0", () => {
    const all = [limit({ used: 0 }), limit({ window: "month", used: 0 })];
    expect(all.filter((each) => isLeastLeft(each, all))).toEqual([]);
    const blocking = limit({ used: 0, cap: 0 });
    expect(isLeastLeft(blocking, [...all, blocking])).toBe(true);
  });
});
