import { describe, expect, test } from "vitest";
import { limitsInWords } from "@/components/plans/plan-words";
import { formatCompact, formatCost, formatTick } from "@/components/ui/format-amount";
import { moneyOf } from "@/components/ui/money-text";
import { parseAmount } from "@/components/ui/parse-amount";

describe("what a person writes for an amount", () => {
  test.each([
    ["50000", 50_000],
    ["50,000", 50_000],
    ["50 000", 50_000],
    ["50k", 50_000],
    ["1.5M", 1_500_000],
    ["1.5 m", 1_500_000],
    ["2b", 2_000_000_000],
    ["0", 0],
    ["  ", null],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("%j means %j", (text, amount) => {
    expect(parseAmount(text)).toEqual({ valid: true, amount });
  });

  test.each(["1.5", "-1", "12x", "1e6", "5,00", "k", "9007199254740992", "1.2345k", "12345678.9"])(
    "%j is refused",
    (text) => {
      expect(parseAmount(text)).toEqual({ valid: false });
    },
  );
});

describe("what a person writes for money", () => {
  const moneyIn = (fee: string) => moneyOf({ fee }, "fee", 100);

  test.each([
    ["49", 4_900],
    ["49.50", 4_950],
    ["1,234.5", 123_450],
    ["1 234 567", 123_456_700],
    ["", null],
  ])("%j means %j hundredths", (text, stored) => expect(moneyIn(text)).toBe(stored));

  test.each(["49,50", "0,15", "1,5", "1,23,456", "1.234,50", "12x", "-1", "0.001", "1e3"])(
    "%j is refused, a decimal comma too, which would be many times the amount",
    (text) => expect(() => moneyIn(text)).toThrow("such as 49"),
  );
});

test.each([
  [0, "0"],
  [9_999, "9,999"],
  [12_400, "12.4\u00a0k"],
  [999_999, "999\u00a0k"],
  [1_203_441, "1.2\u00a0M"],
])("%d is shown as %s, never rounded up", (amount, shown) => {
  expect(formatCompact(amount)).toBe(shown);
});

test.each([
  [0, "$0.00"],
  [4_200, "< $0.01"],
  [-4_200, "> -$0.01"],
  [10_000, "$0.01"],
  [1_234_567, "$1.23"],
])("%d micro-USD are shown as %s: something never looks like nothing", (microUnits, shown) => {
  expect(formatCost(microUnits, "USD")).toBe(shown);
});

test("one call is no calls: limits are told in the singular where they are one", () => {
  const none = { dailyTokenLimit: null, monthlyTokenLimit: null, dailyRequestLimit: null, monthlyRequestLimit: null };
  expect(limitsInWords({ ...none, dailyRequestLimit: 1, requestsPerMinute: 60 })).toBe(
    "1 call a day, 60 calls a minute",
  );
  expect(limitsInWords({ ...none, dailyTokenLimit: 1, monthlyTokenLimit: 50_000, requestsPerMinute: null })).toBe(
    "1 token a day, 50\u00a0k tokens a month",
  );
});

test.each([
  [0, "0"],
  [450_000, "450\u00a0k"],
  [1_350_000, "1.35\u00a0M"],
  [112_500, "112.5\u00a0k"],
])("a line of an axis at %d is called %s: as much as it is", (amount, text) => {
  expect(formatTick(amount)).toBe(text);
});
