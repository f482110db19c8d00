import { describe, expect, test } from "vitest";
import { formatReset, limitHeaders, secondsUntil } from "@/lib/gateway/limit-headers";
import { headroomOf } from "./headroom";

const at = new Date("2026-05-20T12:00:00.000Z");

describe("the limits of a call in header fields", () => {
  test("are none where there are no limits", () => {
    expect(limitHeaders([], at)).toEqual({});
  });

  test("are of the tightest token limit, and of requests only those of a minute", () => {
    const headroom = [
      headroomOf({ metric: "tokens", window: "day", cap: 1_000, used: 100, resetsAt: "2026-05-20T22:00:00.000Z" }),
      headroomOf({ metric: "tokens", window: "month", cap: 10_000, used: 9_900, resetsAt: "2026-05-31T22:00:00.000Z" }),
      headroomOf({ metric: "requests", window: "day", cap: 5, used: 5, resetsAt: "2026-05-20T22:00:00.000Z" }),
      headroomOf({
        subject: "key",
        metric: "requests",
        window: "minute",
        cap: 60,
        used: 10,
        resetsAt: "2026-05-20T12:00:30.500Z",
      }),
    ];
    expect(limitHeaders(headroom, at)).toEqual({
      "x-ratelimit-limit-tokens": "10000",
      "x-ratelimit-remaining-tokens": "100",
      "x-ratelimit-reset-tokens": "16440m0s",
      "x-ratelimit-limit-requests": "60",
      "x-ratelimit-remaining-requests": "50",
      "x-ratelimit-reset-requests": "31s",
      "ratelimit-policy":
        '"client-tokens-day";q=1000;w=86400, "client-tokens-month";q=10000;w=2592000, "client-requests-day";q=5;w=86400, "key-requests-minute";q=60;w=60',
      ratelimit:
        '"client-tokens-day";r=900;t=36000, "client-tokens-month";r=100;t=986400, "client-requests-day";r=0;t=36000, "key-requests-minute";r=50;t=31',
    });
  });

  test("tell nothing of money", () => {
    const cost = headroomOf({ metric: "cost", window: "month", cap: 5_000_000, used: 4_200_000 });
    expect(limitHeaders([cost], at)).toEqual({});
    expect(JSON.stringify(limitHeaders([cost, headroomOf({})], at))).not.toMatch(/cost|5000000|4200000|800000/);
  });

  test("leave out requests where none are limited per minute: a small number would be taken for a free tier", () => {
    expect(Object.keys(limitHeaders([headroomOf({ metric: "requests", window: "day" })], at))).toEqual([
      "ratelimit-policy",
      "ratelimit",
    ]);
  });
});

test.each([
  [0, "0s"],
  [1, "1s"],
  [59, "59s"],
  [60, "1m0s"],
  [61, "1m1s"],
  [43_200, "720m0s"],
])("%i seconds are written %s", (seconds, text) => {
  expect(formatReset(seconds)).toBe(text);
});

test.each([
  ["2026-05-20T12:00:00.000Z", 0],
  ["2026-05-20T12:00:00.001Z", 1],
  ["2026-05-20T12:00:01.000Z", 1],
  ["2026-05-20T12:00:01.001Z", 2],
  ["2026-05-20T11:00:00.000Z", 0],
])("until %s it is %i seconds: never too short, never below zero", (instant, seconds) => {
  expect(secondsUntil(new Date(instant), at)).toBe(seconds);
});
