import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { layOutCalls, readVerdicts } from "@/lib/metering/batch";
import { KnownCounters } from "@/lib/metering/known-counters";
import type { PostgresMeterStore } from "@/lib/metering/store";
import type { Caller, CallRequest } from "@/lib/metering/types";
import { dayAt, monthAt } from "@/lib/quota/window";
import { useDatabase } from "../../database";
import { callBy, counterOf, createAgency, createCaller, settlementOf, startInstance } from "../../metering";

const database = useDatabase();
let pool: pg.Pool;
let store: PostgresMeterStore;

beforeAll(async () => {
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  await createAgency(pool);
  ({ store } = startInstance(database.url));
});

afterAll(async () => {
  await store.close();
  await pool.end();
});

const nothing = { settlements: [], tallies: [] };

type Way = "as known" | "at once" | "one by one";
const counters = new KnownCounters();
let knownBatches = 0;

/** What becomes of one batch: by what is known of its counters, if that suffices; tried at once; or decided call by call. */
async function decide(calls: CallRequest[], way: Way) {
  const at = new Date();
  const given = layOutCalls(calls, at);
  const laidOut = way === "one by one" ? { ...given, asked: null } : given;
  const tenants = [...new Set(calls.map(({ caller }) => caller.tenant.id))];
  const known = way === "as known" ? counters.batchOf(laidOut, at) : null;
  const { admission, connection, ...answer } = await store.meter({ ...nothing, tenants, calls: laidOut, known });
  if (!admission) throw new Error("nothing was decided");
  if (answer.known === "held") knownBatches++;
  if (way === "as known") counters.learn(laidOut, admission, connection);
  return readVerdicts(laidOut, admission).map((verdict) => {
    if (verdict.verdict === "stale") return verdict;
    const headroom = verdict.headroom.map(({ metric, window, used, reserved, remaining }) => ({
      metric,
      window,
      used,
      reserved,
      remaining,
    }));
    return { verdict: verdict.verdict, headroom, reserved: "reservedTokens" in verdict ? verdict.reservedTokens : 0 };
  });
}

