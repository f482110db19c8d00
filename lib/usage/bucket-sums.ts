import type { Sums } from "./totals";

/** Where each amount of a bucket stands. */
export const amountPlaces = {
  requests: 0,
  blocked: 1,
  inputTokens: 2,
  outputTokens: 3,
  totalTokens: 4,
  costMicroUsd: 5,
  unpriced: 6,
} as const satisfies { [Amount in keyof Sums]?: number };

const amounts = Object.keys(amountPlaces) as (keyof typeof amountPlaces)[];
export const bucketLength = amounts.length;

/** What is told of each bucket. */
type BucketAmounts = Pick<Sums, keyof typeof amountPlaces>;

/**
 * What was used in each bucket of a report: its amounts, one bucket after the other. Reports have thousands of them: as objects
 * they would take several times as long, and leave much behind to collect. An amount is exact, as it stays below 2^53.
 */
export type BucketSums = Float64Array;

export function noSums(buckets: number): BucketSums {
  return new Float64Array(buckets * bucketLength);
}

const [comma, minus, zero] = Buffer.from(",-0") as unknown as [number, number, number];

/**
 * Adds rows as they are read: `bucket,amount,amount,…,bucket,amount,…`; a bucket may have several. Numbers made by `JSON.parse`
 * would be a large part of what a report leaves behind to collect.
 */
export function addRows(sums: BucketSums, rows: string): BucketSums {
  let bucket = 0;
  let place = -1;
  let whole = 0;
  let sign = 1;
  for (let at = 0; at <= rows.length; at++) {
    const code = at < rows.length ? rows.charCodeAt(at) : comma;
    if (code === minus) sign = -1;
    else if (code !== comma) whole = whole * 10 + (code - zero);
    else {
      const to = bucket * bucketLength + place;
      if (place < 0) bucket = whole;
      else sums[to] = (sums[to] as number) + sign * whole;
      place = place === bucketLength - 1 ? -1 : place + 1;
      whole = 0;
      sign = 1;
    }
  }
  return sums;
}

export function addBucket(sums: BucketSums, bucket: number, added: BucketAmounts): BucketSums {
  return addRows(sums, [bucket, ...amounts.map((amount) => added[amount])].join());
}

export function plus(one: BucketSums, other: BucketSums): BucketSums {
  return one.map((amount, place) => amount + (other[place] as number));
}

/** What is left of a whole without these parts. */
export function without(whole: BucketSums, parts: BucketSums[]): BucketSums {
  const rest = whole.slice();
  for (const part of parts)
    for (const [place, amount] of part.entries()) rest[place] = (rest[place] as number) - amount;
  return rest;
}

/** All of its buckets together. */
export function sumOf(sums: BucketSums): BucketAmounts {
  const all = noSums(1);
  for (let start = 0; start < sums.length; start += bucketLength)
    for (let place = 0; place < bucketLength; place++)
      all[place] = (all[place] as number) + (sums[start + place] as number);
  return Object.fromEntries(amounts.map((amount) => [amount, all[amountPlaces[amount]]])) as BucketAmounts;
}
