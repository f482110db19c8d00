import { describe, expect, test } from "vitest";
import { addBucket, addRows, noSums, plus, sumOf, without } from "@/lib/usage/bucket-sums";

const nothing = {
  requests: 0,
  blocked: 0,
  inputTokens: 0,
  outputTokens: 0,
  totalTokens: 0,
  costMicroUsd: 0,
  unpriced: 0,
};

describe("amounts of buckets", () => {
  test("are read row by row, and added where a bucket has several, also what a correction takes back", () => {
    const sums = addRows(noSums(3), "1,10,0,200,30,230,5,0,0,1,2,3,4,5,6,7,1,-1,0,-20,-3,-23,-1,0");
    expect([...sums]).toEqual([1, 2, 3, 4, 5, 6, 7, 9, 0, 180, 27, 207, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("are exact up to the largest", () => {
    const most = { ...nothing, requests: Number.MAX_SAFE_INTEGER, costMicroUsd: -Number.MAX_SAFE_INTEGER };
    expect(sumOf(addBucket(noSums(1), 0, most))).toEqual(most);
  });

  test("make a whole with what is left of it without them", () => {
    const one = addBucket(addBucket(noSums(2), 0, { ...nothing, requests: 3 }), 1, { ...nothing, unpriced: 4 });
    const other = addBucket(noSums(2), 0, { ...nothing, requests: 5, blocked: 1 });
    expect(sumOf(plus(one, other))).toEqual({ ...nothing, requests: 8, blocked: 1, unpriced: 4 });
    expect([...without(plus(one, other), [other])]).toEqual([...one]);
    expect([...without(plus(one, other), [one, other])]).toEqual([...noSums(2)]);
  });
});
