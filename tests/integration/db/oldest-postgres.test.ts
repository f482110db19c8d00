import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase, pool as consolePool } from "@/lib/db/client";
import { migrate } from "@/lib/db/migrate";
import { requireDatabase } from "@/lib/launch/usable-database";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { startMetering, stopMetering } from "@/lib/metering/lifecycle";
import { rebuildRollups } from "@/lib/metering/rebuild-rollups";
import { purgeLedger } from "@/lib/retention/purge-ledger";
import { api } from "../../api";
import { makeCall, makeKey, makePlan, makeTenant } from "../../factories";
import { startOldestPostgres } from "../../oldest-postgres";

let server: Awaited<ReturnType<typeof startOldestPostgres>>;

beforeAll(async () => {
  server = await startOldestPostgres();
  process.env.DATABASE_URL = server.url;
  await requireDatabase(server.url);
  await migrate({ databaseUrl: server.url });
  await startMetering();
});

afterAll(async () => {
  await stopMetering();
  await closeDatabase();
  await server.stop();
});

test("on the oldest PostgreSQL that is promised calls are admitted, limited, corrected, imported, told and purged", async () => {
  const plan = await makePlan({ dailyTokenLimit: 100, requestsPerMinute: 50, monthlyCostLimitMicroUsd: 1_000_000 });
  const { id } = await makeTenant({ planId: plan.id, timeZone: "Asia/Kathmandu" });
  const key = await makeKey(id, { dailyRequestLimit: 30, concurrency: 20 });

  // As many at once as fit, and more than that: each call takes ten tokens.
  const calls = await Promise.allSettled(Array.from({ length: 16 }, () => makeCall(key)));
  expect(calls.filter(({ status }) => status === "fulfilled")).toHaveLength(10);

  const correction = { tokens: -20, requests: -1, reason: "counted twice" };
  expect((await api("POST", `/api/admin/tenants/${id}/adjustments`, { body: correction })).status).toBe(201);
  await makeCall(key);
  const file = `time,key,tokens\n2026-01-05T10:00:00Z,${key.prefix},7\n2026-01-05T11:00:00Z,${key.prefix},8\n`;
  expect(await api("POST", `/api/admin/tenants/${id}/usage-import`, { body: file })).toMatchObject({ status: 200 });

  const { body } = await api("GET", `/api/admin/usage/sources?tenantId=${id}&from=2026-01-01T00:00:00Z&bucket=month`);
  expect(body.totals.grandTotal).toMatchObject({ requests: 12, totalTokens: 105 });
  for (const path of ["usage/monthly", "overview", "usage/requests", `tenants/${id}/quota`, "tenants"])
    expect((await api("GET", `/api/admin/${path}`)).status, path).toBe(200);

  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await rebuildRollups(client);
  expect((await api("PATCH", "/api/admin/settings", { body: { retentionMonths: 1 } })).status).toBe(200);
  expect((await purgeLedger(client, { now: new Date() })).calls).toBe(2);
  await client.end();
  expect((await auditLedger(consolePool())).drifts).toEqual([]);
});
