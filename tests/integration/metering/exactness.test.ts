import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import type { Caller, CallRequest, KeySnapshot, TenantSnapshot } from "@/lib/metering/types";
import { dayAt } from "@/lib/quota/window";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { callBy, counterOf, createCaller, settlementOf, startInstance, usageOf } from "../../metering";
import { quietClock } from "../../quiet-clock";

const database = useDatabase();
let pool: pg.Pool;
let instances: ReturnType<typeof startInstance>[];

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  instances = [startInstance(database.url), startInstance(database.url)];
});

afterAll(async () => {
  for (const { store } of instances) await store.close();
  await pool.end();
});

describe("a limit holds exactly, however many calls come at once to however many instances", () => {
  test.each([
    { name: "requests per day of the tenant", plan: { dailyRequestLimit: 50 } },
    { name: "requests per month of the tenant", plan: { monthlyRequestLimit: 50 } },
    { name: "tokens per day of the tenant", plan: { dailyTokenLimit: 509 } },
    { name: "tokens per month of the tenant", plan: { monthlyTokenLimit: 500 } },
    { name: "cost per month of the tenant", plan: { monthlyCostLimitMicroUsd: 150 } },
    { name: "requests per minute of the tenant", plan: { requestsPerMinute: 50 } },
    { name: "requests per day of the key", key: { dailyRequestLimit: 50 } },
    { name: "tokens per day of the key", key: { dailyTokenLimit: 500 } },
    { name: "tokens per month of the key", key: { monthlyTokenLimit: 505 } },
    { name: "requests per minute of the key", key: { requestsPerMinute: 50 } },
    { name: "calls in flight of the key", key: { concurrency: 50 } },
    {
      name: "the tightest of several",
      plan: { dailyRequestLimit: 70, monthlyTokenLimit: 900 },
      key: { dailyTokenLimit: 500 },
    },
  ])("400 calls on $name of 50 give 50", async ({ plan, key }) => {
    await quietClock({ forMs: 10_000, everyMs: 60_000 });
    const caller = await createCaller(pool, { plan, key });
    const verdicts = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        instances[index % 2]?.meter.admit(callBy(caller, { tokens: 10, cost: 3 })),
      ),
    );

    expect(verdicts.filter((each) => each?.verdict === "ok")).toHaveLength(50);
    expect(verdicts.filter((each) => each?.verdict === "refused")).toHaveLength(350);
    const counter = await counterOf(pool, caller.tenant.id, "day");
    expect(counter).toMatchObject({ requests_reserved: 50, tokens_reserved: 500, cost_reserved: 150 });
  });

  test("the tenant's cap binds over the sum of its keys", async () => {
    const first = await createCaller(pool, { plan: { dailyRequestLimit: 50 }, key: { dailyRequestLimit: 40 } });
    const keys = [
      first,
      ...(await Promise.all(
        Array.from({ length: 4 }, () => createCaller(pool, { tenant: first.tenant, key: { dailyRequestLimit: 40 } })),
      )),
    ];
    const verdicts = await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        instances[index % 2]?.meter.admit(callBy(keys[index % keys.length] as typeof first)),
      ),
    );
    expect(verdicts.filter((each) => each?.verdict === "ok")).toHaveLength(50);
  });
});

test("a call that failed gives back its place in the minute, of its tenant and of its key; one that passed does not", async () => {
  await quietClock({ forMs: 20_000, everyMs: 60_000 });
  const caller = await createCaller(pool, { plan: { requestsPerMinute: 3 }, key: { requestsPerMinute: 3 } });
  const { meter } = instances[0] as (typeof instances)[number];
  const calls = [callBy(caller), callBy(caller), callBy(caller)];
  const [first, second] = await Promise.all(calls.map((call) => meter.admit(call)));
  if (first?.verdict !== "ok" || second?.verdict !== "ok") throw new Error("a call was not admitted");
  expect((await meter.admit(callBy(caller))).verdict).toBe("refused");

  await meter.settle(settlementOf(calls[0] as CallRequest, first.admittedAt, { state: "failed" }));
  await meter.settle(settlementOf(calls[1] as CallRequest, second.admittedAt));
  expect((await meter.admit(callBy(caller))).verdict).toBe("ok");
  expect((await meter.admit(callBy(caller))).verdict).toBe("refused");
});

