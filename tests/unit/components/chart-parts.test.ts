import { describe, expect, test } from "vitest";
import { chartParts, rankedSeries } from "@/components/usage/sources/chart-parts";
import type { Measure } from "@/components/usage/sources/measure";
import { selectionInWords } from "@/components/usage/sources/selection";
import { listSeries } from "@/components/usage/sources/series";
import type { SourcesBucket, SourcesReport, UsageTotals } from "@/lib/usage/schema";

const bucketStarts = ["2026-11-01T00:00:00.000Z", "2026-11-02T00:00:00.000Z"];
const clientId = "client";

/** Ten keys with ever less use, one user of the playground, one legacy key, and keys that are not listed. */
const report = reportOf([
  ...Array.from({ length: 10 }, (_, index) => keyLine(`key-${index}`, 1_000 - index * 10)),
  { ...keyLine("old", 5), source: "legacy" as const },
  { apiKeyId: null, source: "web" as const, userId: "uma", tenantId: clientId, tokens: 300 },
  { apiKeyId: null, source: "apikey" as const, remainder: true, tokens: 40 },
  { apiKeyId: null, source: "legacy" as const, remainder: true, tokens: 3 },
]);
const all = listSeries(report);
const ranked = rankedSeries(all);
const grandTotal = report.totals.grandTotal.totalTokens;
const partsFor = (selection: string, measure: Measure = "tokens") => chartParts({ report, all, measure, selection });
const totalOf = (selection: string) => partsFor(selection).reduce((sum, { total }) => sum + total, 0);

test("the seven most used series have a colour by rank, everything else is “Other”, last, with how many it is", () => {
  const parts = partsFor("");
  expect(parts.map(({ name }) => name)).toEqual([
    ...Array.from({ length: 7 }, (_, index) => `Key key-${index}`),
    "Other (7)",
  ]);
  expect(new Set(parts.map(({ color }) => color)).size).toBe(8);
  expect(totalOf("")).toBe(grandTotal);
});

test("there is no “Other” where seven series are all", () => {
  const few = reportOf(Array.from({ length: 7 }, (_, index) => keyLine(`key-${index}`, 10)));
  const parts = chartParts({ report: few, all: listSeries(few), measure: "tokens", selection: "" });
  expect(parts.map(({ id }) => id)).not.toContain("other");
});

describe("a selection dims every other series and changes no sum:", () => {
  test.each([
    { selection: "key:key-2", bright: ["Key key-2"], words: "Key key-2 (slc_key-2…)" },
    { selection: "key:key-9", bright: ["Key key-9"], words: "Key key-9 (slc_key-9…)" },
    { selection: "web:client:uma", bright: ["Playground · Uma"], words: "Playground · Uma" },
    { selection: "rest-apikey", bright: ["4 more keys"], words: "4 more keys" },
    { selection: "rest-legacy", bright: ["2 more legacy keys"], words: "2 more legacy keys" },
    { selection: "other", bright: ["Other (7)"], words: "Other (7)" },
    { selection: "class:web", bright: ["Playground · Uma"], words: "Web" },
    { selection: "class:legacy", bright: ["2 of Other"], words: "Legacy" },
  ])("$selection", ({ selection, bright, words }) => {
    const parts = partsFor(selection);
    expect(parts.filter(({ isDimmed }) => !isDimmed).map(({ name }) => name)).toEqual(bright);
    expect(totalOf(selection)).toBe(grandTotal);
    expect(parts.map(({ color }) => color).slice(0, 7)).toEqual(
      partsFor("")
        .map(({ color }) => color)
        .slice(0, 7),
    );
    expect(selectionInWords(selection, all, ranked)).toBe(words);
  });

  test("what is not there selects nothing", () => expect(selectionInWords("key:gone", all, ranked)).toBeNull());
});

test("what is of the web and of no user, as a correction without a key, is not called the playground", () => {
  const web = { ...useOf(9), tenantId: clientId, tenantName: "Client", source: "web" as const };
  const byUserSource = [
    { ...web, userId: null, userName: null },
    { ...web, userId: "gone", userName: null },
  ];
  const series = listSeries({ ...report, totals: { ...report.totals, byKey: [], byKeyRemainder: null, byUserSource } });
  expect(series.map(({ name }) => name)).toEqual(["No known key or user", "Playground"]);
});

test("a cost alone, as a correction may be, is drawn", () => {
  const few = reportOf([keyLine("key-0", 10), keyLine("key-1", 0)]);
  const corrected = few.totals.byKey.map((key) => ({
    ...key,
    requests: 0,
    costMicroUsd: key.totalTokens === 0 ? -5 : null,
  }));
  const series = listSeries({ ...few, totals: { ...few.totals, byKey: corrected } });
  expect(rankedSeries(series).map(({ id }) => id)).toEqual(["key:key-0", "key:key-1"]);
});

test("what is unpriced adds nothing to the cost, and calls are drawn as calls", () => {
  expect(partsFor("", "cost").every(({ total }) => total === 0)).toBe(true);
  expect(partsFor("", "requests").reduce((sum, { total }) => sum + total, 0)).toBe(report.totals.grandTotal.requests);
});

type Line = Pick<SourcesBucket, "source" | "apiKeyId" | "userId" | "tenantId" | "remainder"> & { tokens: number };

function keyLine(apiKeyId: string, tokens: number): Line {
  return { source: "apikey", apiKeyId, tokens };
}

/** A report in which every line has half of its tokens on each of two days. */
function reportOf(lines: Line[]): SourcesReport {
  const tenant = { tenantId: clientId, tenantName: "Client" };
  const buckets = bucketStarts.flatMap((bucket) =>
    lines.map(({ tokens, ...line }) => ({ bucket, ...line, apiKeyName: null, ...useOf(tokens / 2) })),
  );
  return {
    from: bucketStarts[0] as string,
    to: "2026-11-03T00:00:00.000Z",
    bucket: "day",
    timeZone: "UTC",
    mixedTimeZones: false,
    bucketStarts,
    buckets,
    totals: {
      bySource: [],
      byKey: lines.flatMap(({ apiKeyId, source, tokens }) =>
        apiKeyId === null
          ? []
          : [
              {
                ...useOf(tokens),
                ...tenant,
                requests: 2,
                apiKeyId,
                apiKeyName: `Key ${apiKeyId}`,
                apiKeyPrefix: `slc_${apiKeyId}`,
                source,
                revoked: false,
                revokedAt: null,
              },
            ],
      ),
      byKeyRemainder: lines.some(({ remainder }) => remainder)
        ? {
            ...{ keys: 6, ...useOf(43) },
            bySource: [
              { source: "apikey", keys: 4, ...useOf(40) },
              { source: "legacy", keys: 2, ...useOf(3) },
            ],
          }
        : null,
      byUserSource: lines.flatMap(({ userId, tokens }) =>
        userId === undefined ? [] : [{ ...useOf(tokens), ...tenant, source: "web" as const, userId, userName: "Uma" }],
      ),
      grandTotal: { ...useOf(lines.reduce((sum, { tokens }) => sum + tokens, 0)), requests: 2 * lines.length },
    },
    truncated: false,
  };
}

function useOf(totalTokens: number): UsageTotals {
  return {
    requests: 1,
    failed: 0,
    blocked: 0,
    free: 0,
    inputTokens: totalTokens,
    outputTokens: 0,
    totalTokens,
    costMicroUsd: null,
    unpricedRequests: 1,
    lastUsedAt: null,
  };
}
