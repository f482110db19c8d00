import type { Prisma } from "../db/client";
import { dayAt, monthAt } from "../quota/window";

/**
 * Puts a tenant whose time zone changes, and its keys, into the day and month that now begin elsewhere: their counters hold
 * what the ledger has in these, so that a change of zone neither loses nor grants anything. Admission would do so with
 * the next call, but all calls would wait for it. The caller holds the tenant's row.
 */
export async function moveToZone(
  transaction: Prisma.TransactionClient,
  { tenantId, timeZone, now }: { tenantId: string; timeZone: string; now: Date },
): Promise<void> {
  const day = dayAt(now, timeZone);
  const month = monthAt(now, timeZone);
  await transaction.$queryRaw`select recount(${tenantId}::uuid, ${day.startsAt}::timestamptz, ${day.endsAt}::timestamptz,
    ${month.startsAt}::timestamptz, ${month.endsAt}::timestamptz)::text`;
}
