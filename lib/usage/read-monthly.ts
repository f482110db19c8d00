import { cursorId, decodeCursor, encodeCursor } from "../http/cursor";
import { flushMetering } from "../metering/lifecycle";
import { localDate } from "../quota/window";
import { type Audience, sourcesFor } from "./audience";
import {
  type KeyIdentity,
  listKeyIdentities,
  listTenantIdentities,
  listTenantsAfter,
  type TenantIdentity,
} from "./names-store";
import { type MonthSums, sumMonths } from "./rollup-store";
import type { MonthlyUsage, MonthlyUsageList } from "./schema";
import { inSnapshot, type Snapshot } from "./snapshot";
import { addSums, byUse, totalsOf } from "./totals";

const defaultMonths = 12;
const defaultLimit = 200;

export type ReadMonthly = {
  tenantId?: string | undefined;
  months?: number | undefined;
  /** Of so many tenants at a time. */
  limit?: number | undefined;
  cursor?: string | undefined;
  audience: Audience;
  now: Date;
};

/**
 * Calls and tokens per calendar month, newest first, per tenant and key, a page of tenants at a time, by name. Months are each
 * tenant's own; the one that runs is the first of those asked for. Archived tenants are there where they have use. An unknown
 * tenant gives nothing.
 * @throws AppError `invalid_request` for a cursor that is not one of ours.
 */
export async function readMonthly(request: ReadMonthly): Promise<MonthlyUsageList> {
  await flushMetering();
  return await inSnapshot((snapshot) => readMonthlyIn(snapshot, request));
}

/** The same in a snapshot that other reports share. */
export async function readMonthlyIn(
  snapshot: Snapshot,
  { tenantId, months = defaultMonths, limit = defaultLimit, cursor, audience, now }: ReadMonthly,
): Promise<MonthlyUsageList> {
  const [afterId = null] = cursor === undefined ? [] : decodeCursor(cursor, [cursorId]);
  const found =
    tenantId === undefined
      ? await listTenantsAfter(snapshot, { afterId, limit: limit + 1 })
      : [...(await listTenantIdentities(snapshot, [tenantId])).values()];
  const tenants = found.slice(0, limit);
  const last = tenants.at(-1);
  const nextCursor = last && found.length > limit ? encodeCursor([last.id]) : null;
  const spans = tenants.map((tenant) => ({
    tenant,
    months: monthsUntil(localDate(now, tenant.timeZone), months),
  }));
  const known = [...new Set(spans.flatMap((span) => span.months))].toSorted();
  if (known.length === 0) return { items: [], nextCursor };

  const used = await sumMonths(snapshot, {
    months: known,
    tenantIds: tenants.map(({ id }) => id),
    sources: sourcesFor[audience],
  });
  const keys = await listKeyIdentities(snapshot, [
    ...new Set(used.filter(({ source }) => source !== "web").map(({ actorId }) => actorId)),
  ]);
  const usedIn = Map.groupBy(used, (each) => `${each.month} ${each.tenantId}`);

  const items = spans.flatMap(({ tenant, months: own }) =>
    own.flatMap((month) => {
      const series = usedIn.get(`${month} ${tenant.id}`) ?? [];
      return series.length === 0 && tenant.archivedAt !== null ? [] : [monthOf({ month, tenant, series, keys })];
    }),
  );
  return { items: items.toSorted((a, b) => (a.month < b.month ? 1 : a.month > b.month ? -1 : 0)), nextCursor };
}

type Month = { month: string; tenant: TenantIdentity; series: MonthSums[]; keys: Map<string, KeyIdentity> };

function monthOf({ month, tenant, series, keys }: Month): MonthlyUsage {
  const web = series.filter(({ source }) => source === "web");
  return {
    month,
    tenantId: tenant.id,
    tenantName: tenant.name,
    ...totalsOf(addSums(series)),
    byKey: series
      .filter(({ source }) => source !== "web")
      .toSorted(byUse)
      .map((sums) => {
        const key = keys.get(sums.actorId);
        return {
          apiKeyId: sums.actorId,
          apiKeyName: key?.name ?? "",
          apiKeyPrefix: key?.prefix ?? "",
          source: sums.source,
          revoked: key?.revokedAt != null,
          ...totalsOf(sums),
        };
      }),
    playground: web.length === 0 ? null : totalsOf(addSums(web)),
  };
}

/** The month of a date and those before it, newest first: `2026-11`, `2026-10`, … */
function monthsUntil(date: string, count: number): string[] {
  const [year, month] = date.split("-").map(Number) as [number, number];
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(year, month - 1 - index, 1)).toISOString().slice(0, 7),
  );
}