test("a call that was judged by a plan which has ended meanwhile is judged again, whatever the next plan would let pass", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
  const [first] = caller.tenant.subscriptions as [TenantSnapshot["subscriptions"][number]];
  const endsAt = new Date(Date.now() + 300);
  const next = { plan: { ...first.plan, dailyTokenLimit: null }, startsAt: endsAt, endsAt: null };
  const moving: Caller = { ...caller, tenant: { ...caller.tenant, subscriptions: [{ ...first, endsAt }, next] } };
  const { meter } = instances[0] as (typeof instances)[number];
  const [early, late] = [callBy(moving), callBy(moving)];
  expect((await meter.admit(early)).verdict).toBe("ok");
  await eventually(() => expect(meter.now().getTime()).toBeGreaterThan(endsAt.getTime()));
  expect(await meter.admit(late)).toEqual({ verdict: "stale" });
  expect((await meter.admit(callBy(moving))).verdict).toBe("ok");
});

test("a call with a replaced secret is judged again when its time of grace has ended meanwhile, whoever comes along", async () => {
  const caller = await createCaller(pool);
  const { meter } = instances[0] as (typeof instances)[number];
  const old: Caller = {
    ...caller,
    key: { ...(caller.key as KeySnapshot), secretExpiresAt: new Date(meter.now().getTime() - 1) },
  };
  const verdicts = await Promise.all([caller, old].map((each) => meter.admit(callBy(each))));
  expect(verdicts.map(({ verdict }) => verdict)).toEqual(["ok", "stale"]);
});

test("a refused call takes nothing from any counter", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 1_000 }, key: { dailyTokenLimit: 5 } });
  const verdict = await instances[0]?.meter.admit(callBy(caller, { tokens: 10 }));

  expect(verdict?.verdict).toBe("refused");
  for (const subject of [caller.tenant.id, caller.key?.id as string]) {
    for (const window of ["day", "month"] as const) {
      expect(await counterOf(pool, subject, window)).toMatchObject({
        requests_used: 0,
        requests_reserved: 0,
        tokens_reserved: 0,
      });
    }
  }
});

test("a call that sets no bound reserves what is left, down to what it needs at least", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
  const { meter } = instances[0] as (typeof instances)[number];

  expect(await meter.admit(callBy(caller, { tokens: 60, leastTokens: 5 }))).toMatchObject({
    verdict: "ok",
    reservedTokens: 60,
  });
  expect(await meter.admit(callBy(caller, { tokens: 60, leastTokens: 5 }))).toMatchObject({
    verdict: "ok",
    reservedTokens: 40,
  });
  expect(await meter.admit(callBy(caller, { tokens: 60, leastTokens: 5 }))).toMatchObject({ verdict: "refused" });
});

test("a call that sets no bound reserves in full where nothing limits tokens", async () => {
  const caller = await createCaller(pool);
  const { meter } = instances[0] as (typeof instances)[number];
  const verdict = await meter.admit(callBy(caller, { tokens: 60, leastTokens: 5 }));
  expect(verdict).toMatchObject({ verdict: "ok", reservedTokens: 60 });
});

test("the reservation of a call that has ended does not stand in the way of the next one", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
  const { meter } = instances[0] as (typeof instances)[number];
  for (let index = 0; index < 4; index++) {
    const call = callBy(caller, { tokens: 60 });
    const verdict = await meter.admit(call);
    if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
    void meter.settle(settlementOf(call, verdict.admittedAt, { usage: usageOf(4, 6) }));
  }
  expect((await meter.admit(callBy(caller, { tokens: 61 }))).verdict).toBe("refused");
});

test("zero is a limit and blocks all; a limit that is not set blocks nothing", async () => {
  const blocked = await createCaller(pool, { plan: { dailyTokenLimit: 0 } });
  const free = await createCaller(pool);
  expect((await instances[0]?.meter.admit(callBy(blocked, { tokens: 0 })))?.verdict).toBe("refused");
  expect((await instances[0]?.meter.admit(callBy(free, { tokens: 9_000_000_000_000 })))?.verdict).toBe("ok");
});

test("when admission resolves, the row and the reservation have committed", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 1_000 } });
  const call = callBy(caller);
  await instances[0]?.meter.admit(call);

  const { rows } = await pool.query(
    "select state, reserved_tokens::int from usage_record where tenant_id = $1 and id = $2",
    [caller.tenant.id, call.id],
  );
  expect(rows).toEqual([{ state: "admitted", reserved_tokens: 10 }]);
});

test("settling replaces the reservation by what was used, and settling again, on any instance, changes nothing", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 1_000 } });
  const call = callBy(caller, { tokens: 100 });
  const verdict = await instances[0]?.meter.admit(call);
  if (verdict?.verdict !== "ok") throw new Error("not admitted");

  await Promise.all([
    instances[0]?.meter.settle(settlementOf(call, verdict.admittedAt, { usage: usageOf(5, 6) })),
    instances[1]?.meter.settle(settlementOf(call, verdict.admittedAt, { usage: usageOf(5, 6) })),
    instances[1]?.meter.settle(settlementOf(call, verdict.admittedAt, { state: "failed", usage: null })),
  ]);
  await instances[0]?.meter.settle(settlementOf(call, verdict.admittedAt, { state: "abandoned", usage: null }));

  const counter = await counterOf(pool, caller.tenant.id, "day");
  expect([counter.requests_reserved, counter.tokens_reserved]).toEqual([0, 0]);
  expect([0, 1]).toContain(counter.requests_used);
  expect(counter.tokens_used).toBe(counter.requests_used * 11);
  expect((await auditLedger(pool)).drifts).toEqual([]);
});

