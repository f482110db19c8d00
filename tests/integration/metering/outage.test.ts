import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { Meter } from "@/lib/metering/meter";
import { PostgresMeterStore } from "@/lib/metering/store";
import type { CallRequest } from "@/lib/metering/types";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { callBy, counterOf, createCaller, settlementOf, silent, startInstance, usageOf } from "../../metering";
import { fieldsOf } from "../../record-fields";

const database = useDatabase();
let pool: pg.Pool;

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on("error", () => {});
});

afterAll(() => pool.end());

test("while the database is away settlements wait and calls are refused as unavailable; afterwards nothing is missing", async () => {
  const caller = await createCaller(pool);
  const proxied = new PostgresMeterStore(database.url, startInstance(database.url).id);
  let away = false;
  const meter = new Meter(
    {
      ensurePartitions: () => proxied.ensurePartitions(),
      heldTenants: (tenants) => proxied.heldTenants(tenants),
      meter: (batch) =>
        away
          ? Promise.reject(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }))
          : proxied.meter(batch),
    },
    silent,
  );
  const calls = Array.from({ length: 5 }, () => callBy(caller));
  const verdicts = await Promise.all(calls.map((call) => meter.admit(call)));

  away = true;
  const settled = calls.map((call, index) => {
    const verdict = verdicts[index];
    if (verdict?.verdict !== "ok") throw new Error("not admitted");
    return meter.settle(settlementOf(call, verdict.admittedAt, { usage: usageOf(3, 4) }));
  });
  await expect(meter.admit(callBy(caller))).rejects.toMatchObject({
    code: "unavailable",
    retryAfterSeconds: expect.any(Number),
  });

  away = false;
  await Promise.all(settled);
  await eventually(async () => expect((await meter.admit(callBy(caller))).verdict).toBe("ok"));
  expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({
    requests_used: 5,
    requests_reserved: 1,
    tokens_used: 35,
  });
  await proxied.close();
});

test("a call whose admission got no answer is turned away, and its row, if it committed, is closed as failed", async () => {
  const caller = await createCaller(pool, { plan: { dailyRequestLimit: 1 } });
  let losesAnswer = true;
  const { meter, store } = startInstance(database.url, (own) => ({
    ensurePartitions: () => own.ensurePartitions(),
    meter: async (batch) => {
      const answer = await own.meter(batch);
      if (losesAnswer && batch.calls) {
        losesAnswer = false;
        throw new Error("Connection terminated unexpectedly");
      }
      return answer;
    },
  }));
  const lost: CallRequest = callBy(caller);
  await expect(meter.admit(lost)).rejects.toMatchObject({ code: "unavailable" });

  await eventually(async () => {
    const { rows } = await pool.query("select state from usage_record where tenant_id = $1 and id = $2", [
      caller.tenant.id,
      lost.id,
    ]);
    expect(rows).toEqual([{ state: "failed" }]);
  });
  await eventually(async () => expect((await meter.admit(callBy(caller))).verdict).toBe("ok"));
  await store.close();
});

test("an admission that is executed only after its call was turned away is closed as well", async () => {
  const caller = await createCaller(pool, { key: { concurrency: 1 } });
  const late = Promise.withResolvers<void>();
  let losesBatch = true;
  const { meter, store } = startInstance(
    database.url,
    (own) => ({
      ensurePartitions: () => own.ensurePartitions(),
      meter: async (batch) => {
        if (!losesBatch || !batch.calls) return await own.meter(batch);
        losesBatch = false;
        setTimeout(() => own.meter(batch).then(() => late.resolve(), late.reject), 300);
        throw new Error("Connection terminated unexpectedly");
      },
    }),
    { lateMs: 600 },
  );
  const lost = callBy(caller);
  await expect(meter.admit(lost)).rejects.toMatchObject({ code: "unavailable" });
  await late.promise;
  await eventually(async () => {
    const { rows } = await pool.query("select state from usage_record where id = $1", [lost.id]);
    expect(rows).toEqual([{ state: "failed" }]);
  });
  expect((await meter.admit(callBy(caller))).verdict).toBe("ok");
  await store.close();
});

