import { expect, test } from "vitest";
import { forecastOf } from "@/lib/usage/forecast";

test("a month of equal days goes on as it was, without doubt", () => {
  expect(forecastOf({ days: Array(10).fill(100), used: 1_050, daysLeft: 19.5 })).toEqual({
    likely: 3_000,
    low: 3_000,
    high: 3_000,
  });
});

test("days that differ make it uncertain, more so the more of them are to come", () => {
  const days = [0, 200, 0, 200, 0, 200];
  const width = (daysLeft: number) => {
    const { low, high } = forecastOf({ days, used: 600, daysLeft }) as { low: number; high: number };
    return high - low;
  };
  expect(width(1)).toBeGreaterThan(0);
  expect(width(20)).toBeGreaterThan(width(5));
});

test("it is never less than what is used already", () => {
  expect(forecastOf({ days: [0, 0, 0, 0, 5_000], used: 5_000, daysLeft: 10 })?.low).toBeGreaterThanOrEqual(5_000);
});

test("the month that is over is what it was", () => {
  expect(forecastOf({ days: [1, 2, 3, 4, 5], used: 15, daysLeft: 0 })).toEqual({ likely: 15, low: 15, high: 15 });
});

test("of fewer than five days nothing is said", () => {
  expect(forecastOf({ days: [10, 10, 10, 10], used: 45, daysLeft: 26 })).toBeNull();
});