test("a failed call counts neither as a call nor in tokens, and gives its reservation back", async () => {
  const caller = await createCaller(pool, { plan: { dailyRequestLimit: 1 } });
  const { meter } = instances[0] as (typeof instances)[number];
  const call = callBy(caller);
  const verdict = await meter.admit(call);
  if (verdict.verdict !== "ok") throw new Error("not admitted");
  await meter.settle(settlementOf(call, verdict.admittedAt, { state: "failed", usage: null }));

  expect((await meter.admit(callBy(caller))).verdict).toBe("ok");
});

test("a call admitted with limits from before a change is stale, on every instance, from the moment the change commits", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 1_000_000 } });
  expect((await instances[0]?.meter.admit(callBy(caller)))?.verdict).toBe("ok");

  await pool.query("update tenant set version = version + 1 where id = $1", [caller.tenant.id]);
  for (const { meter } of instances) expect((await meter.admit(callBy(caller))).verdict).toBe("stale");

  const renewed = { ...caller, tenant: { ...caller.tenant, version: 2 } };
  expect((await instances[1]?.meter.admit(callBy(renewed)))?.verdict).toBe("ok");

  await pool.query("update api_key set version = version + 1 where id = $1", [caller.key?.id]);
  for (const { meter } of instances) expect((await meter.admit(callBy(renewed))).verdict).toBe("stale");
});

test.each([
  { name: "time zone", change: (tenant: TenantSnapshot) => ({ ...tenant, timeZone: "Asia/Tokyo" }) },
  {
    name: "subscription",
    change: (tenant: TenantSnapshot) => ({
      ...tenant,
      subscriptions: tenant.subscriptions.map((each) => ({ ...each, startsAt: new Date(Date.now() - 1_000) })),
    }),
  },
])(
  "after a change of $name a key's calls with old and new limits may come together: only the new ones count, in the new windows",
  async ({ change }) => {
    const old = await createCaller(pool, { timeZone: "Europe/Berlin" });
    const { meter } = instances[0] as (typeof instances)[number];
    await pool.query("update tenant set version = 2 where id = $1", [old.tenant.id]);
    const renewed = { ...old, tenant: { ...change(old.tenant), version: 2 } };

    const calls = [callBy(old), callBy(renewed), callBy(old), callBy(renewed)];
    const verdicts = await Promise.all(calls.map((call) => meter.admit(call)));
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["stale", "ok", "stale", "ok"]);

    const { rows } = await pool.query(
      "select day_starts_at as starts_at, day_requests_reserved::int as requests_reserved from quota_counter where tenant_id = $1",
      [old.tenant.id],
    );
    const { startsAt } = dayAt(meter.now(), renewed.tenant.timeZone);
    expect(rows).toEqual(Array(2).fill({ starts_at: startsAt, requests_reserved: 2 }));
  },
);

test.each([
  { name: "a NUL", model: "gpt\u0000-4o", stored: "gpt\uFFFD-4o" },
  { name: "half of a surrogate pair", model: "gpt\uD800-4o", stored: "gpt\uFFFD-4o" },
  { name: "no end", model: "x".repeat(100_000), stored: "x".repeat(300) },
])(
  "a model with $name in its name is on record as far as it can be, and the calls beside it are not held up",
  async ({ model, stored }) => {
    const caller = await createCaller(pool);
    const batches = vi.fn();
    const { meter, store } = startInstance(database.url, (own) => ({
      ensurePartitions: () => own.ensurePartitions(),
      meter: (batch) => {
        batches();
        return own.meter(batch);
      },
    }));
    const calls = [{ ...callBy(caller), model }, callBy(caller)] as const;
    const verdicts = await Promise.all(calls.map((call) => meter.admit(call)));
    await Promise.all(
      verdicts.map((verdict, index) => {
        if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
        return meter.settle({ ...settlementOf(calls[index] as (typeof calls)[0], verdict.admittedAt), model });
      }),
    );
    expect(batches).toHaveBeenCalledTimes(2);

    const { rows } = await pool.query("select model, answered_model from usage_record where id = $1", [calls[0].id]);
    expect(rows).toEqual([{ model: stored, answered_model: stored }]);
    await store.close();
  },
);
