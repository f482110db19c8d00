import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { Recovery } from "@/lib/metering/recovery";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { callBy, counterOf, createCaller, silent, startInstance } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on("error", () => {});
});

afterAll(() => pool.end());

test("what a dead instance left open is settled at its reservation, marked as an estimate, and its allowance returns", async () => {
  const caller = await createCaller(pool, { plan: { dailyRequestLimit: 3 } });
  const dead = startInstance(database.url);
  const living = startInstance(database.url);
  for (const cost of [0, 9, 9]) await dead.meter.admit(callBy(caller, { tokens: 40, cost }));
  await dead.store.close();
  await pool.query(
    "insert into instance (id, started_at, heartbeat_at, oldest_open_at) values ($1, now(), now() - interval '21 seconds', now())",
    [dead.id],
  );

  const recovery = new Recovery(living.id, pool, living.meter, () => living.store.ensurePartitions(), silent, {
    heartbeatMs: 50,
    deadAfterMs: 300,
  });
  await recovery.start();
  await eventually(async () => {
    const { rows } = await pool.query("select id from instance where id = $1", [dead.id]);
    expect(rows).toEqual([]);
  });
  await recovery.stop();

  const { rows } = await pool.query(
    "select state, estimated, total_tokens::int, cost_micro_usd::int from usage_record where tenant_id = $1 order by id",
    [caller.tenant.id],
  );
  // Where no cost was reserved it is unknown, which is not nothing.
  expect(rows).toEqual(
    [null, 9, 9].map((cost) => ({ state: "abandoned", estimated: true, total_tokens: 40, cost_micro_usd: cost })),
  );
  expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({
    requests_used: 3,
    requests_reserved: 0,
    tokens_used: 120,
    tokens_reserved: 0,
    cost_used: 18,
    cost_reserved: 0,
  });
  expect((await auditLedger(pool)).drifts).toEqual([]);
  await living.store.close();
});

test("a call of a dead instance that the ledger does not let be settled does not stop the heartbeat of the living", async () => {
  const caller = await createCaller(pool);
  const dead = startInstance(database.url);
  const living = startInstance(database.url, (own) => ({
    ensurePartitions: () => own.ensurePartitions(),
    meter: async (batch) => {
      if (batch.settlements.length > 0) throw Object.assign(new Error("refused"), { code: "23514" });
      return await own.meter(batch);
    },
  }));
  await dead.meter.admit(callBy(caller));
  await dead.store.close();
  await pool.query(
    "insert into instance (id, started_at, heartbeat_at, oldest_open_at) values ($1, now(), now() - interval '21 seconds', now())",
    [dead.id],
  );

  const recovery = new Recovery(living.id, pool, living.meter, () => living.store.ensurePartitions(), silent, {
    heartbeatMs: 50,
    deadAfterMs: 300,
  });
  await recovery.start();
  await eventually(async () => {
    const { rows } = await pool.query("select from instance where id = $1", [dead.id]);
    expect(rows).toEqual([]);
  });
  await recovery.stop();
  await living.store.close();
});

test("an instance that has just come back from an outage declares nobody dead", async () => {
  const other = startInstance(database.url);
  const back = startInstance(database.url);
  await pool.query(
    "insert into instance (id, started_at, heartbeat_at, oldest_open_at) values ($1, now(), now() - interval '1 hour', now())",
    [other.id],
  );

  const recovery = new Recovery(back.id, pool, back.meter, () => back.store.ensurePartitions(), silent, {
    heartbeatMs: 20,
    deadAfterMs: 60_000,
  });
  await recovery.start();
  await eventually(async () => {
    const { rows } = await pool.query(
      "select from instance where id = $1 and heartbeat_at > started_at + interval '100 ms'",
      [back.id],
    );
    expect(rows).toHaveLength(1);
  });
  await recovery.stop();

  const { rows } = await pool.query("select id from instance where id = $1", [other.id]);
  expect(rows).toHaveLength(1);
  await back.store.close();
});

test("a clock that is set forward kills nobody: only a heartbeat that stands still does", async () => {
  const caller = await createCaller(pool);
  const [watching, watched] = [startInstance(database.url), startInstance(database.url)];
  const timing = { heartbeatMs: 30, deadAfterMs: 8_000 };
  const recoveryOf = ({ id, meter, store }: typeof watching) =>
    new Recovery(id, pool, meter, () => store.ensurePartitions(), silent, timing);
  const open = callBy(caller);
  await watched.meter.admit(open);
  const recoveries = [recoveryOf(watching), recoveryOf(watched)];
  for (const recovery of recoveries) await recovery.start();

  const beats = async () => {
    const { rows } = await pool.query<{ at: string }>("select heartbeat_at::text as at from instance where id = $1", [
      watched.id,
    ]);
    return rows[0]?.at;
  };
  // As the watching one sees it after its database's clock went forward by an hour.
  for (const endsAt = Date.now() + 12_000; Date.now() < endsAt; ) {
    const before = await beats();
    await pool.query("update instance set heartbeat_at = heartbeat_at - interval '1 hour' where id = $1", [watched.id]);
    await eventually(async () => expect(await beats()).not.toBe(before));
  }
  const { rows } = await pool.query("select state from usage_record where id = $1", [open.id]);
  expect(rows).toEqual([{ state: "admitted" }]);
  for (const recovery of recoveries) await recovery.stop();
  await pool.query("delete from instance where id = any ($1)", [[watching.id, watched.id]]);
  for (const { store } of [watching, watched]) await store.close();
});
