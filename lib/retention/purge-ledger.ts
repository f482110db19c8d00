import type pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { settingsOf } from "../agency/schema";
import { horizonOf } from "./horizon";
import { dropMonth, listMonths } from "./ledger-months";

export type Purged = {
  calls: number;
  /** The months of the ledger that are gone as a whole: `2026-03`. */
  months: string[];
};

type Purge = { now: Date; signal?: AbortSignal };

const rowsAtOnce = 5_000;
const nothing: Purged = { calls: 0, months: [] };

/**
 * Takes off the ledger the calls that are older than they are to be kept; roll-ups stay. A month that nobody needs any
 * more is dropped as a whole, of others rows are deleted, some thousand at a time: neither keeps a call waiting. May be
 * stopped at any time and run again; where another instance is at it, it does nothing.
 */
export async function purgeLedger(client: pg.ClientBase, { now, signal }: Purge): Promise<Purged> {
  await client.query("set statement_timeout = 0");
  const lock = await client.query<{ held: boolean }>("select pg_try_advisory_lock(hashtext('sluice.purge')) as held");
  if (!lock.rows[0]?.held) return nothing;
  try {
    const horizons = await readHorizons(client, now);
    for (const { tenantId, horizon } of horizons) if (horizon) await announce(client, { tenantId, horizon });

    const dropped = await dropMonths(client, { horizons, signal });
    let { calls } = dropped;
    for (const { tenantId, horizon } of horizons)
      if (horizon) calls += await deleteCalls(client, { tenantId, horizon, signal });
    if (calls > 0 || dropped.months.length > 0) await record(client, { now, purged: { ...dropped, calls } });
    return { ...dropped, calls };
  } finally {
    await client.query("select pg_advisory_unlock(hashtext('sluice.purge'))");
  }
}

type Horizon = {
  tenantId: string;
  /** Null: all calls are kept. */
  horizon: Date | null;
};

/** By the earlier of both clocks, ours and the database's: what one that runs ahead took would not come back. */
async function readHorizons(client: pg.ClientBase, now: Date): Promise<Horizon[]> {
  const { rows } = await client.query<{ tenantId: string; own: number | null; settings: unknown; at: Date }>(
    `select t.id as "tenantId", r.months as own, (select settings from agency) as settings,
       least($1::timestamptz, clock_timestamp()) as at
     from tenant t left join ledger_retention r on r.tenant_id = t.id order by t.id`,
    [now],
  );
  return rows.map(({ tenantId, own, settings, at }) => {
    const months = own ?? settingsOf(settings).retentionMonths;
    return { tenantId, horizon: months === null ? null : horizonOf(months, at) };
  });
}

type OfTenant = { tenantId: string; horizon: Date; signal?: AbortSignal | undefined };

/**
 * Notes that calls before the horizon go, before the first one does: from then on the audit and the rebuilding of roll-ups
 * leave that time alone, and an import does not bring it back. Each of those holds the tenant's row.
 */
async function announce(client: pg.ClientBase, { tenantId, horizon }: OfTenant): Promise<void> {
  const { rows } = await client.query(
    `select from usage_record where tenant_id = $1 and admitted_at < $2 and state <> 'admitted' limit 1`,
    [tenantId, horizon],
  );
  if (rows.length === 0) return;
  await client.query("begin");
  try {
    await client.query("select from tenant where id = $1 for no key update", [tenantId]);
    await client.query(
      `insert into ledger_retention as r (tenant_id, purged_before) values ($1, $2)
       on conflict (tenant_id) do update set purged_before = greatest(r.purged_before, excluded.purged_before)`,
      [tenantId, horizon],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  }
}

async function dropMonths(
  client: pg.ClientBase,
  { horizons, signal }: { horizons: Horizon[]; signal: AbortSignal | undefined },
): Promise<Purged> {
  const purged: Purged = { ...nothing, months: [] };
  const latest = Math.max(...horizons.map(({ horizon }) => horizon?.getTime() ?? 0), 0);
  for (const month of await listMonths(client)) {
    if (signal?.aborted) break;
    if (month.endsAt.getTime() > latest && month.state === "attached") continue;
    const keepers = horizons
      .filter(({ horizon }) => horizon === null || horizon < month.endsAt)
      .map(({ tenantId }) => tenantId);
    const calls = await dropMonth(client, { month, keepers });
    if (calls === null) continue;
    purged.calls += calls;
    purged.months.push(month.name);
  }
  return purged;
}

/** An open call is left: it has yet to be settled. */
async function deleteCalls(client: pg.ClientBase, { tenantId, horizon, signal }: OfTenant): Promise<number> {
  let deleted = 0;
  for (let last = rowsAtOnce; last === rowsAtOnce && !signal?.aborted; deleted += last) {
    const { rowCount } = await client.query(
      `with gone as (
         select tenant_id, admitted_at, id from usage_record
         where tenant_id = $1 and admitted_at < $2 and state <> 'admitted' limit ${rowsAtOnce}
       )
       delete from usage_record u using gone
       where u.tenant_id = gone.tenant_id and u.admitted_at = gone.admitted_at and u.id = gone.id
         and u.tenant_id = $1 and u.admitted_at < $2`,
      [tenantId, horizon],
    );
    last = rowCount ?? 0;
  }
  return deleted;
}

async function record(client: pg.ClientBase, { now, purged }: { now: Date; purged: Purged }): Promise<void> {
  await client.query(
    `insert into audit_event (id, at, actor_name, action, target, after) values ($1, $2, 'Sluice', 'ledger.purged', 'ledger', $3)`,
    [uuidv7(), now, JSON.stringify(purged)],
  );
}
