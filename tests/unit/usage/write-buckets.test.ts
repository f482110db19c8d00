import { describe, expect, test } from "vitest";
import { addBucket, noSums } from "@/lib/usage/bucket-sums";
import { writeBuckets } from "@/lib/usage/write-buckets";

const starts = [new Date("2026-04-10T22:00:00Z"), new Date("2026-04-11T22:00:00Z")];
const nothing = { requests: 0, blocked: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0, costMicroUsd: 0 };
const key = { source: "apikey" as const, apiKeyId: "01a20164-2811-70c2-b8f5-8416d84fe250", apiKeyName: "Shop" };
const rest = { source: "web" as const, apiKeyId: null, apiKeyName: null, remainder: true as const };

/** What was used in the first bucket, and in the second. */
const used = (...buckets: Partial<typeof nothing & { unpriced: number }>[]) =>
  buckets.reduce(
    (sums, amounts, bucket) => addBucket(sums, bucket, { ...nothing, unpriced: 0, ...amounts }),
    noSums(starts.length),
  );

const read = (...given: Parameters<typeof writeBuckets>) =>
  JSON.parse(Buffer.concat([...writeBuckets(...given)]).toString());

describe("buckets written as JSON", () => {
  test("ascend, hold every line in its order, and zero where it has no use", () => {
    const amounts = { requests: 3, blocked: 1, inputTokens: 20, outputTokens: 4, totalTokens: 24, costMicroUsd: 7 };
    const lines = [
      { name: key, buckets: used({}, amounts) },
      { name: rest, buckets: used() },
    ];
    const [first, second] = starts.map((start) => start.toISOString());
    expect(read(lines, starts)).toEqual([
      { bucket: first, ...key, ...nothing },
      { bucket: first, ...rest, ...nothing },
      { bucket: second, ...key, ...amounts },
      { bucket: second, ...rest, ...nothing },
    ]);
  });

  test.each(['"Straße" \\ Łódź 東京 🦊', "\u2028\0\ud800", ""])("tell the name %j as it is", (apiKeyName) => {
    expect(read([{ name: { ...key, apiKeyName }, buckets: used() }], starts)).toMatchObject([
      { apiKeyName },
      { apiKeyName },
    ]);
  });

  test("tell the cost of calls without a price as unknown, and take back what a correction takes back", () => {
    const buckets = used({ requests: 2, unpriced: 2 }, { requests: -1, totalTokens: -5, costMicroUsd: -9 });
    expect(read([{ name: key, buckets }], starts)).toMatchObject([
      { requests: 2, costMicroUsd: null },
      { requests: -1, totalTokens: -5, costMicroUsd: -9 },
    ]);
  });

  test("have room for the largest amounts", () => {
    const most = -Number.MAX_SAFE_INTEGER;
    const amounts = Object.fromEntries(Object.keys(nothing).map((name) => [name, most])) as typeof nothing;
    const lines = [key, rest].map((name) => ({ name, buckets: used(amounts, amounts) }));
    expect(read(lines, starts)).toMatchObject([amounts, amounts, amounts, amounts]);
  });

  test("are none where there is no line, or no bucket", () => {
    expect(read([], starts)).toEqual([]);
    expect(read([{ name: key, buckets: used() }], [])).toEqual([]);
  });

  test("come in pieces where they are many, none of which breaks anything", () => {
    const hours = Array.from({ length: 48 }, (_, hour) => new Date(Date.UTC(2026, 3, 11, hour)));
    const buckets = hours.reduce(
      (sums, _, hour) => addBucket(sums, hour, { ...nothing, unpriced: 0, requests: hour }),
      noSums(hours.length),
    );
    const lines = Array.from({ length: 50 }, (_, place) => ({
      name: { ...key, apiKeyName: `Shop ${place}` },
      buckets,
    }));
    const expected = hours.flatMap((start, hour) =>
      lines.map(({ name }) => ({ bucket: start.toISOString(), ...name, ...nothing, requests: hour })),
    );
    expect([...writeBuckets(lines, hours)].length).toBeGreaterThan(1);
    expect(read(lines, hours)).toEqual(expected);
  });
});
