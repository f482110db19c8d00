import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pool as consolePool, prisma } from "@/lib/db/client";
import { auditLedger } from "@/lib/metering/audit-ledger";
import type { Caller } from "@/lib/metering/types";
import { moveToZone } from "@/lib/metering/zone-change";
import { useDatabase } from "../../database";
import { callBy, counterOf, createCaller, settlementOf, startInstance, usageOf } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;
let instances: ReturnType<typeof startInstance>[];

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
  instances = [startInstance(database.url), startInstance(database.url)];
});

afterAll(async () => {
  for (const { store } of instances) await store.close();
  await pool.end();
  await consolePool().end();
});

test("after thousands of calls that end in every way, counters and roll-ups equal the sum of the ledger", async () => {
  const tenants = await Promise.all(
    ["Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"].map((timeZone) =>
      createCaller(pool, { timeZone, plan: { dailyTokenLimit: 20_000 } }),
    ),
  );
  const callers: Caller[] = [
    ...tenants,
    ...(await Promise.all(
      tenants.map(({ tenant }) => createCaller(pool, { tenant, key: { dailyRequestLimit: 300 } })),
    )),
  ];
  const ends = fc.constantFrom("settled", "settled", "settled", "failed", "abandoned", "open");
  const operation = fc.record({
    caller: fc.nat(callers.length - 1),
    instance: fc.nat(1),
    tokens: fc.nat(60),
    input: fc.nat(40),
    output: fc.nat(40),
    end: ends,
    twice: fc.boolean(),
  });

  for (const operations of fc.sample(fc.array(operation, { minLength: 250, maxLength: 250 }), {
    numRuns: 12,
    seed: 7,
  })) {
    await Promise.all(
      operations.map(async ({ caller, instance, tokens, input, output, end, twice }) => {
        const { meter } = instances[instance] as (typeof instances)[number];
        const call = callBy(callers[caller] as Caller, { tokens });
        const verdict = await meter.admit(call);
        if (verdict.verdict !== "ok" || end === "open") return;
        const usage = end === "settled" ? usageOf(input, output) : null;
        const settlement = settlementOf(call, verdict.admittedAt, { state: end as "settled", usage });
        await meter.settle(settlement);
        if (twice) await instances[1 - instance]?.meter.settle(settlement);
      }),
    );
  }

  const audit = await auditLedger(pool);
  expect(audit.records).toBeGreaterThan(1_000);
  expect(audit.drifts).toEqual([]);
});

test("the audit finds a counter, a roll-up and a record that say something else than the ledger", async () => {
  const caller = await createCaller(pool);
  const { meter } = instances[0] as (typeof instances)[number];
  const call = callBy(caller);
  const verdict = await meter.admit(call);
  if (verdict.verdict !== "ok") throw new Error("not admitted");
  await meter.settle(settlementOf(call, verdict.admittedAt));

  await pool.query("update quota_counter set day_tokens_used = day_tokens_used + 1 where subject_id = $1", [
    caller.tenant.id,
  ]);
  await pool.query("update usage_hourly set requests = requests + 1 where tenant_id = $1", [caller.tenant.id]);
  const { drifts } = await auditLedger(pool);
  expect(drifts.map(({ what }) => what).sort()).toEqual(["counter", "usage_hourly"]);

  await pool.query("update quota_counter set day_tokens_used = day_tokens_used - 1 where subject_id = $1", [
    caller.tenant.id,
  ]);
  await pool.query("update usage_hourly set requests = requests - 1 where tenant_id = $1", [caller.tenant.id]);
});

