import type { z } from "zod";
import { AppError } from "../errors";
import { cursorId, decodeCursor, encodeCursor } from "../http/cursor";
import { flushMetering } from "../metering/lifecycle";
import { findTenants, type Place } from "./list-store";
import { listItemOf } from "./quota-view";
import { datedItems } from "./refused-since";
import type { listTenantsQuery, TenantList, TenantSort } from "./schema";
import { type KeyFacts, listMeteredTenants, readKeyFacts } from "./store";

const defaultLimit = 100;
const noKeys: KeyFacts = { activeKeys: 0, lastUsedAt: null };

type ListTenants = z.output<typeof listTenantsQuery> & { now: Date };

/** The agency's clients with what is left to each, page by page. @throws AppError `invalid_request` for a cursor of another list. */
export async function listTenants({
  archived,
  sort = "name",
  limit = defaultLimit,
  cursor,
  now,
  ...filter
}: ListTenants): Promise<TenantList> {
  const after = cursor === undefined ? null : placeOf(cursor, sort);
  await flushMetering();

  const withArchived = archived === "true";
  const { total, found } = await findTenants({ ...filter, withArchived, sort, after, limit: limit + 1, now });
  const shown = found.slice(0, limit);
  const ids = shown.map(({ id }) => id);
  const [tenants, keys] = await Promise.all([listMeteredTenants(ids, now), readKeyFacts(ids, now)]);
  const last = shown.at(-1);
  return {
    items: await datedItems(
      tenants.map((metered) => listItemOf({ metered, now, keys: keys.get(metered.row.id) ?? noKeys })),
    ),
    total,
    nextCursor: last && found.length > limit ? cursorOf(last, sort) : null,
  };
}

function cursorOf({ rank, id }: Place, sort: TenantSort): string {
  return encodeCursor([sort, Buffer.from(rank).toString("base64url"), id]);
}

/** A rank is a number, or for names a text. */
function placeOf(cursor: string, sort: TenantSort): Place {
  const isText = /name|plan/.test(sort);
  const [, encoded = "", id = ""] = decodeCursor(cursor, [new RegExp(`^${sort}$`), /^[\w-]*$/, cursorId]);
  const rank = Buffer.from(encoded, "base64url").toString("utf8");
  if (isText ? !rank.includes("\0") : /^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(rank)) return { rank, id };
  throw new AppError("invalid_request", "cursor is not one of ours.", { fields: { cursor: "is not one of ours" } });
}
