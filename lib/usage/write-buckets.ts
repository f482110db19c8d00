import { amountPlaces, type BucketSums, bucketLength } from "./bucket-sums";
import type { SourcesBucket } from "./schema";
import { costOf } from "./totals";
import { writeWhole } from "./write-whole";

const told = ["requests", "blocked", "inputTokens", "outputTokens", "totalTokens"] as const;

/** What tells a line's buckets from those of others. */
export type LineName = Omit<SourcesBucket, "bucket" | (typeof told)[number] | "costMicroUsd">;

const amountNames = told.map((name) => ({ name: Buffer.from(`,"${name}":`), place: amountPlaces[name] }));
const costName = Buffer.from(',"costMicroUsd":');
const unknown = Buffer.from("null");
const ending = Buffer.from("},");

/** The names of the amounts, and six numbers. */
const mostAmountBytes = 100 + 6 * 24;
const leastPieceBytes = 256 * 1024;

/**
 * A report's `buckets` as JSON: bucket by bucket, in each of them every line in the order given, with zero where it has no use.
 * They are thousands. Written into buffers they take a part of the time that objects and strings of them take, and leave
 * nothing behind to collect. A piece is written when it is asked for: meanwhile the one before is compressed and sent.
 */
export function* writeBuckets(
  lines: { name: LineName; buckets: BucketSums }[],
  bucketStarts: Date[],
): Generator<Buffer> {
  const named = lines.map(({ name, buckets }) => ({ name: Buffer.from(JSON.stringify(name).slice(1, -1)), buckets }));
  const openings = bucketStarts.map((start) => Buffer.from(`{"bucket":"${start.toISOString()}",`));
  const openingBytes = openings[0]?.length ?? 0;
  const bucketBytes = named.reduce((sum, { name }) => sum + openingBytes + name.length + mostAmountBytes, 0);
  const pieceBytes = Math.max("[]".length + bucketBytes, leastPieceBytes);

  let json = Buffer.allocUnsafe(pieceBytes);
  let length = json.write("[");
  for (const [bucket, opening] of openings.entries()) {
    if (length + bucketBytes > pieceBytes) {
      yield json.subarray(0, length);
      json = Buffer.allocUnsafe(pieceBytes);
      length = 0;
    }
    length = writeBucket(json, length, { opening, named, bucket });
  }
  // In place of the last comma.
  if (bucketBytes > 0 && openings.length > 0) length -= 1;
  length += json.write("]", length);
  yield json.subarray(0, length);
}

type Bucket = { opening: Buffer; named: { name: Buffer; buckets: BucketSums }[]; bucket: number };

function writeBucket(json: Buffer, start: number, { opening, named, bucket }: Bucket): number {
  const from = bucket * bucketLength;
  let length = start;
  for (const { name, buckets } of named) {
    json.set(opening, length);
    json.set(name, length + opening.length);
    length += opening.length + name.length;
    for (const amount of amountNames) {
      length = append(json, length, amount.name);
      length = writeWhole(json, length, buckets[from + amount.place] as number);
    }
    const cost = costOf({
      requests: buckets[from + amountPlaces.requests] as number,
      unpriced: buckets[from + amountPlaces.unpriced] as number,
      costMicroUsd: buckets[from + amountPlaces.costMicroUsd] as number,
    });
    length = append(json, length, costName);
    length = cost === null ? append(json, length, unknown) : writeWhole(json, length, cost);
    length = append(json, length, ending);
  }
  return length;
}

/** Byte by byte: so few of them take longer to hand over than to copy. */
function append(json: Buffer, start: number, bytes: Buffer): number {
  for (let place = 0; place < bytes.length; place++) json[start + place] = bytes[place] as number;
  return start + bytes.length;
}
