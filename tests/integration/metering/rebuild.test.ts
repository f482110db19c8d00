import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { rebuildRollups } from "@/lib/metering/rebuild-rollups";
import type { Caller } from "@/lib/metering/types";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeTenant } from "../../factories";
import { callBy, createCaller, settlementOf, startInstance, usageOf } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;
let client: pg.Client;
let instance: ReturnType<typeof startInstance>;
let callers: Caller[];

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  instance = startInstance(database.url);
  callers = await Promise.all(
    ["Europe/Berlin", "Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns"].map((timeZone) =>
      createCaller(pool, { timeZone }),
    ),
  );
});

afterAll(async () => {
  await instance.store.close();
  await client.end();
  await pool.end();
  await closeDatabase();
});

beforeEach(async () => {
  await makeUse(40);
});

async function makeUse(calls: number): Promise<void> {
  const { meter } = instance;
  await Promise.all(
    Array.from({ length: calls }, async (_, number) => {
      const caller = callers[number % callers.length] as Caller;
      const call = callBy(caller, { tokens: 20 });
      const verdict = await meter.admit(call);
      if (verdict.verdict !== "ok") throw new Error("not admitted");
      const state = number % 7 === 0 ? "failed" : "settled";
      const costMicroUsd = number % 5 === 0 ? null : 7;
      await meter.settle(settlementOf(call, verdict.admittedAt, { state, costMicroUsd, usage: usageOf(3, number) }));
      meter.count({ caller, reason: number % 2 === 0 ? "requests_day_key" : null, at: verdict.admittedAt });
    }),
  );
  await meter.flush({ timeoutMs: 60_000 });
}

async function rollups(): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select 'hour' as kind, to_jsonb(h) as row from usage_hourly h union all select 'day', to_jsonb(d) from usage_daily d order by 1, 2`,
  );
  return rows;
}

test("what is right is left as it is", async () => {
  const before = await rollups();
  expect(await rebuildRollups(client)).toEqual({ tenants: callers.length, changed: 0 });
  expect(await rollups()).toEqual(before);
});

test.each([
  { damage: "lost", sql: "delete from usage_hourly where free = 0; delete from usage_daily where free = 0" },
  {
    damage: "doubled",
    sql: "update usage_hourly set requests = requests * 2, total_tokens = total_tokens + 1; update usage_daily set blocked = blocked + 3, cost_micro_usd = 0",
  },
  {
    damage: "of nobody",
    sql: "insert into usage_daily (tenant_id, local_date, source, actor_id, requests) select tenant_id, local_date, 'web', gen_random_uuid(), 5 from usage_daily",
  },
  { damage: "without their last use", sql: "update usage_hourly set last_used_at = null, unpriced = 99" },
])("roll-ups that are $damage are as they were", async ({ sql }) => {
  const before = await rollups();
  await pool.query(sql);
  expect(await rollups()).not.toEqual(before);
  expect((await rebuildRollups(client)).changed).toBeGreaterThan(0);
  expect(await rollups()).toEqual(before);
  expect((await auditLedger(pool)).drifts).toEqual([]);
  expect((await rebuildRollups(client)).changed).toBe(0);
});

test("corrections are counted, and free calls, of which nothing else knows, stay", async () => {
  const { id } = await makeTenant();
  await api("POST", `/api/admin/tenants/${id}/adjustments`, { body: { tokens: 500, requests: 2, reason: "import" } });
  await pool.query("update usage_daily set free = 9 where tenant_id = $1", [id]);
  await pool.query("update usage_hourly set total_tokens = 0 where tenant_id = $1", [id]);
  await pool.query("update usage_daily set requests = 77 where tenant_id = $1", [id]);
  await rebuildRollups(client);
  const { rows } = await pool.query(
    "select requests::int, total_tokens::int, free::int from usage_daily where tenant_id = $1",
    [id],
  );
  expect(rows).toEqual([{ requests: 2, total_tokens: 500, free: 9 }]);
  expect((await auditLedger(pool)).drifts).toEqual([]);
});

test("calls are admitted and settled meanwhile, and nothing of them is lost", async () => {
  let isOver = false;
  const live = (async () => {
    while (!isOver) await makeUse(20);
  })();
  for (let round = 0; round < 10; round++) {
    await pool.query("update usage_daily set total_tokens = total_tokens + 1 where random() < 0.5");
    await rebuildRollups(client);
  }
  isOver = true;
  await live;
  expect((await auditLedger(pool)).drifts).toEqual([]);
});

test("stopped, it goes on from the client at which it was", async () => {
  await pool.query("update usage_daily set requests = requests + 1");
  const stopping = new AbortController();
  let last = "";
  await rebuildRollups(client, {
    signal: stopping.signal,
    report: ({ slug, done }) => {
      last = slug;
      if (done === 2) stopping.abort();
    },
  });
  expect((await auditLedger(pool)).drifts.length).toBeGreaterThan(0);
  await rebuildRollups(client, { resumeAt: last });
  expect((await auditLedger(pool)).drifts).toEqual([]);
});

test("days whose ledger has been purged keep their roll-ups", async () => {
  const [caller] = callers as [Caller];
  await pool.query(
    `insert into usage_daily (tenant_id, local_date, source, actor_id, requests) values ($1, '2019-05-05', 'apikey', $2, 3)`,
    [caller.tenant.id, caller.key?.id],
  );
  await rebuildRollups(client);
  const { rows } = await pool.query("select requests::int from usage_daily where local_date = '2019-05-05'");
  expect(rows).toEqual([{ requests: 3 }]);
});