describe("a batch that is tried at once, or admitted by what is known of its counters", () => {
  const cap = fc.option(fc.integer({ min: 0, max: 60 }), { nil: null });
  const limits = fc.record({
    plan: fc.record({
      dailyRequestLimit: fc.option(fc.nat(16), { nil: null }),
      monthlyTokenLimit: cap,
      requestsPerMinute: fc.option(fc.nat(16), { nil: null }),
      monthlyCostLimitMicroUsd: cap,
    }),
    key: fc.record({ dailyTokenLimit: cap, concurrency: fc.option(fc.nat(16), { nil: null }) }),
  });
  const asked = fc.record({
    tokens: fc.nat(4),
    least: fc.nat(4),
    cost: fc.nat(3),
    kind: fc.constantFrom(...new Array<"metered">(9).fill("metered"), "checked" as const, "free" as const),
    isWeb: fc.boolean(),
  });
  const unlimited = {
    plan: {
      dailyRequestLimit: null,
      monthlyTokenLimit: null,
      requestsPerMinute: null,
      monthlyCostLimitMicroUsd: null,
    },
    key: { dailyTokenLimit: null, concurrency: null },
  };
  const call = { tokens: 0, least: 0, cost: 0, kind: "metered" as const, isWeb: false };
  /** A call that asks for nothing where nothing is left, of tokens or cost, is refused. */
  const atTheLimit = [
    [{ ...unlimited, plan: { ...unlimited.plan, monthlyTokenLimit: 2 } }, [[{ ...call, tokens: 2 }], [call]]],
    [{ ...unlimited, plan: { ...unlimited.plan, monthlyCostLimitMicroUsd: 2 } }, [[{ ...call, cost: 2 }], [call]]],
    [{ ...unlimited, key: { dailyTokenLimit: 2, concurrency: null } }, [[call], [{ ...call, tokens: 2 }, call]]],
    [{ ...unlimited, key: { dailyTokenLimit: null, concurrency: 2 } }, [[call], [call, call]]],
  ] satisfies [unknown, unknown][];
  const batches = fc.array(fc.array(asked, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 12 });

  test("comes to the same as one that is decided call by call: verdicts, reservations, headroom and counters", async () => {
    await fc.assert(
      fc.asyncProperty(limits, batches, async (given, batches) => {
        const [known, atOnce, oneByOne] = [
          await createCaller(pool, given),
          await createCaller(pool, given),
          await createCaller(pool, given),
        ];
        const callsOf = (caller: Caller, batch: (typeof batches)[number]) =>
          batch.map(({ tokens, least, cost, kind, isWeb }) => ({
            ...callBy(isWeb ? { ...caller, source: "web", key: null } : caller, {
              tokens,
              leastTokens: Math.min(tokens, least),
              cost,
            }),
            kind,
          }));
        for (const batch of batches) {
          const decided = await decide(callsOf(oneByOne, batch), "one by one");
          expect(await decide(callsOf(atOnce, batch), "at once")).toEqual(decided);
          expect(await decide(callsOf(known, batch), "as known")).toEqual(decided);
        }
        for (const window of ["day", "month"] as const) {
          for (const idOf of [({ tenant }: Caller) => tenant.id, ({ key }: Caller) => key?.id ?? ""]) {
            const counter = await counterOf(pool, idOf(oneByOne), window);
            expect(await counterOf(pool, idOf(atOnce), window)).toEqual(counter);
            expect(await counterOf(pool, idOf(known), window)).toEqual(counter);
          }
        }
      }),
      { numRuns: 150, examples: atTheLimit },
    );
    expect(knownBatches).toBeGreaterThan(0);
    expect((await auditLedger(pool)).drifts).toEqual([]);
  });

  test("and does not fit leaves nothing behind, neither rows nor reservations", async () => {
    const [limited, free] = [
      await createCaller(pool, { plan: { dailyRequestLimit: 1 } }),
      await createCaller(pool, { plan: {} }),
    ];
    // The first opens the counters.
    await decide([callBy(free), callBy(limited)], "at once");
    const verdicts = await decide([callBy(free), callBy(limited), callBy(free)], "at once");
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(["ok", "refused", "ok"]);
    expect(await counterOf(pool, free.tenant.id, "day")).toMatchObject({ requests_reserved: 3, tokens_reserved: 30 });
    expect(await counterOf(pool, limited.tenant.id, "day")).toMatchObject({ requests_reserved: 1 });
    const { rows } = await pool.query("select count(*)::int as calls from usage_record where tenant_id = any ($1)", [
      [limited.tenant.id, free.tenant.id],
    ]);
    expect(rows).toEqual([{ calls: 4 }]);
    expect((await auditLedger(pool)).drifts).toEqual([]);
  });
});

