import type { z } from "zod";
import { cursorId, decodeCursor, encodeCursor } from "../http/cursor";
import type { AuditEventList, auditQuery } from "./schema";
import { listEvents } from "./store";

const defaultLimit = 50;

/** @throws AppError `invalid_request` for a cursor that is none. */
export async function listAuditEvents({
  cursor,
  limit = defaultLimit,
  ...filter
}: z.output<typeof auditQuery>): Promise<AuditEventList> {
  const [beforeId] = cursor === undefined ? [] : decodeCursor(cursor, [cursorId]);
  const found = await listEvents({ ...filter, beforeId, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? encodeCursor([last.id]) : null };
}
