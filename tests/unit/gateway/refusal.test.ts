import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type RefusedCall, refusalOf } from "@/lib/gateway/refusal";
import { headroomOf } from "./headroom";

const at = new Date("2026-05-20T12:00:00.000Z");
const atMidnight = "2026-05-20T22:00:00.000Z";
const atMonthEnd = "2026-05-31T22:00:00.000Z";

const call = (given: Partial<RefusedCall>): RefusedCall => ({
  headroom: [],
  inFlight: null,
  needed: { tokens: 30, cost: 0 },
  timeZone: "Europe/Brussels",
  at,
  quotaStatus: 429,
  note: null,
  ...given,
});
const refusal = (given: Parameters<typeof headroomOf>[0], more: Partial<RefusedCall> = {}) =>
  refusalOf(call({ headroom: [headroomOf(given)], ...more }));

const renewsTonight = "It renews at 2026-05-21 00:00 Europe/Brussels (in 10 h 0 min).";
const untilRaised = "No call is let through until it is raised.";
const renewsInJune = "It renews at 2026-06-01 00:00 Europe/Brussels (in 11 d 10 h).";

test("the agency's own words follow those of a used-up quota, and leave those as they are", () => {
  const limit = { metric: "tokens", window: "day", cap: 5, used: 5 } as const;
  const note = "Schreiben Sie an ki@hafen.test.";
  expect(refusal(limit, { note }).message).toBe(`${refusal(limit).message} ${note}`);
  expect(refusal({ ...limit, window: "minute", metric: "requests" }, { note }).message).not.toContain(note);
});

describe("a used-up quota names the limit, its use, its window and its reset", () => {
  test.each([
    {
      limit: { metric: "tokens", window: "day", cap: 12_000, used: 12_345 },
      message: `the daily token limit of this client is used up (12,345 of 12,000 tokens used). ${renewsTonight}`,
      reason: "tokens_day_tenant",
      isUsedUp: true,
    },
    {
      limit: { metric: "tokens", window: "day", cap: 100, used: 20, reserved: 60 },
      message: `the daily token limit of this client has too little room (20 of 100 tokens used and 60 reserved at the moment by calls in progress, which return what they do not use; this call needs 30). ${renewsTonight}`,
      reason: "tokens_day_tenant",
      isUsedUp: false,
    },
    {
      limit: { metric: "tokens", window: "day", cap: 100, used: 80 },
      message: `the daily token limit of this client has too little room (80 of 100 tokens used; this call needs 30). ${renewsTonight}`,
      reason: "tokens_day_tenant",
      isUsedUp: false,
    },
    {
      limit: { subject: "key", metric: "tokens", window: "month", cap: 0, resetsAt: atMonthEnd },
      message: `the monthly token limit of this key is set to 0. ${untilRaised}`,
      reason: "tokens_month_key",
      isUsedUp: true,
    },
    {
      limit: { metric: "requests", window: "day", cap: 0, used: 7 },
      message: `the daily request limit of this client is set to 0. ${untilRaised}`,
      reason: "requests_day_tenant",
      isUsedUp: true,
    },
    {
      limit: { metric: "cost", window: "month", cap: 0, resetsAt: atMonthEnd },
      message: `the monthly cost limit of this client leaves no room for any call. ${untilRaised}`,
      reason: "cost_month_tenant",
      isUsedUp: true,
    },
    {
      limit: { metric: "requests", window: "day", cap: 5, used: 5 },
      message: `the daily request limit of this client is used up (5 of 5 requests used). ${renewsTonight}`,
      reason: "requests_day_tenant",
      isUsedUp: true,
    },
    {
      limit: {
        subject: "key",
        metric: "requests",
        window: "month",
        cap: 5,
        used: 3,
        reserved: 2,
        resetsAt: atMonthEnd,
      },
      message: `the monthly request limit of this key has too little room (3 of 5 requests used and 2 reserved at the moment by calls in progress, which return what they do not use). ${renewsInJune}`,
      reason: "requests_month_key",
      isUsedUp: false,
    },
    {
      limit: { metric: "cost", window: "month", cap: 5_000_000, used: 5_100_000, resetsAt: atMonthEnd },
      message: `the monthly cost limit of this client is used up. ${renewsInJune}`,
      reason: "cost_month_tenant",
      isUsedUp: true,
    },
    {
      limit: { metric: "cost", window: "month", cap: 5_000_000, used: 1, reserved: 4_999_999, resetsAt: atMonthEnd },
      message: `the monthly cost limit of this client has no room for this call. ${renewsInJune}`,
      reason: "cost_month_tenant",
      isUsedUp: false,
    },
  ] as const)("$reason, used up: $isUsedUp", ({ limit, message, reason, isUsedUp }) => {
    const told = refusal(limit);
    expect(told).toMatchObject({
      status: 429,
      code: "insufficient_quota",
      message: `You exceeded your current quota: ${message}`,
      reason,
      isUsedUp,
    });
    expect(told.headers?.["x-should-retry"]).toBe("false");
    expect(told.retryAfterSeconds).toBeUndefined();
  });

  test("tells the reset in the client's zone", () => {
    expect(
      refusal({ used: 100, resetsAt: "2026-05-20T18:30:00.000Z" }, { timeZone: "Asia/Kolkata" }).message,
    ).toContain("It renews at 2026-05-21 00:00 Asia/Kolkata (in 6 h 30 min).");
    expect(refusal({ used: 100, resetsAt: "2026-05-20T12:00:20.000Z" }, { timeZone: "UTC" }).message).toContain(
      "(in 1 min).",
    );
  });

  test("answers 402 where the client wants it", () => {
    expect(refusal({ used: 100 }, { quotaStatus: 402 })).toMatchObject({ status: 402, code: "insufficient_quota" });
  });

  test.each([
    { resetsAt: "2026-05-20T12:01:00.000Z", retryAfterSeconds: 60 },
    { resetsAt: "2026-05-20T12:01:00.001Z", retryAfterSeconds: undefined },
    { resetsAt: "2026-05-20T12:00:00.001Z", retryAfterSeconds: 1 },
  ])(
    "tells a client to wait only where it is a minute or less: until $resetsAt $retryAfterSeconds",
    ({ resetsAt, retryAfterSeconds }) => {
      expect(refusal({ used: 100, resetsAt }).retryAfterSeconds).toBe(retryAfterSeconds);
    },
  );
});