describe("a counter", () => {
  const hourMs = 3_600_000;
  const dayMs = 24 * hourMs;

  /** Puts the counters of a client into the day and month of an instant, as the first call then does. */
  async function openAt(caller: Caller, at: Date, client: Pick<pg.ClientBase, "query"> = pool): Promise<void> {
    const [day, month] = [dayAt(at, caller.tenant.timeZone), monthAt(at, caller.tenant.timeZone)];
    const subjects = [caller.tenant.id, caller.key?.id];
    await client.query("select open_counters($1, $2, $3, $4, $5, $6)", [
      subjects.map(() => caller.tenant.id),
      subjects,
      ...[day.startsAt, day.endsAt, month.startsAt, month.endsAt].map((instant) => subjects.map(() => instant)),
    ]);
  }

  const stored = async (subjectId: string) => {
    const { rows } = await pool.query(
      `select day_starts_at, day_requests_used::int as day, day_requests_reserved::int as open,
         month_requests_used::int as month, in_flight from quota_counter where subject_id = $1`,
      [subjectId],
    );
    return rows[0];
  };

  /** How many rows of the ledger are read when its counters are put there. */
  async function readToOpenAt(caller: Caller, at: Date): Promise<number> {
    const client = await pool.connect();
    const read = async () => {
      const { rows } = await client.query<{ read: number }>(
        `select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::int as read from pg_stat_xact_user_tables
         where relname like 'usage\\_record%'`,
      );
      return rows[0]?.read ?? Number.NaN;
    };
    try {
      // As in metering's own sessions.
      await client.query(
        "begin; set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off",
      );
      const before = await read();
      await openAt(caller, at, client);
      return (await read()) - before;
    } finally {
      await client.query("rollback");
      client.release();
    }
  }

  async function usedAndOpenCall(): Promise<Caller> {
    const caller = await createCaller(pool, { timeZone: "Asia/Kolkata" });
    const [settled, open] = [callBy(caller), callBy(caller)];
    const { meter } = startInstance(database.url, () => store);
    const [verdict] = await Promise.all([meter.admit(settled), meter.admit(open)]);
    if (verdict.verdict !== "ok") throw new Error(verdict.verdict);
    await meter.settle(settlementOf(settled, verdict.admittedAt));
    return caller;
  }

  test("is at nothing in a day that begins later, and counts what is still open in the day in which it was admitted", async () => {
    const caller = await usedAndOpenCall();
    const later = new Date(Date.now() + 40 * dayMs);
    for (const { id } of [caller.tenant, caller.key as { id: string }]) {
      expect(await stored(id)).toMatchObject({ day: 1, open: 1, month: 1, in_flight: 1 });
    }
    await openAt(caller, later);
    for (const { id } of [caller.tenant, caller.key as { id: string }]) {
      const { startsAt } = dayAt(later, "Asia/Kolkata");
      expect(await stored(id)).toEqual({ day_starts_at: startsAt, day: 0, open: 0, month: 0, in_flight: 1 });
    }
    expect((await auditLedger(pool)).drifts).toEqual([]);
  });

  test("holds what the ledger has in its window when the clock is set back to it", async () => {
    const caller = await usedAndOpenCall();
    await openAt(caller, new Date(Date.now() + 40 * dayMs));
    await openAt(caller, new Date());
    for (const { id } of [caller.tenant, caller.key as { id: string }]) {
      expect(await stored(id)).toMatchObject({ day: 1, open: 1, month: 1, in_flight: 1 });
    }
    await openAt(caller, new Date(Date.now() - 40 * dayMs));
    expect(await stored(caller.tenant.id)).toMatchObject({ day: 0, open: 0, month: 0, in_flight: 1 });
    expect((await auditLedger(pool)).drifts).toEqual([]);
  });

  test("is opened without a look at the ledger when a day begins, and never reads what others have in it", async () => {
    const [caller, other] = [await usedAndOpenCall(), await createCaller(pool)];
    await decide(
      Array.from({ length: 50 }, () => callBy(other)),
      "at once",
    );
    const later = new Date(Date.now() + 40 * dayMs);
    expect(await readToOpenAt(caller, later)).toBe(0);

    await openAt(caller, later);
    const [inDay, inMonth] = [2, 2];
    expect(await readToOpenAt(caller, new Date())).toBe(inDay + inMonth);
  });

  test("is moved by the first call of a new day, which a limit that was used up no longer refuses", async () => {
    const caller = await createCaller(pool, { plan: { dailyRequestLimit: 1 } });
    expect(await decide([callBy(caller)], "at once")).toMatchObject([{ verdict: "ok" }]);
    expect(await decide([callBy(caller)], "at once")).toMatchObject([{ verdict: "refused" }]);

    // As if it all had been the day before.
    const yesterday = new Date(Date.now() - dayMs);
    await pool.query("update usage_record set admitted_at = admitted_at - interval '1 day' where tenant_id = $1", [
      caller.tenant.id,
    ]);
    const { startsAt, endsAt } = dayAt(yesterday, caller.tenant.timeZone);
    await pool.query(
      `update quota_counter set day_starts_at = $2, day_ends_at = $3, counted_until = counted_until - interval '1 day'
       where tenant_id = $1`,
      [caller.tenant.id, startsAt, endsAt],
    );
    expect(await decide([callBy(caller)], "at once")).toMatchObject([{ verdict: "ok" }]);
    expect(await counterOf(pool, caller.tenant.id, "day")).toMatchObject({ requests_reserved: 1 });
  });
});
