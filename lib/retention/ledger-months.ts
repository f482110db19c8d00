import type pg from "pg";

/** One month (UTC) of the ledger, which is a table of its own. */
export type LedgerMonth = {
  table: string;
  name: string;
  endsAt: Date;
  /** `detaching` and `detached`: whoever was about to drop it did not come to the end. */
  state: "attached" | "detaching" | "detached";
};

/** Earliest first. */
export async function listMonths(client: pg.ClientBase): Promise<LedgerMonth[]> {
  const { rows } = await client.query<{ table: string; state: LedgerMonth["state"] }>(
    `select c.relname as table,
       case when i.inhrelid is null then 'detached' when i.inhdetachpending then 'detaching' else 'attached' end as state
     from pg_class c left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = 'usage_record'::regclass
     where c.relkind = 'r' and c.relname ~ '^usage_record_[0-9]{4}_[0-9]{2}$' and pg_table_is_visible(c.oid)
     order by 1`,
  );
  return rows.map(({ table, state }) => {
    const [year, month] = table.split("_").slice(-2) as [string, string];
    return { table, state, name: `${year}-${month}`, endsAt: new Date(Date.UTC(Number(year), Number(month), 1)) };
  });
}

/**
 * Drops a month in which nobody has anything to keep: neither the keepers a call, nor anybody one that is still open. Gives
 * how many calls went with it; null when it stays. Detached first, which neither waits for calls nor lets them wait, and
 * looked at again then, as no call can be written there any more.
 */
export async function dropMonth(
  client: pg.ClientBase,
  { month, keepers }: { month: LedgerMonth; keepers: string[] },
): Promise<number | null> {
  const { table, state } = month;
  if (state === "attached" && (await isNeeded(client, table, keepers))) return null;

  if (state === "attached") await client.query(`alter table usage_record detach partition ${table} concurrently`);
  if (state === "detaching") await client.query(`alter table usage_record detach partition ${table} finalize`);
  if (await isNeeded(client, table, keepers)) {
    await attachAgain(client, month);
    return null;
  }
  const { rows } = await client.query<{ calls: number }>(`select count(*)::float8 as calls from ${table}`);
  await client.query(`drop table ${table}`);
  return rows[0]?.calls ?? 0;
}

async function isNeeded(client: pg.ClientBase, table: string, keepers: string[]): Promise<boolean> {
  const { rows } = await client.query<{ needed: boolean }>(
    `select exists (select from ${table} where tenant_id = any ($1::uuid[]))
       or exists (select from ${table} where state = 'admitted') as needed`,
    [keepers],
  );
  return rows[0]?.needed ?? true;
}

async function attachAgain(client: pg.ClientBase, { table, endsAt }: LedgerMonth): Promise<void> {
  const startsAt = new Date(Date.UTC(endsAt.getUTCFullYear(), endsAt.getUTCMonth() - 1, 1));
  await client.query(
    `alter table usage_record attach partition ${table} for values from ('${startsAt.toISOString()}') to ('${endsAt.toISOString()}')`,
  );
}