test("a limit of 0 does not renew: nobody is told to wait for it, and when its window ends is in the header fields alone", () => {
  const { retryAfterSeconds, headers } = refusal({ cap: 0, resetsAt: "2026-05-20T12:00:20.000Z" });
  expect(retryAfterSeconds).toBeUndefined();
  expect(headers).toMatchObject({ "x-ratelimit-reset-tokens": "20s", "x-should-retry": "false" });
});

test.each([
  {
    name: "per minute",
    headroom: [headroomOf({ metric: "requests", window: "minute", cap: 0, resetsAt: "2026-05-20T12:00:30.000Z" })],
    says: "this client may make 0 requests per minute.",
  },
  { name: "at a time", headroom: [], says: "this key may have 0 calls in progress at a time." },
])("a rate of 0 calls $name is no reason to try again", ({ headroom, says }) => {
  const told = refusalOf(call({ headroom, inFlight: { open: 0, cap: 0 } }));
  expect(told).toMatchObject({ status: 429, code: "rate_limit_exceeded" });
  expect(told.message).toBe(`Rate limit reached: ${says} ${untilRaised}`);
  expect(told.headers?.["x-should-retry"]).toBe("false");
  expect(told.retryAfterSeconds).toBeLessThanOrEqual(60);
});

describe("of several limits", () => {
  const roomy = headroomOf({ metric: "tokens", window: "month", cap: 10_000, used: 10, resetsAt: atMonthEnd });
  const daily = headroomOf({ metric: "tokens", window: "day", cap: 100, used: 90 });
  const spent = headroomOf({
    subject: "key",
    metric: "requests",
    window: "month",
    cap: 5,
    used: 5,
    resetsAt: atMonthEnd,
  });
  const perMinute = headroomOf({
    metric: "requests",
    window: "minute",
    cap: 1,
    used: 1,
    resetsAt: "2026-05-20T12:00:30.000Z",
  });

  test.each([
    { name: "one that has room is not named", headroom: [roomy, daily], reason: "tokens_day_tenant" },
    { name: "the tightest is named", headroom: [roomy, daily, spent], reason: "requests_month_key" },
    { name: "a quota is named before a rate", headroom: [perMinute, daily], reason: "tokens_day_tenant" },
    {
      name: "a rate is named where no quota is violated",
      headroom: [perMinute, roomy],
      reason: "requests_minute_tenant",
    },
    { name: "calls in progress are named where all limits have room", headroom: [roomy], reason: "concurrency" },
  ])("$name", ({ headroom, reason }) => {
    expect(refusalOf(call({ headroom, inFlight: { open: 2, cap: 2 } })).reason).toBe(reason);
  });

  test("a limit on requests has room for a call of any size, as long as one request is left", () => {
    const one = headroomOf({ metric: "requests", window: "month", cap: 1_000, used: 999, resetsAt: atMonthEnd });
    const needed = { tokens: 5_000, cost: 5_000 };
    expect(refusalOf(call({ headroom: [one, daily], needed })).reason).toBe("tokens_day_tenant");
  });

  test("a call that needs nothing is refused only where nothing is left", () => {
    const needed = { tokens: 0, cost: 0 };
    const one = headroomOf({ cap: 100, used: 99 });
    const none = headroomOf({ metric: "cost", window: "month", cap: 100, used: 100 });
    expect(refusalOf(call({ headroom: [one, none], needed })).reason).toBe("cost_month_tenant");
  });
});

