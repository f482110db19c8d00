import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import type { Meter } from "@/lib/metering/meter";
import type { Caller } from "@/lib/metering/types";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { callBy, counterOf, createAgency, createCaller, settlementOf, startInstance } from "../../metering";
import { quietClock } from "../../quiet-clock";

const database = useDatabase();
let pool: pg.Pool;
let other: ReturnType<typeof startInstance>;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  other = startInstance(database.url);
  await createAgency(pool);
});

// What is known holds within a minute.
beforeEach(() => quietClock({ forMs: 10_000, everyMs: 60_000 }));

afterAll(async () => {
  await other.store.close();
  await pool.end();
});

/** An instance that notes of each batch of calls whether what it knew of the counters was tried, and whether it held. */
function startWatched() {
  const batches: ("held" | "over" | "changed" | "asked")[] = [];
  const { meter, store } = startInstance(database.url, (own) => ({
    ensurePartitions: () => own.ensurePartitions(),
    meter: async (batch) => {
      const answer = await own.meter(batch);
      if (batch.calls) batches.push(answer.known ?? "asked");
      return answer;
    },
  }));
  return { meter, store, batches };
}

/** Opens the counters of a client: what they hold is known from then on. */
async function open(caller: Caller): Promise<void> {
  await admitted(other.meter, caller);
}

async function admitted(meter: Meter, caller: Caller) {
  const call = callBy(caller);
  const verdict = await meter.admit(call);
  if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
  return { call, verdict };
}

test("what one batch has left in the counters is known to the next, which tells the same of them", async () => {
  const caller = await createCaller(pool, {
    plan: { dailyTokenLimit: 100, requestsPerMinute: 9 },
    key: { concurrency: 9 },
  });
  const { meter, store, batches } = startWatched();
  await open(caller);
  for (const used of [20, 30, 40]) {
    const { verdict } = await admitted(meter, caller);
    expect(verdict.headroom).toMatchObject([
      { metric: "requests", window: "minute", used: used / 10, remaining: 9 - used / 10 },
      { metric: "tokens", window: "day", used: 0, reserved: used, remaining: 100 - used },
    ]);
  }
  expect(batches).toEqual(["asked", "held", "held"]);
  expect(await counterOf(pool, caller.key?.id ?? "", "day")).toMatchObject({
    requests_reserved: 4,
    tokens_reserved: 40,
  });
  expect((await auditLedger(pool)).drifts).toEqual([]);
  await store.close();
});

test("what is left decides, to the last call, also where only that is known", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 55 } });
  const { meter, store, batches } = startWatched();
  await open(caller);
  const verdicts = [];
  for (let round = 0; round < 8; round++) verdicts.push((await meter.admit(callBy(caller))).verdict);
  expect(verdicts).toEqual([...new Array(4).fill("ok"), ...new Array(4).fill("refused")]);
  expect(batches.slice(0, 4)).toEqual(["asked", "held", "held", "held"]);
  expect(batches).not.toContain("changed");
  await store.close();
});

describe("what somebody else has written meanwhile is noticed, and decides:", () => {
  const blocked = "update tenant set daily_token_limit = 0, version = version + 1 where id = $1";

  test.each<{ name: string; write(caller: Caller): Promise<unknown>; decided: "ok" | "stale" | "refused" }>([
    {
      name: "a call on another instance",
      write: (caller) => admitted(other.meter, caller),
      decided: "ok",
    },
    {
      name: "calls on another instance that leave nothing",
      write: async (caller) => {
        for (let calls = 0; calls < 8; calls++) await admitted(other.meter, caller);
      },
      decided: "refused",
    },
    {
      name: "a change of the client",
      write: ({ tenant }) => pool.query(blocked, [tenant.id]),
      decided: "stale",
    },
    {
      name: "a change of the key alone",
      write: ({ key }) =>
        pool.query("update api_key set revoked_at = now(), version = version + 1 where id = $1", [key?.id]),
      decided: "stale",
    },
    {
      name: "a counter that is put right",
      write: ({ tenant }) =>
        pool.query("update quota_counter set day_tokens_used = 100 where subject_id = $1", [tenant.id]),
      decided: "refused",
    },
    {
      name: "a counter that is gone",
      write: ({ key }) => pool.query("delete from quota_counter where subject_id = $1", [key?.id]),
      decided: "ok",
    },
  ])("$name", async ({ write, decided }) => {
    const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
    const { meter, store, batches } = startWatched();
    await open(caller);
    await admitted(meter, caller);
    await write(caller);
    const before = await counterOf(pool, caller.tenant.id, "day");
    expect(await meter.admit(callBy(caller))).toMatchObject({ verdict: decided });
    expect(batches).toEqual(["asked", "changed"]);

    const taken = decided === "ok" ? 10 : 0;
    expect(await counterOf(pool, caller.tenant.id, "day")).toEqual({
      ...before,
      requests_reserved: before.requests_reserved + taken / 10,
      tokens_reserved: before.tokens_reserved + taken,
    });
    await store.close();
  });

  test("a change of the agency, which may be one of a provider", async () => {
    const caller = await createCaller(pool);
    const { meter, store, batches } = startWatched();
    await open(caller);
    const { verdict: before } = await admitted(meter, caller);
    await admitted(meter, caller);
    await pool.query("update agency set version = version + 1");
    const { verdict: after } = await admitted(meter, caller);
    expect(after.agencyVersion).toBe(before.agencyVersion + 1);
    expect(batches).toEqual(["asked", "held", "changed"]);
    expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({ requests_reserved: 4 });
    await store.close();
  });
});

