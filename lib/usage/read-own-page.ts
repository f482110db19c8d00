import { listKeys } from "../keys/store";
import { flushMetering } from "../metering/lifecycle";
import { listCountersIn } from "../tenants/counters-in-snapshot";
import { ownQuotaOf } from "../tenants/read-quota";
import { getMeteredTenant, withCounters } from "../tenants/store";
import { ownKeysOf } from "./list-own-keys";
import { monthSoFar } from "./month-so-far";
import { readMonthlyIn } from "./read-monthly";
import { readSourcesIn } from "./read-sources";
import type { BucketSize } from "./schema";
import { inSnapshot } from "./snapshot";
import { useThisMonth } from "./store";

type OwnPageRequest = {
  tenantId: string;
  /** Of whoever holds a key, only that key's limits are told. */
  keyId: string | null;
  /** Of the sources. */
  from?: Date | undefined;
  to?: Date | undefined;
  bucket?: BucketSize | undefined;
  months?: number | undefined;
  now: Date;
};

/**
 * All figures of a client's page, of one moment: read one by one while calls are made, they would not agree. It is an
 * `OwnPage` as JSON, in pieces.
 * @throws AppError `not_found`; `invalid_request` when the range is empty or has too many buckets.
 */
export async function readOwnPage({
  tenantId,
  keyId,
  from,
  to,
  bucket,
  months,
  now,
}: OwnPageRequest): Promise<Iterable<Buffer>> {
  await flushMetering();
  const [metered, keys] = await Promise.all([getMeteredTenant(tenantId, now), listKeys(tenantId, now)]);
  const own = { tenantId, audience: "client", now } as const;

  const read = await inSnapshot(async (snapshot) => ({
    counters: await listCountersIn(snapshot, { tenantId, now }),
    months: await readMonthlyIn(snapshot, { ...own, months }),
    thisMonth: await readSourcesIn(snapshot, { ...own, ...monthSoFar({ timeZone: metered.row.timeZone, now }) }),
    sources: await readSourcesIn(snapshot, { ...own, from, to, bucket }),
  }));
  const quota = await ownQuotaOf(withCounters(metered, read.counters), { keyId, now });
  return write({ ...read, quota, keys: { items: ownKeysOf(keys, useThisMonth(read.counters)) } });
}

type Parts = { quota: object; keys: object; months: object; thisMonth: Iterable<Buffer>; sources: Iterable<Buffer> };

function* write({ quota, keys, months, thisMonth, sources }: Parts): Generator<Buffer> {
  yield Buffer.from(`${JSON.stringify({ quota, keys, months }).slice(0, -1)},"thisMonth":`);
  yield* thisMonth;
  yield Buffer.from(',"sources":');
  yield* sources;
  yield Buffer.from("}");
}
