import { pool } from "../db/client";
import { flushMetering } from "../metering/lifecycle";
import type { Refusals } from "./schema";
import { getTenant } from "./store";

const dayMs = 24 * 3_600_000;

type Row = { reason: string; apiKeyId: string | null; apiKeyName: string | null; refusals: number; lastAt: Date };

/** What a client's calls were refused for in the last 24 hours, by key, the latest first. @throws AppError `not_found`. */
export async function readRefusals({ tenantId, now }: { tenantId: string; now: Date }): Promise<Refusals> {
  await getTenant(tenantId, now);
  await flushMetering();
  const since = new Date(now.getTime() - dayMs);
  const { rows } = await pool().query<Row>(
    `select r.reason, k.id as "apiKeyId", k.name as "apiKeyName", sum(r.refusals)::float8 as refusals, max(r.last_at) as "lastAt"
     from refusal_hourly r left join api_key k on k.id = r.actor_id
     where r.tenant_id = $1 and r.starts_at > $2::timestamptz - interval '1 hour' and r.last_at > $2
     group by r.reason, k.id, k.name order by "lastAt" desc, refusals desc limit 100`,
    [tenantId, since],
  );
  return {
    since: since.toISOString(),
    items: rows.map(({ lastAt, ...row }) => ({ ...row, lastAt: lastAt.toISOString() })),
  };
}
