import type { z } from "zod";
import { cursorId, cursorInstant, decodeCursor, encodeCursor } from "../http/cursor";
import { flushMetering } from "../metering/lifecycle";
import type { listRequestsQuery, UsageRequestList } from "./schema";
import { listRequestRows } from "./store";

const defaultLimit = 50;

/** Calls in the ledger, newest first, page by page. @throws AppError `invalid_request` for a cursor that is none. */
export async function listRequests({
  cursor,
  limit = defaultLimit,
  ...filter
}: z.output<typeof listRequestsQuery>): Promise<UsageRequestList> {
  const [admittedAt, id] = cursor === undefined ? [] : decodeCursor(cursor, [cursorInstant, cursorId]);
  const before = admittedAt !== undefined && id !== undefined ? { admittedAt: new Date(admittedAt), id } : undefined;
  await flushMetering();

  const found = await listRequestRows({ ...filter, before, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? encodeCursor([last.admittedAt, last.id]) : null };
}
