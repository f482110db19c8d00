import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import type { Caller } from "@/lib/metering/types";
import { useDatabase } from "../../database";
import { callBy, counterOf, createCaller, settlementOf, startInstance, usageOf } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;
let instance: ReturnType<typeof startInstance>;
/** How often a batch of the instance waited for a row in vain. */
let lockTimeouts = 0;

/** On a busy machine a row may be held for longer than calls wait for it otherwise. */
const patient = { lateMs: 15_000, heldPatienceMs: 60_000 };

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  instance = startInstance(
    database.url,
    (own) => ({
      ensurePartitions: () => own.ensurePartitions(),
      meter: async (batch) => {
        try {
          return await own.meter(batch);
        } catch (error) {
          if ((error as { code?: string }).code === "55P03") lockTimeouts += 1;
          throw error;
        }
      },
    }),
    patient,
  );
});

afterEach(async () => {
  expect((await auditLedger(pool)).drifts).toEqual([]);
});

afterAll(async () => {
  await instance.store.close();
  await pool.end();
});

/** A transaction elsewhere that holds a client's row, until it is let go. */
async function holdRow({ tenant }: Caller): Promise<() => Promise<void>> {
  const holder = await pool.connect();
  await holder.query("begin");
  await holder.query("select from tenant where id = $1 for update", [tenant.id]);
  return async () => {
    await holder.query("commit");
    holder.release();
  };
}

test("a transaction that holds one client's row for seconds does not hold up the others' calls; its own are judged when it ends", async () => {
  const { meter } = instance;
  const [held, other] = [await createCaller(pool, { plan: { dailyRequestLimit: 3 } }), await createCaller(pool)];
  const open = callBy(held);
  const admitted = await meter.admit(open);
  if (admitted.verdict !== "ok") throw new Error(admitted.verdict);

  const letGo = await holdRow(held);
  const waiting = Promise.all(Array.from({ length: 5 }, () => meter.admit(callBy(held))));
  let told = false;
  void waiting.then(() => {
    told = true;
  });
  const settled = meter.settle(settlementOf(open, admitted.admittedAt, { usage: usageOf(1, 2) }));

  // The first batch finds out; from then on none waits.
  expect((await meter.admit(callBy(other))).verdict).toBe("ok");
  expect(lockTimeouts).toBeGreaterThan(0);
  const foundOut = lockTimeouts;
  for (let index = 0; index < 30; index++) {
    const call = callBy(other);
    const verdict = await meter.admit(call);
    if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
    await meter.settle(settlementOf(call, verdict.admittedAt));
  }
  expect(lockTimeouts).toBe(foundOut);
  expect(told).toBe(false);

  await letGo();
  const verdicts = await waiting;
  expect(verdicts.filter(({ verdict }) => verdict === "ok")).toHaveLength(2);
  expect(verdicts.filter(({ verdict }) => verdict === "refused")).toHaveLength(3);
  await settled;
  expect(await counterOf(pool, held.tenant.id, "day")).toMatchObject({ requests_used: 1, requests_reserved: 2 });
});

test("a change that the transaction makes binds the calls that waited for it", async () => {
  const { meter } = instance;
  const caller = await createCaller(pool);
  const holder = await pool.connect();
  await holder.query("begin");
  await holder.query("update tenant set version = version + 1 where id = $1", [caller.tenant.id]);
  const waiting = meter.admit(callBy(caller));
  await expect(Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 500, "waits"))])).resolves.toBe(
    "waits",
  );
  await holder.query("commit");
  holder.release();
  expect((await waiting).verdict).toBe("stale");
});

test("calls of a client whose row stays held are turned away in time, and what has ended is written once it is free", async () => {
  const impatient = startInstance(database.url, undefined, { lateMs: 100, heldPatienceMs: 300 });
  const caller = await createCaller(pool);
  const open = callBy(caller);
  const admitted = await impatient.meter.admit(open);
  if (admitted.verdict !== "ok") throw new Error(admitted.verdict);

  const letGo = await holdRow(caller);
  await expect(impatient.meter.admit(callBy(caller))).rejects.toMatchObject({ code: "unavailable" });
  let written = false;
  const settled = impatient.meter.settle(settlementOf(open, admitted.admittedAt)).then(() => {
    written = true;
  });
  let flushed = false;
  const flush = impatient.meter.flush({ timeoutMs: 60_000 }).then(() => {
    flushed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect([written, flushed]).toEqual([false, false]);

  await letGo();
  await Promise.all([settled, flush]);
  expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({ requests_used: 1, requests_reserved: 0 });
  await impatient.store.close();
});

test("while somebody changes the table of clients itself, as a migration does, calls wait, and are judged when it ends", async () => {
  const caller = await createCaller(pool);
  const migration = await pool.connect();
  await migration.query("begin");
  await migration.query("lock table tenant in access exclusive mode");
  const waiting = instance.meter.admit(callBy(caller));
  await expect(Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 1_000, "waits"))])).resolves.toBe(
    "waits",
  );
  await migration.query("commit");
  migration.release();
  expect((await waiting).verdict).toBe("ok");
});

test("two instances that hold each other up for moments only lose and delay nothing", async () => {
  const second = startInstance(database.url, undefined, patient);
  const callers = await Promise.all(
    Array.from({ length: 4 }, () => createCaller(pool, { plan: { dailyRequestLimit: 100 } })),
  );
  const letGo = await Promise.all(callers.slice(0, 2).map(holdRow));
  const calls = [instance, second].flatMap(({ meter }) =>
    callers.flatMap((caller) => Array.from({ length: 100 }, () => meter.admit(callBy(caller)))),
  );
  await new Promise((resolve) => setTimeout(resolve, 400));
  for (const each of letGo) await each();
  const verdicts = await Promise.all(calls);
  expect(verdicts.filter(({ verdict }) => verdict === "ok")).toHaveLength(400);
  await second.store.close();
});