test("calls that waited behind a lost batch were never sent, and need not be looked for", async () => {
  const caller = await createCaller(pool);
  const settled: number[] = [];
  const { meter, store } = startInstance(database.url, (own) => ({
    ensurePartitions: () => own.ensurePartitions(),
    meter: async (batch) => {
      if (batch.calls) throw new Error("Connection terminated unexpectedly");
      if (batch.settlements.length > 0) settled.push(batch.settlements.length);
      return await own.meter(batch);
    },
  }));
  const outcomes = await Promise.allSettled(Array.from({ length: 600 }, () => meter.admit(callBy(caller))));
  expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
  await meter.flush({ timeoutMs: 60_000 });
  expect(settled).toEqual([256]);
  await store.close();
});

test("settlements that take too long together are written in smaller batches", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url, (own) => ({
    ensurePartitions: () => own.ensurePartitions(),
    meter: async (batch) => {
      if (batch.settlements.length > 100) throw Object.assign(new Error("too slow"), { code: "57014" });
      return await own.meter(batch);
    },
  }));
  const calls = Array.from({ length: 250 }, () => callBy(caller));
  const verdicts = await Promise.all(calls.map((call) => meter.admit(call)));
  await Promise.all(
    verdicts.map((verdict, index) => {
      if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
      return meter.settle(settlementOf(calls[index] as CallRequest, verdict.admittedAt));
    }),
  );
  expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({ requests_used: 250, requests_reserved: 0 });
  await store.close();
});

test("numbers that the ledger does not take leave no call open: it is counted at its reservation", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  const [bad, good] = [callBy(caller, { tokens: 30 }), callBy(caller)];
  const verdicts = [await meter.admit(bad), await meter.admit(good)];
  const [first, second] = verdicts.map((verdict) => (verdict.verdict === "ok" ? verdict.admittedAt : new Date(0))) as [
    Date,
    Date,
  ];
  await Promise.all([
    meter.settle(settlementOf(bad, first, { usage: usageOf(-5, 3) })),
    meter.settle(settlementOf(good, second, { usage: usageOf(2, 3) })),
  ]);

  const { rows } = await pool.query(
    "select state, total_tokens::int from usage_record where tenant_id = $1 order by reserved_tokens",
    [caller.tenant.id],
  );
  expect(rows).toEqual([
    { state: "settled", total_tokens: 5 },
    { state: "abandoned", total_tokens: 30 },
  ]);
  await store.close();
});

test.each(["21000", "22003", "54001", "XX000"])(
  "a settlement that the database refuses with %s stops no other call",
  async (code) => {
    const caller = await createCaller(pool);
    const { meter, store } = startInstance(database.url, (own) => ({
      ensurePartitions: () => own.ensurePartitions(),
      meter: async (batch) => {
        if (batch.settlements.some((row) => fieldsOf(row).includes("13")))
          throw Object.assign(new Error("refused"), { code });
        return await own.meter(batch);
      },
    }));
    const call = callBy(caller, { tokens: 30 });
    const verdict = await meter.admit(call);
    if (verdict.verdict !== "ok") throw new Error(verdict.verdict);

    await meter.settle(settlementOf(call, verdict.admittedAt, { usage: usageOf(13, 3) }));
    expect((await meter.admit(callBy(caller))).verdict).toBe("ok");
    const { rows } = await pool.query("select state from usage_record where id = $1", [call.id]);
    expect(rows).toEqual([{ state: "abandoned" }]);
    await store.close();
  },
);

test("an entry that cannot even be written down, for the clock of its client or a number that is none, is no outage", async () => {
  const [bad, good] = [await createCaller(pool, { timeZone: "PST" }), await createCaller(pool)];
  const { meter, store } = startInstance(database.url);
  const verdicts = await Promise.allSettled([bad, good, bad, good].map((caller) => meter.admit(callBy(caller))));
  expect(verdicts).toMatchObject([
    { status: "rejected", reason: { code: "internal" } },
    { status: "fulfilled", value: { verdict: "ok" } },
    { status: "rejected", reason: { code: "internal" } },
    { status: "fulfilled", value: { verdict: "ok" } },
  ]);

  const call = callBy(good, { tokens: 30 });
  const verdict = await meter.admit(call);
  if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
  await meter.settle({ ...settlementOf(call, verdict.admittedAt), admittedTo: new Date(Number.NaN) });
  expect((await meter.admit(callBy(good))).verdict).toBe("ok");
  expect(meter.obstacle).toBeNull();
  await store.close();
});

