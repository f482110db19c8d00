import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Meter } from "@/lib/metering/meter";
import type { CallRequest, Settlement } from "@/lib/metering/types";
import { useDatabase } from "../../database";
import { callBy, createCaller, settlementOf, startInstance, usageOf } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url });
});
afterAll(() => pool.end());

const patience = { timeoutMs: 10_000 };

async function admitted(meter: Meter, call: CallRequest): Promise<Date> {
  const verdict = await meter.admit(call);
  if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
  return verdict.admittedAt;
}

test("a call whose answer is still to be read is settled by the next flush, and by itself", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  for (const flushes of [true, false]) {
    const call = callBy(caller);
    const admittedAt = await admitted(meter, call);
    let written = () => {};
    const reckoned = new Promise<void>((resolve) => {
      written = resolve;
    });
    meter.settleSoon(caller.tenant.id, () => {
      written();
      return settlementOf(call, admittedAt, { usage: usageOf(3, 4) });
    });
    expect(meter.waitingSettlements).toBe(1);
    if (!flushes) await reckoned;
    await meter.flush(patience);
    const { rows } = await pool.query("select state, total_tokens::int as tokens from usage_record where id = $1", [
      call.id,
    ]);
    expect(rows).toEqual([{ state: "settled", tokens: 7 }]);
  }
  await store.close();
});

test("a flush waits for what takes a while to reckon", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  const call = callBy(caller);
  const admittedAt = await admitted(meter, call);
  const { promise: reckoned, resolve: finish } = Promise.withResolvers<Settlement>();
  const begun = new Promise<void>((begin) => {
    meter.settleSoon(caller.tenant.id, () => {
      begin();
      return reckoned;
    });
  });
  let isFlushed = false;
  const flushing = meter.flush(patience).then(() => {
    isFlushed = true;
  });
  await begun;
  // Another batch of the database's does not end it.
  await meter.admit(callBy(await createCaller(pool)));
  expect(isFlushed).toBe(false);
  finish(settlementOf(call, admittedAt, { usage: usageOf(1, 1) }));
  await flushing;
  const { rows } = await pool.query("select state from usage_record where id = $1", [call.id]);
  expect(rows).toEqual([{ state: "settled" }]);
  await store.close();
});

test("a flush waits for nothing that came after it", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  const first = callBy(caller);
  const admittedAt = await admitted(meter, first);
  meter.settleSoon(caller.tenant.id, () => settlementOf(first, admittedAt, { usage: usageOf(1, 1) }));
  const flushing = meter.flush({ timeoutMs: 120_000 });
  const second = callBy(caller);
  const secondAt = await admitted(meter, second);
  const { promise: reckoned, resolve: finish } = Promise.withResolvers<Settlement>();
  meter.settleSoon(caller.tenant.id, () => reckoned);
  await flushing;
  const { rows } = await pool.query("select state from usage_record where id = $1", [first.id]);
  expect(rows).toEqual([{ state: "settled" }]);
  await meter.admit(callBy(caller));
  finish(settlementOf(second, secondAt));
  await meter.flush(patience);
  await store.close();
});

test("a refusal waits for a reckoning that takes longer than the next batch", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
  const { meter, store } = startInstance(database.url);
  const first = callBy(caller, { tokens: 100 });
  const admittedAt = await admitted(meter, first);
  const { promise: reckoned, resolve: finish } = Promise.withResolvers<Settlement>();
  meter.settleSoon(caller.tenant.id, () => reckoned);
  const asked = meter.admit(callBy(caller, { tokens: 80 }));
  const other = await createCaller(pool);
  for (let batches = 0; batches < 5; batches++) await meter.admit(callBy(other));
  finish(settlementOf(first, admittedAt, { usage: usageOf(10, 10) }));
  expect((await asked).verdict).toBe("ok");
  await store.close();
});

test("no call is refused for what the reservation of an ended call holds, while that is still to be reckoned", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
  const { meter, store } = startInstance(database.url);
  const first = callBy(caller, { tokens: 100 });
  const admittedAt = await admitted(meter, first);
  meter.settleSoon(caller.tenant.id, () => settlementOf(first, admittedAt, { usage: usageOf(10, 10) }));
  expect((await meter.admit(callBy(caller, { tokens: 80 }))).verdict).toBe("ok");
  await store.close();
});