describe("a rate", () => {
  test("per minute is told as such, with the time to wait", () => {
    const told = refusal(
      {
        subject: "key",
        metric: "requests",
        window: "minute",
        cap: 1_200,
        used: 1_200,
        resetsAt: "2026-05-20T12:00:12.300Z",
      },
      { quotaStatus: 402 },
    );
    expect(told).toMatchObject({
      status: 429,
      code: "rate_limit_exceeded",
      message: "Rate limit reached: this key may make 1,200 requests per minute. Try again in 13s.",
      retryAfterSeconds: 13,
      headers: { "retry-after-ms": "12300" },
      reason: "requests_minute_key",
    });
    expect(told.headers?.["x-should-retry"]).toBeUndefined();
  });

  test("is told to come again within the minute by either header, however long the window has no room", () => {
    const told = refusal({
      metric: "requests",
      window: "minute",
      cap: 1,
      used: 1,
      resetsAt: "2026-05-20T12:01:59.000Z",
    });
    expect(told.message).toBe("Rate limit reached: this client may make 1 request per minute. Try again in 1m0s.");
    expect(told).toMatchObject({ retryAfterSeconds: 60, headers: { "retry-after-ms": "60000" } });
  });

  test.each([
    { cap: 1, says: "1 call in progress" },
    { cap: 3, says: "3 calls in progress" },
  ])("of calls in progress is told as such, and is never repeated from memory", ({ cap, says }) => {
    const told = refusalOf(call({ inFlight: { open: cap, cap } }));
    expect(told).toMatchObject({
      status: 429,
      code: "rate_limit_exceeded",
      retryAfterSeconds: 1,
      reason: "concurrency",
      isUsedUp: false,
    });
    expect(told.message).toContain(says);
  });
});

test("no refusal tells money, lets a client wait above a minute, or hides the limits that were met", () => {
  const limit = fc.record({
    subject: fc.constantFrom("tenant", "key"),
    metric: fc.constantFrom("requests", "tokens", "cost"),
    window: fc.constantFrom("minute", "day", "month"),
    cap: fc.constantFrom(777_001, 777_002, 0),
    used: fc.constantFrom(0, 777_001, 777_003),
    reserved: fc.constantFrom(0, 777_002),
    resetsAt: fc.constantFrom("2026-05-20T12:00:30.000Z", atMidnight, atMonthEnd),
  } as const);
  fc.assert(
    fc.property(fc.array(limit, { minLength: 1, maxLength: 6 }), (limits) => {
      const headroom = limits
        .filter(({ metric, window }) => window !== "minute" || metric === "requests")
        .map((each) => headroomOf(each));
      const told = refusalOf(call({ headroom, inFlight: { open: 1, cap: 1 } }));
      expect(told.retryAfterSeconds ?? 0).toBeLessThanOrEqual(60);
      if (told.code === "insufficient_quota")
        expect(told.message).toMatch(
          /^You exceeded your current quota: the (daily|monthly) (token|request|cost) limit/,
        );
      if (told.reason.startsWith("cost")) expect(told.message).not.toMatch(/777/);
      if (headroom.some(({ metric }) => metric === "tokens"))
        expect(told.headers).toHaveProperty("x-ratelimit-remaining-tokens");
    }),
  );
});