test("a call that was admitted while a bad batch was taken apart stays so when the connection is lost in the midst of it", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url, (own) => ({
    ensurePartitions: () => own.ensurePartitions(),
    meter: async (batch) => {
      const places = batch.calls?.places ?? [];
      if (places.length > 1) throw Object.assign(new Error("invalid input"), { code: "22P02" });
      if (places[0]?.call.id === second.id) throw new Error("Connection terminated unexpectedly");
      return await own.meter(batch);
    },
  }));
  const [first, second] = [callBy(caller), callBy(caller)] as const;

  const [admitted, lost] = await Promise.allSettled([meter.admit(first), meter.admit(second)]);
  expect(admitted).toMatchObject({ status: "fulfilled", value: { verdict: "ok" } });
  expect(lost).toMatchObject({ status: "rejected", reason: { code: "unavailable" } });
  await meter.flush({ timeoutMs: 60_000 });
  const { rows } = await pool.query("select id, state from usage_record where tenant_id = $1", [caller.tenant.id]);
  expect(rows).toEqual([{ id: first.id, state: "admitted" }]);
  await store.close();
});

test("a connection to a server that takes no writes any more is given up for a new one", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  const name = new URL(database.url).pathname.slice(1);
  await pool.query(`alter database ${name} set default_transaction_read_only = on`);
  await expect(meter.admit(callBy(caller))).rejects.toMatchObject({ code: "unavailable" });

  await pool.query(`alter database ${name} reset default_transaction_read_only`);
  await eventually(async () => expect((await meter.admit(callBy(caller))).verdict).toBe("ok"));
  await store.close();
});

test("a statement that the server has forgotten, as behind a pooler, is prepared again", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  await meter.admit(callBy(caller));
  const ownConnection = store as unknown as { query(query: pg.QueryConfig): Promise<unknown> };
  await ownConnection.query({ text: "deallocate all" });
  await eventually(async () => expect((await meter.admit(callBy(caller))).verdict).toBe("ok"));
  await store.close();
});

test("who asks at the same time shares one connection", async () => {
  const { store } = startInstance(database.url);
  const before = await countConnections();
  await Promise.all([store.warmUp(), store.ensurePartitions(), store.warmUp()]);
  expect(await countConnections()).toBe(before + 1);
  await store.close();
});

test("the meter's connections may be killed at any time: every call is answered, and none is lost or counted twice", async () => {
  const caller = await createCaller(pool);
  const { meter, store } = startInstance(database.url);
  const outcomes = { ok: 0, unavailable: 0 };
  const settled: Promise<void>[] = [];
  let isKilling = true;
  const callers = Array.from({ length: 20 }, async () => {
    while (isKilling) {
      const call = callBy(caller);
      try {
        const verdict = await meter.admit(call);
        if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
        outcomes.ok += 1;
        settled.push(meter.settle(settlementOf(call, verdict.admittedAt, { usage: usageOf(1, 1) })));
      } catch (error) {
        expect(error).toMatchObject({ code: "unavailable" });
        outcomes.unavailable += 1;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  });
  for (let kill = 0; kill < 15; kill++) {
    const before = outcomes.ok;
    await eventually(() => expect(outcomes.ok).toBeGreaterThan(before + 20), { everyMs: 3 });
    await pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'sluice-metering' and datname = current_database()",
    );
  }
  isKilling = false;
  await Promise.all(callers);
  await Promise.all(settled);
  await meter.flush({ timeoutMs: 60_000 });

  const counter = await counterOf(pool, caller.tenant.id, "day");
  expect(outcomes.unavailable).toBeGreaterThan(0);
  expect(counter).toMatchObject({
    requests_used: outcomes.ok,
    requests_reserved: 0,
    tokens_used: outcomes.ok * 2,
    tokens_reserved: 0,
  });
  expect((await auditLedger(pool)).drifts).toEqual([]);
  await store.close();
});

async function countConnections(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity
     where application_name = 'sluice-metering' and datname = current_database()`,
  );
  return rows[0]?.count ?? 0;
}