test("what is written while a batch waits for it decides, too", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
  const { meter, store } = startWatched();
  await open(caller);
  await admitted(meter, caller);
  const writer = await pool.connect();
  await writer.query("begin");
  await writer.query("update quota_counter set day_tokens_used = 80 where subject_id = $1", [caller.tenant.id]);
  const verdict = meter.admit(callBy(caller));
  await eventually(async () => {
    const { rows } = await writer.query("select pid from pg_locks where not granted");
    expect(rows).toHaveLength(1);
  });
  await writer.query("commit");
  writer.release();
  expect(await verdict).toMatchObject({ verdict: "refused" });
  expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({ requests_reserved: 2, tokens_reserved: 20 });
  await store.close();
});

test("of several clients in a batch none keeps what another's change has stopped", async () => {
  const [first, second] = [await createCaller(pool), await createCaller(pool)];
  const { meter, store, batches } = startWatched();
  const both = () => Promise.all([first, second].map((caller) => meter.admit(callBy(caller))));
  await open(first);
  await open(second);
  await both();
  expect(await both()).toMatchObject([{ verdict: "ok" }, { verdict: "ok" }]);
  await pool.query("update tenant set version = version + 1 where id = $1", [second.tenant.id]);
  expect(await both()).toMatchObject([{ verdict: "ok" }, { verdict: "stale" }]);
  expect(batches).toEqual(["asked", "held", "changed"]);
  expect(await counterOf(pool, first.tenant.id, "day")).toMatchObject({ requests_reserved: 4 });
  expect(await counterOf(pool, second.tenant.id, "day")).toMatchObject({ requests_reserved: 3 });
  await store.close();
});

test("what was told over a connection that is gone is not trusted: the server behind the next one may know nothing of it", async () => {
  const caller = await createCaller(pool);
  const { meter, store, batches } = startWatched();
  await open(caller);
  await admitted(meter, caller);
  await admitted(meter, caller);
  await pool.query(
    `select pg_terminate_backend(pid, 10000) from pg_stat_activity
     where application_name = 'sluice-metering' and datname = current_database()`,
  );
  await eventually(async () => expect(await meter.admit(callBy(caller))).toMatchObject({ verdict: "ok" }));
  expect(batches.slice(0, 2)).toEqual(["asked", "held"]);
  expect(batches.at(2)).not.toBe("held");
  await store.close();
});

test("where several instances count for the same client it is not tried again for a while, and nothing is lost", async () => {
  const caller = await createCaller(pool, { plan: { dailyRequestLimit: 60 } });
  const { meter, store, batches } = startWatched();
  const verdicts = [];
  for (let round = 0; round < 40; round++) {
    verdicts.push(...(await Promise.all([meter.admit(callBy(caller)), other.meter.admit(callBy(caller))])));
  }
  expect(verdicts.filter(({ verdict }) => verdict === "ok")).toHaveLength(60);
  expect(batches).toContain("asked");
  expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({ requests_reserved: 60 });
  await store.close();
});

test("what calls have used when they end is not known, and asked for", async () => {
  const caller = await createCaller(pool, { plan: { dailyTokenLimit: 100 } });
  const { meter, store, batches } = startWatched();
  await open(caller);
  const { call, verdict } = await admitted(meter, caller);
  await meter.settle(settlementOf(call, verdict.admittedAt));
  const next = await admitted(meter, caller);
  expect(next.verdict.headroom).toMatchObject([{ used: 10, reserved: 20 }]);
  expect(batches.filter((batch) => batch !== "asked")).toEqual([]);
  await store.close();
});
