import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { Heartbeat, whileKnown } from "@/lib/metering/heartbeat";
import { Meter, type MeterStore } from "@/lib/metering/meter";
import { Recovery } from "@/lib/metering/recovery";
import { PostgresMeterStore } from "@/lib/metering/store";
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

type Instance = ReturnType<typeof startInstance>;

function recoveryOf({ id, meter, store }: Instance, timing: { heartbeatMs: number; deadAfterMs: number }): Recovery {
  const heartbeat = new Heartbeat(id, pool, () => meter.oldestOpenAt());
  return new Recovery(heartbeat, pool, meter, () => store.ensurePartitions(), silent, timing);
}

/** As it was left by an instance that has died. */
async function announceDead({ id }: Instance): Promise<void> {
  await pool.query(
    "insert into instance (id, started_at, heartbeat_at, oldest_open_at) values ($1, now(), now() - interval '21 seconds', now())",
    [id],
  );
}

async function isListed({ id }: Pick<Instance, "id">): Promise<boolean> {
  return (await pool.query("select from instance where id = $1", [id])).rowCount === 1;
}

test("what a dead instance left open is settled at its reservation, marked as an estimate, and its allowance returns", async () => {
  const caller = await createCaller(pool, { plan: { dailyRequestLimit: 3 } });
  const dead = startInstance(database.url);
  const living = startInstance(database.url);
  for (const cost of [0, 9, 9]) await dead.meter.admit(callBy(caller, { tokens: 40, cost }));
  await dead.store.close();
  await announceDead(dead);

  const recovery = recoveryOf(living, {
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
  await announceDead(dead);

  const recovery = recoveryOf(living, {
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

test("a client whose row somebody holds stops neither the heartbeat of who recovers its calls nor the calls of others", async () => {
  const [dead, living] = [startInstance(database.url), startInstance(database.url)];
  const [held, free] = [await createCaller(pool), await createCaller(pool)];
  for (const caller of [held, free]) await dead.meter.admit(callBy(caller));
  await dead.store.close();
  await announceDead(dead);
  const holder = await pool.connect();
  await holder.query("begin");
  await holder.query("select from tenant where id = $1 for update", [held.tenant.id]);

  const recovery = recoveryOf(living, { heartbeatMs: 30, deadAfterMs: 200 });
  await recovery.start();
  const stateOf = async ({ tenant }: typeof held) =>
    (await pool.query("select state from usage_record where tenant_id = $1", [tenant.id])).rows;
  await eventually(async () => expect(await stateOf(free)).toEqual([{ state: "abandoned" }]));
  const beats = new Set<string>();
  await eventually(async () => {
    const { rows } = await pool.query("select heartbeat_at::text as at from instance where id = $1", [living.id]);
    beats.add(rows[0].at);
    expect(beats.size).toBeGreaterThan(5);
  });
  expect(await stateOf(held)).toEqual([{ state: "admitted" }]);
  expect(await isListed(dead)).toBe(true);

  await holder.query("rollback");
  holder.release();
  await eventually(async () => expect(await isListed(dead)).toBe(false));
  expect(await stateOf(held)).toEqual([{ state: "abandoned" }]);
  await recovery.stop();
  await living.store.close();
});

test("an instance that others took for dead admits nothing before they know of it again", async () => {
  const caller = await createCaller(pool);
  const id = uuidv7();
  const store = new PostgresMeterStore(database.url, id);
  const heartbeat: Heartbeat = new Heartbeat(id, pool, () => instance.meter.oldestOpenAt(), 100);
  const listedAtAdmission: boolean[] = [];
  const noted: MeterStore = {
    ensurePartitions: () => store.ensurePartitions(),
    heldTenants: (tenants) => store.heldTenants(tenants),
    meter: async (batch) => {
      if (batch.calls) listedAtAdmission.push(await isListed({ id }));
      return await store.meter(batch);
    },
  };
  const instance = { id, store, meter: new Meter(whileKnown(heartbeat, noted), silent) };
  expect((await instance.meter.admit(callBy(caller))).verdict).toBe("ok");

  await pool.query("delete from instance where id = $1", [instance.id]);
  await eventually(() => expect(heartbeat.isFresh).toBe(false));
  expect((await instance.meter.admit(callBy(caller))).verdict).toBe("ok");
  expect(listedAtAdmission).toEqual([true, true]);
  await heartbeat.end();
  await instance.store.close();
});

test("a clock that is ahead of the database's hides no call from who would recover it", async () => {
  const instance = startInstance(database.url);
  await new Heartbeat(instance.id, pool, () => new Date(Date.now() + 86_400_000)).beat();
  const { rows } = await pool.query("select oldest_open_at <= now() as found from instance where id = $1", [
    instance.id,
  ]);
  expect(rows).toEqual([{ found: true }]);
  await pool.query("delete from instance where id = $1", [instance.id]);
  await instance.store.close();
});

test("an instance that has just come back from an outage declares nobody dead", async () => {
  const other = startInstance(database.url);
  const back = startInstance(database.url);
  await pool.query(
    "insert into instance (id, started_at, heartbeat_at, oldest_open_at) values ($1, now(), now() - interval '1 hour', now())",
    [other.id],
  );

  const recovery = recoveryOf(back, {
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
  const open = callBy(caller);
  await watched.meter.admit(open);
  const recoveries = [recoveryOf(watching, timing), recoveryOf(watched, timing)];
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
