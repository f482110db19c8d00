import { toAmount } from "../db/amounts";
import { type Prisma, prisma } from "../db/client";
import type { Period } from "../quota/window";
import type { UsageAdjustment } from "./adjustment-schema";

type Page = { tenantId: string; beforeId: string | undefined; limit: number };

/** Newest first: ids are UUIDs of version 7, which grow with time. */
export async function listAdjustmentRows({ tenantId, beforeId, limit }: Page): Promise<UsageAdjustment[]> {
  const rows = await prisma().usageAdjustment.findMany({
    where: { tenantId, id: { lt: beforeId } },
    orderBy: { id: "desc" },
    take: limit,
  });
  return rows.map(adjustmentOf);
}

/**
 * Writes a correction and counts it, in one transaction that holds the tenant's row. `isTooMuch` where it takes back more
 * than was counted in its day or month: then the transaction is to be undone.
 */
export async function insertAdjustment(
  transaction: Prisma.TransactionClient,
  {
    day,
    month,
    ...fields
  }: Omit<Prisma.UsageAdjustmentUncheckedCreateInput, "id" | "createdAt"> & { day: Period; month: Period },
): Promise<{ adjustment: UsageAdjustment; isTooMuch: boolean }> {
  // Before the row is there: what a counter is opened with is summed from the ledger.
  await transaction.$queryRaw`
    select open_counters(array_agg(tenant_id), array_agg(subject), array_agg(${day.startsAt}::timestamptz),
      array_agg(${day.endsAt}::timestamptz), array_agg(${month.startsAt}::timestamptz), array_agg(${month.endsAt}::timestamptz))::text
    from (values (${fields.tenantId}::uuid, ${fields.tenantId}::uuid), (${fields.tenantId}::uuid, ${fields.apiKeyId ?? null}::uuid))
      s (tenant_id, subject)
    where subject is not null`;
  const row = await transaction.usageAdjustment.create({ data: fields });
  const [counted] = await transaction.$queryRaw<{ isTooMuch: boolean }[]>`
    select count_adjustment(${row.id}::uuid) as "isTooMuch"`;
  return { adjustment: adjustmentOf(row), isTooMuch: counted?.isTooMuch ?? false };
}

function adjustmentOf(row: Prisma.UsageAdjustmentGetPayload<object>): UsageAdjustment {
  const { source: _, hourStartsAt: __, localDate: ___, ...adjustment } = row;
  return {
    ...adjustment,
    at: row.at.toISOString(),
    requests: toAmount(row.requests),
    tokens: toAmount(row.tokens),
    costMicroUsd: toAmount(row.costMicroUsd),
    createdAt: row.createdAt.toISOString(),
  };
}
