import { expect, test } from "vitest";
import { daysOf } from "@/components/usage/months/forecast-days";
import { allKeys, monthRows, percentOfLimit } from "@/components/usage/months/month-rows";
import { shareInWords } from "@/components/usage/sources/shares";
import type { MonthlyUsage, SourcesReport, UsageTotals } from "@/lib/usage/schema";

const totals = (requests: number): UsageTotals => ({
  requests,
  failed: 0,
  blocked: 0,
  free: 0,
  inputTokens: requests,
  outputTokens: 0,
  totalTokens: requests,
  costMicroUsd: 0,
  unpricedRequests: 0,
  lastUsedAt: null,
});

const month = (name: string, requests: number): MonthlyUsage => ({
  month: name,
  tenantId: "t",
  tenantName: "Acme",
  ...totals(requests),
  byKey: [],
  playground: null,
});

const monthsOf = (...used: number[]) =>
  monthRows(
    {
      items: used.map((requests, back) => month(`2026-${String(12 - back).padStart(2, "0")}`, requests)),
      nextCursor: null,
    },
    allKeys,
  ).map(({ month: name }) => name);

test("months are listed back to the first that has any use, those without use between them too", () => {
  expect(monthsOf(3, 0, 2, 0, 0)).toEqual(["2026-12", "2026-11", "2026-10"]);
});

test.each<Partial<UsageTotals>>([{ totalTokens: -100 }, { costMicroUsd: -5 }, { requests: 1, totalTokens: -1 }])(
  "a month that was only corrected (%o) is listed as well",
  (corrected) => {
    const items = [month("2026-12", 3), { ...month("2026-11", 0), ...corrected }, month("2026-10", 0)];
    expect(monthRows({ items, nextCursor: null }, allKeys).map(({ month: name }) => name)).toEqual([
      "2026-12",
      "2026-11",
    ]);
  },
);

test("of a client that has used nothing the month that runs is listed", () => {
  expect(monthsOf(0, 0, 0)).toEqual(["2026-12"]);
});

test.each([
  { amount: 0, cap: 9_000_000, share: "0\u00a0%" },
  { amount: 83_600, cap: 9_000_000, share: "< 1\u00a0%" },
  { amount: 89_999, cap: 90_000, share: "99\u00a0%" },
  { amount: 108_000, cap: 90_000, share: "120\u00a0%" },
  { amount: -5, cap: 90_000, share: "0\u00a0%" },
])("$amount of a limit of $cap is $share: something is never shown as nothing", ({ amount, cap, share }) => {
  expect(shareInWords(percentOfLimit(amount, cap), amount)).toBe(share);
});

function report(requestsByDay: number[]): Pick<SourcesReport, "buckets" | "bucketStarts" | "totals"> {
  const bucketStarts = requestsByDay.map((_, day) => `2026-12-${String(day + 1).padStart(2, "0")}T00:00:00.000Z`);
  const lines = requestsByDay.map((requests, day) => ({
    ...totals(requests),
    bucket: bucketStarts[day] as string,
    source: "apikey" as const,
    apiKeyId: "k",
    apiKeyName: "Shop",
  }));
  const used = requestsByDay.reduce((sum, day) => sum + day, 0);
  return {
    bucketStarts,
    buckets: lines,
    totals: { grandTotal: totals(used) } as SourcesReport["totals"],
  };
}

test("a new client's month is told from its first day of use on, and never from today", () => {
  const days = (isUsedBefore: boolean) => daysOf(report([0, 0, 5, 0, 7, 2]), { measure: "requests", isUsedBefore });
  expect(days(false)).toEqual({ days: [5, 0, 7], used: 14 });
  expect(days(true)).toEqual({ days: [0, 0, 5, 0, 7], used: 14 });
});

test("a client that has used nothing has no day to tell from", () => {
  expect(daysOf(report([0, 0, 0]), { measure: "requests", isUsedBefore: false })).toEqual({ days: [], used: 0 });
});
