import type { z } from "zod";
import { cursorId, decodeCursor, encodeCursor } from "../http/cursor";
import type { adjustmentQuery, UsageAdjustmentList } from "./adjustment-schema";
import { listAdjustmentRows } from "./adjustment-store";

const defaultLimit = 50;

/** @throws AppError `invalid_request` for a cursor that is none. */
export async function listAdjustments({
  tenantId,
  cursor,
  limit = defaultLimit,
}: z.output<typeof adjustmentQuery> & { tenantId: string }): Promise<UsageAdjustmentList> {
  const [beforeId] = cursor === undefined ? [] : decodeCursor(cursor, [cursorId]);
  const found = await listAdjustmentRows({ tenantId, beforeId, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? encodeCursor([last.id]) : null };
}
