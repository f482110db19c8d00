import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { callBy, createCaller, startInstance } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 4, statement_timeout: 60_000 });
});

afterAll(() => pool.end());

test("a month is added to the ledger while a report reads it, and calls go on being admitted", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  const report = await pool.connect();
  await report.query("begin");
  await report.query("select count(*) from usage_record");

  const adding = pool.query("select ensure_usage_partitions('2041-01-01', '2041-02-01')");
  expect((await meter.admit(callBy(caller))).verdict).toBe("ok");
  await adding;
  await report.query("rollback");
  report.release();

  const { rows } = await pool.query(
    `select c.relname, (select count(*)::int from pg_index i where i.indrelid = c.oid) as indexes, c.reloptions
     from pg_inherits h join pg_class c on c.oid = h.inhrelid
     where h.inhparent = 'usage_record'::regclass and c.relname like '%2041%' order by 1`,
  );
  expect(rows).toEqual(
    ["usage_record_2041_01", "usage_record_2041_02"].map((relname) => ({
      relname,
      indexes: 2,
      reloptions: ["fillfactor=75"],
    })),
  );
  await store.close();
});

test("whoever finds months being added elsewhere waits for them, and starts all the same", async () => {
  const { store } = startInstance(database.url);
  const other = await pool.connect();
  await other.query("begin");
  await other.query("select ensure_usage_partitions('2042-01-01', '2042-01-01')");

  const ensured = store.ensurePartitions();
  await expect(Promise.race([ensured, new Promise((resolve) => setTimeout(resolve, 500, "waits"))])).resolves.toBe(
    "waits",
  );
  await other.query("commit");
  other.release();
  await ensured;
  await store.close();
});
