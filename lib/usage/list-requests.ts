import type { z } from "zod";
import { cursorId, cursorInstant, decodeCursor, encodeCursor } from "../http/cursor";
import { flushMetering } from "../metering/lifecycle";
import { type Audience, sourcesFor } from "./audience";
import type { listRequestsQuery, UsageRequestList, UsageSource } from "./schema";
import { listRequestRows } from "./store";

const defaultLimit = 50;

type ListRequests = z.output<typeof listRequestsQuery> & { audience: Audience };

/** Calls in the ledger, newest first, page by page. @throws AppError `invalid_request` for a cursor that is none. */
export async function listRequests({
  cursor,
  limit = defaultLimit,
  source,
  audience,
  ...filter
}: ListRequests): Promise<UsageRequestList> {
  const [admittedAt, id] = cursor === undefined ? [] : decodeCursor(cursor, [cursorInstant, cursorId]);
  const before = admittedAt !== undefined && id !== undefined ? { admittedAt: new Date(admittedAt), id } : undefined;
  await flushMetering();

  const found = await listRequestRows({ ...filter, sources: shownSources(audience, source), before, limit: limit + 1 });
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? encodeCursor([last.admittedAt, last.id]) : null };
}

/** A client who asks for legacy use gets none. */
export function shownSources(audience: Audience, source: UsageSource | undefined): UsageSource[] {
  return sourcesFor[audience].filter((shown) => source === undefined || shown === source);
}