test("writers that touch the same clients in opposite orders for a minute lose nothing, and no deadlock surfaces", async () => {
  const callers = await Promise.all(Array.from({ length: 8 }, () => createCaller(pool)));
  const until = Date.now() + 60_000;
  let admitted = 0;
  const writer = async (instance: number, order: Caller[]) => {
    const { meter } = instances[instance] as (typeof instances)[number];
    while (Date.now() < until) {
      await Promise.all(
        order.map(async (caller) => {
          const call = callBy(caller);
          const verdict = await meter.admit(call);
          if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
          admitted += 1;
          await meter.settle(settlementOf(call, verdict.admittedAt, { usage: usageOf(1, 2) }));
        }),
      );
    }
  };
  const staff = async () => {
    while (Date.now() < until) {
      const client = await pool.connect();
      try {
        await client.query("begin");
        await client.query("select from tenant where id = any ($1) order by id for no key update", [
          callers.map(({ tenant }) => tenant.id),
        ]);
        await client.query("update tenant set name = name where id = any ($1)", [
          callers.map(({ tenant }) => tenant.id),
        ]);
        await client.query("commit");
      } finally {
        client.release();
      }
    }
  };
  await Promise.all([writer(0, callers), writer(1, callers.toReversed()), writer(0, callers.toReversed()), staff()]);

  const counters = await Promise.all(callers.map(({ tenant }) => counterOf(pool, tenant.id, "day")));
  expect(counters.reduce((sum, { requests_used }) => sum + requests_used, 0)).toBe(admitted);
  expect(counters.reduce((sum, { tokens_used }) => sum + tokens_used, 0)).toBe(admitted * 3);
  expect((await auditLedger(pool)).drifts).toEqual([]);
});

test("a change of time zone in mid-period neither loses nor grants anything, also for calls that are open", async () => {
  const caller = await createCaller(pool, { timeZone: "Pacific/Auckland", plan: { monthlyRequestLimit: 5 } });
  const { meter } = instances[0] as (typeof instances)[number];
  const [settled, open] = [callBy(caller), callBy(caller)];
  const verdicts = [await meter.admit(settled), await meter.admit(open)];
  const [first, second] = verdicts.map((verdict) => (verdict.verdict === "ok" ? verdict.admittedAt : new Date(0))) as [
    Date,
    Date,
  ];
  await meter.settle(settlementOf(settled, first));

  await prisma().$transaction(async (transaction) => {
    await transaction.$queryRaw`select 1 from tenant where id = ${caller.tenant.id}::uuid for no key update`;
    await transaction.$executeRaw`update tenant set time_zone = 'America/Los_Angeles', version = version + 1 where id = ${caller.tenant.id}::uuid`;
    await moveToZone(transaction, { tenantId: caller.tenant.id, timeZone: "America/Los_Angeles", now: meter.now() });
  });
  const moved = { ...caller, tenant: { ...caller.tenant, version: 2, timeZone: "America/Los_Angeles" } };
  await meter.settle(settlementOf(open, second));

  const outcomes = await Promise.all(Array.from({ length: 6 }, () => meter.admit(callBy(moved))));
  expect(outcomes.filter(({ verdict }) => verdict === "ok")).toHaveLength(3);
  expect((await auditLedger(pool)).drifts).toEqual([]);
});

test("a change of time zone holds up a client's calls no longer for many keys: the ledger is read once", async () => {
  const caller = await createCaller(pool);
  const { id: tenantId } = caller.tenant;
  await pool.query(
    `insert into api_key (id, tenant_id, name, prefix, secret_hash)
     select gen_random_uuid(), $1, 'site', 'slc_test', uuid_send(gen_random_uuid()) from generate_series(1, 300)`,
    [tenantId],
  );
  await pool.query(
    `insert into usage_record (id, tenant_id, admitted_at, settled_at, api_key_id, source, provider, endpoint, state, stream,
       reserved_tokens, reserved_cost, reserved_input, input_tokens, output_tokens, total_tokens, instance_id,
       hour_starts_at, day_starts_at, month_starts_at, local_date)
     select gen_random_uuid(), $1, now(), now(), $2, 'apikey', 'openai', 'chat/completions', 'settled', false, 0, 0, 0, 1, 1, 2,
       gen_random_uuid(), now(), now(), now(), now() from generate_series(1, 40000)`,
    [tenantId, caller.key?.id],
  );

  // Key by key it took 15 seconds.
  const rowsRead = await prisma().$transaction(
    async (transaction) => {
      await moveToZone(transaction, { tenantId, timeZone: "Asia/Tokyo", now: new Date() });
      const [read] = await transaction.$queryRaw<[{ rows: number }]>`
        select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::float8 as rows from pg_stat_xact_user_tables
        where relname like 'usage\\_record%'`;
      return read.rows;
    },
    { timeout: 60_000 },
  );
  expect(rowsRead).toBeGreaterThanOrEqual(40_000);
  expect(rowsRead).toBeLessThan(4 * 40_000);
  expect(await counterOf(pool, caller.key?.id ?? "", "day")).toMatchObject({
    requests_used: 40_000,
    tokens_used: 80_000,
  });
});
