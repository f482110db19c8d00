import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { listTenants } from "@/lib/tenants/list-tenants";
import { continueHistory, seed } from "@/prisma/seed";
import { clientSeeds } from "@/prisma/seed/clients";
import { useDatabase } from "../../database";

const database = useDatabase();
/** The history is made three days ago, at an hour at which it is day for all who are to have used something, and goes on today. */
const today = new Date();
const now = new Date(new Date(today.getTime() - 3 * 24 * 3_600_000).setUTCHours(15));
let pool: pg.Pool;
let made: Awaited<ReturnType<typeof seed>>;

beforeAll(async () => {
  Object.assign(process.env, {
    AUTH_SECRET: "seed-auth-secret-0123456789-0123456789",
    ENCRYPTION_KEY: "cd".repeat(32),
  });
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
  made = await seed({ upstreamUrl: "http://127.0.0.1:9", months: 2, now });
});

afterAll(async () => {
  await pool.end();
  await closeDatabase();
});

test("invented use is on the ledger as real use would be: counters and roll-ups agree with it", async () => {
  const { records, drifts } = await auditLedger(pool);
  expect(drifts).toEqual([]);
  expect(records).toBe(made.calls);
  expect(records).toBeGreaterThan(10_000);
});

test("one client is over its limit, one near it, one idle, one suspended", async () => {
  const { items: tenants } = await listTenants({ now });
  const named = (name: string) => tenants.find((tenant) => tenant.name === name);
  expect(tenants).toHaveLength(clientSeeds.length);
  expect(named("Pampa Seguros")?.today).toMatchObject({ metric: "tokens", remaining: 0 });
  expect(named("Zephyra")?.today).toMatchObject({ metric: "tokens", near: true });
  expect(named("Zephyra")?.today?.remaining).toBeGreaterThan(0);
  expect(named("Ivo")?.usedThisMonth).toMatchObject({ requests: 0 });
  expect(named("Baobab Health")).toMatchObject({ status: "suspended" });
});

test("days later the history goes on from its last call, and the ledger stays clean", async () => {
  expect(await continueHistory({ now: today })).toBeGreaterThan(500);
  expect(await continueHistory({ now: today })).toBe(0);
  expect((await auditLedger(pool)).drifts).toEqual([]);
});
