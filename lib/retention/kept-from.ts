import type pg from "pg";
import { settingsOf } from "../agency/schema";
import { horizonOf } from "./horizon";

/** The instant from which a client's calls are kept, or of which they are still there; null when all are. */
export async function findKeptFrom(
  client: pg.ClientBase,
  { tenantId, now }: { tenantId: string; now: Date },
): Promise<Date | null> {
  const { rows } = await client.query<{ own: number | null; purgedBefore: Date | null; settings: unknown }>(
    `select r.months as own, r.purged_before as "purgedBefore", (select settings from agency) as settings
     from tenant t left join ledger_retention r on r.tenant_id = t.id where t.id = $1`,
    [tenantId],
  );
  const [row] = rows;
  if (row === undefined) return null;
  const months = row.own ?? settingsOf(row.settings).retentionMonths;
  const horizon = months === null ? null : horizonOf(months, now);
  if (horizon === null || row.purgedBefore === null) return horizon ?? row.purgedBefore;
  return new Date(Math.max(horizon.getTime(), row.purgedBefore.getTime()));
}
