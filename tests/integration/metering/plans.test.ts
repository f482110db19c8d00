import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { callBy, createCaller, settlementOf, startInstance } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});

afterAll(() => pool.end());

test.each(["vacuum", "analyze"])(
  "a session that began on an empty ledger (%s) finds rows by their keys when it has grown",
  async (upkeep) => {
    await pool.query("truncate usage_record");
    await pool.query(upkeep);
    const caller = await createCaller(pool);
    const { meter, store } = startInstance(database.url);
    await store.warmUp();

    /** A ledger of a few hundred rows may be read as a whole. */
    const whileSmall = 20_000;
    const rounds = 80;
    const callsPerRound = 50;
    for (let round = 0; round < rounds; round++) {
      const calls = Array.from({ length: callsPerRound }, () => callBy(caller));
      const verdicts = await Promise.all(calls.map((call) => meter.admit(call)));
      for (const [index, call] of calls.entries()) {
        const verdict = verdicts[index];
        if (verdict?.verdict !== "ok") throw new Error("not admitted");
        void meter.settle(settlementOf(call, verdict.admittedAt));
      }
      await meter.flush({ timeoutMs: 60_000 });
    }

    const before = await rowsRead();
    // PostgreSQL reports what a session has read when it ends.
    await store.close();
    await expect.poll(async () => (await rowsRead()) - before).toBeGreaterThan(0);
    expect((await rowsRead()) - before).toBeLessThan(rounds * callsPerRound * 3 + whileSmall);
  },
);

async function rowsRead(): Promise<number> {
  const { rows } = await pool.query<{ read: number }>(
    `select coalesce(sum(idx_tup_read), 0)::int + (select coalesce(sum(seq_tup_read), 0)::int from pg_stat_user_tables
       where relname like 'usage_record%') as read
     from pg_stat_user_indexes where relname like 'usage_record%'`,
  );
  return rows[0]?.read ?? 0;
}
