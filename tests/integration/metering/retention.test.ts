import pg from "pg";
import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { rebuildDays, rebuildRollups } from "@/lib/metering/rebuild-rollups";
import { listMonths } from "@/lib/retention/ledger-months";
import { purgeLedger } from "@/lib/retention/purge-ledger";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makeTenant, unique } from "../../factories";

const database = useDatabase();
let client: pg.Client;
let pool: pg.Pool;
const now = new Date();
/** In the middle of a month, so far from where any zone's months begin. */
const monthsAgo = (count: number, day = 15) =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, day, 10, 30));

type Made = { id: string; key: { id: string; secret: string; name: string } };

beforeAll(async () => {
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});

afterAll(async () => {
  await client.end();
  await pool.end();
});

beforeEach(async () => {
  await prisma().ledgerRetention.deleteMany();
  await prisma().usageRecord.deleteMany();
  for (const table of ["usage_hourly", "usage_daily", "quota_counter"]) await client.query(`delete from ${table}`);
  await keepFor(null);
});

/** A client with so many calls in each of these months, brought in as earlier use is. */
async function makeUse(ago: number[], { timeZone = "Europe/Berlin", calls = 3 } = {}): Promise<Made> {
  const { id } = await makeTenant({ timeZone });
  const key = await makeKey(id, { name: unique("site") });
  const lines = ago.map((count) => `${monthsAgo(count).toISOString()},${key.name},${calls},${calls * 100}`);
  const file = `time,key,requests,tokens\n${lines.join("\n")}\n`;
  const { status, body } = await api("POST", `/api/admin/tenants/${id}/usage-import`, { body: file });
  expect({ status, added: body.added }).toEqual({ status: 200, added: calls * ago.length });
  return { id, key };
}

async function keepFor(months: number | null): Promise<void> {
  expect((await api("PATCH", "/api/admin/settings", { body: { retentionMonths: months } })).status).toBe(200);
}

async function keepOfTenant(tenantId: string, months: number | null): Promise<void> {
  const { status } = await api("PUT", `/api/admin/settings/retention/${tenantId}`, { body: { months } });
  expect(status).toBe(204);
}

const callsOf = (tenantId: string) => prisma().usageRecord.count({ where: { tenantId } });

async function totalsOf(tenantId: string): Promise<unknown> {
  const from = monthsAgo(20).toISOString();
  const { body } = await api("GET", `/api/admin/usage/sources?tenantId=${tenantId}&bucket=month&from=${from}`);
  return body.totals.grandTotal;
}

async function expectClean(): Promise<void> {
  expect((await auditLedger(pool)).drifts).toEqual([]);
}

describe("purging", () => {
  test("takes the calls of old months, keeps every total, and leaves the ledger's audit clean", async () => {
    const { id, key } = await makeUse([1, 2, 3, 4, 5]);
    await makeCall(key);
    const totals = await totalsOf(id);
    await keepFor(2);
    expect(await purgeLedger(client, { now })).toEqual({ calls: 9, months: expect.arrayContaining([nameOf(4)]) });

    expect(await callsOf(id)).toBe(7);
    expect(await totalsOf(id)).toEqual(totals);
    const { body: monthly } = await api("GET", `/api/admin/usage/monthly?tenantId=${id}&months=12`);
    expect(JSON.stringify(monthly)).toContain(nameOf(5));
    await expectClean();
    const oldest = await prisma().usageRecord.findFirst({ where: { tenantId: id }, orderBy: { admittedAt: "asc" } });
    expect(oldest?.admittedAt).toEqual(monthsAgo(2));
  });

  test("by a clock that runs ahead takes no more than is over by the database's", async () => {
    const { id } = await makeUse([1, 3]);
    await keepFor(2);
    const ahead = new Date(now.getTime() + 366 * 86_400_000);
    expect((await purgeLedger(client, { now: ahead })).calls).toBe(3);
    expect(await callsOf(id)).toBe(3);
    await expectClean();
  });

  test("leaves nothing that rebuilding takes for unused, also when the purge came in between", async () => {
    const { id } = await makeUse([1, 3]);
    await keepFor(2);
    const totals = await totalsOf(id);
    await purgeLedger(client, { now });
    // The span was looked up before.
    const [from, to] = [monthsAgo(5), monthsAgo(0)].map((at) => at.toISOString().slice(0, 10)) as [string, string];
    expect(await rebuildDays(client, id, { from, to })).toBe(0);
    expect(await totalsOf(id)).toEqual(totals);
    await expectClean();
  });

  test("drops a month that nobody needs as a whole, and calls go on being counted", async () => {
    const { key } = await makeUse([1, 6, 7]);
    await keepFor(3);
    const { months } = await purgeLedger(client, { now });
    expect(months).toEqual(expect.arrayContaining([nameOf(7), nameOf(6)]));
    expect((await listMonths(client)).map(({ name }) => name)).not.toContain(nameOf(6));
    await makeCall(key);
    await expectClean();
  });

  test("a month that one client keeps stays, without the others' calls", async () => {
    const [keeper, other] = [await makeUse([1, 8]), await makeUse([1, 8])];
    await keepFor(2);
    await keepOfTenant(keeper.id, 24);
    const { calls, months } = await purgeLedger(client, { now });
    expect(calls).toBe(3);
    expect(months).not.toContain(nameOf(8));
    expect([await callsOf(keeper.id), await callsOf(other.id)]).toEqual([6, 3]);
    await expectClean();
  });

  test("a client may be kept for a shorter time than the others", async () => {
    const [brief, other] = [await makeUse([1, 2, 3]), await makeUse([1, 2, 3])];
    await keepOfTenant(brief.id, 1);
    expect((await purgeLedger(client, { now })).calls).toBe(6);
    expect([await callsOf(brief.id), await callsOf(other.id)]).toEqual([3, 9]);
    await keepOfTenant(brief.id, null);
    expect((await purgeLedger(client, { now })).calls).toBe(0);
    await expectClean();
  });

  test("deletes in pieces, and can be stopped between them and go on later", async () => {
    const { id } = await makeUse([3], { calls: 6_000 });
    await makeUse([3]);
    await keepOfTenant(id, 1);
    const stopping = new AbortController();
    stopping.abort();
    expect((await purgeLedger(client, { now, signal: stopping.signal })).calls).toBe(0);
    expect((await purgeLedger(client, { now })).calls).toBe(6_000);
    await expectClean();
  });

  test("leaves an open call, and the month in which it is", async () => {
    const { id } = await makeUse([4]);
    const open = await prisma().usageRecord.findFirstOrThrow({ where: { tenantId: id } });
    await prisma().usageRecord.updateMany({ where: { tenantId: id, id: open.id }, data: { state: "admitted" } });
    await keepFor(1);
    const { calls, months } = await purgeLedger(client, { now });
    expect(calls).toBe(2);
    expect(months).not.toContain(nameOf(4));
    expect(await prisma().usageRecord.findMany({ where: { tenantId: id } })).toMatchObject([{ id: open.id }]);
  });

  test.each(["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"])(
    "in %s, where months begin at other instants, totals and the audit stay right",
    async (timeZone) => {
      const { id } = await makeTenant({ timeZone });
      const lines = [0, 1, 30, 31, 59, 60].map((hours) => {
        const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1) + (hours - 30) * 3_600_000);
        return `${at.toISOString()},10`;
      });
      await api("POST", `/api/admin/tenants/${id}/usage-import`, { body: `time,tokens\n${lines.join("\n")}\n` });
      const totals = await totalsOf(id);
      await keepFor(1);
      expect((await purgeLedger(client, { now })).calls).toBe(2);
      expect(await totalsOf(id)).toEqual(totals);
      await expectClean();
      await rebuildRollups(client);
      expect(await totalsOf(id)).toEqual(totals);
    },
  );

  test("what it took is on the audit trail, once", async () => {
    await makeUse([1, 9]);
    await keepFor(2);
    await purgeLedger(client, { now });
    await purgeLedger(client, { now });
    const { body } = await api("GET", "/api/admin/audit?target=ledger");
    const mine = body.items.filter(({ after }: { after: { months: string[] } }) => after.months.includes(nameOf(9)));
    expect(mine).toMatchObject([{ action: "ledger.purged", actorName: "Sluice", after: { calls: 3 } }]);
  });

  test("is done by one at a time", async () => {
    await makeUse([3], { calls: 200 });
    await keepFor(1);
    const others = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const other = new pg.Client({ connectionString: database.url });
        await other.connect();
        return other;
      }),
    );
    const purges = await Promise.all(others.map((other) => purgeLedger(other, { now })));
    await Promise.all(others.map((other) => other.end()));
    expect(purges.reduce((sum, { calls }) => sum + calls, 0)).toBe(200);
    await expectClean();
  });
});

describe("a purge that broke off while it dropped a month", () => {
  test("is brought to its end when nobody needs the month", async () => {
    await makeUse([1, 10]);
    await keepFor(2);
    await client.query(`alter table usage_record detach partition ${tableOf(10)} concurrently`);
    expect((await purgeLedger(client, { now })).months).toContain(nameOf(10));
    expect((await listMonths(client)).map(({ name }) => name)).not.toContain(nameOf(10));
  });

  test("is undone when somebody needs it", async () => {
    const { id } = await makeUse([1, 11]);
    await client.query(`alter table usage_record detach partition ${tableOf(11)} concurrently`);
    expect(await callsOf(id)).toBe(3);
    await purgeLedger(client, { now });
    expect(await callsOf(id)).toBe(6);
    await expectClean();
  });
});

describe("of a time that is purged", () => {
  test("roll-ups are not rebuilt from what is left of the ledger, those after it are", async () => {
    const { id } = await makeUse([1, 3, 5]);
    await keepOfTenant(id, 2);
    await purgeLedger(client, { now });
    const totals = await totalsOf(id);
    await client.query("update usage_daily set requests = requests + 7 where tenant_id = $1 and local_date >= $2", [
      id,
      monthsAgo(1, 1),
    ]);
    expect((await rebuildRollups(client)).changed).toBe(1);
    expect(await totalsOf(id)).toEqual(totals);
    await expectClean();
  });

  test("an import brings nothing back, as nobody could tell what had been counted", async () => {
    const { id, key } = await makeUse([1, 4]);
    const totals = await totalsOf(id);
    await keepFor(2);
    await purgeLedger(client, { now });
    await keepFor(null);
    const file = `time,key,requests,tokens\n${monthsAgo(4).toISOString()},${key.name},3,300\n`;
    const { status, body } = await api("POST", `/api/admin/tenants/${id}/usage-import`, { body: file });
    expect(status).toBe(400);
    expect(body.problems).toMatchObject([{ line: 2, message: expect.stringContaining("are not kept here") }]);
    expect(await totalsOf(id)).toEqual(totals);
  });
});

describe("the preview", () => {
  const preview = async (query: string) => (await api("GET", `/api/admin/settings/retention/preview${query}`)).body;

  test("tells what the purge then takes, without taking it", async () => {
    const { id } = await makeUse([1, 2, 3, 4]);
    const other = await makeUse([4]);
    await keepOfTenant(other.id, 24);
    const told = await preview("?months=2");
    expect(told).toEqual({
      calls: 6,
      tenants: 1,
      oldestAt: monthsAgo(4).toISOString(),
      before: expect.stringContaining(`${nameOf(2)}-01T00:00:00`),
    });
    expect(await preview(`?months=1&tenantId=${id}`)).toMatchObject({ calls: 9, tenants: 1 });
    await keepFor(1);
    expect(await preview(`?tenantId=${id}`)).toMatchObject({ calls: 9, tenants: 1 });
    await keepFor(null);
    expect(await preview("")).toEqual({ calls: 0, tenants: 0, oldestAt: null, before: null });
    expect(await callsOf(id)).toBe(12);

    await keepFor(2);
    expect((await purgeLedger(client, { now })).calls).toBe(told.calls);
  });
});

test("only the owner says how long calls are kept; who has a time of their own is listed, and on the audit trail", async () => {
  const { id } = await makeUse([1]);
  await keepOfTenant(id, 6);
  await keepOfTenant(id, 6);
  expect((await api("GET", "/api/admin/settings/retention")).body).toMatchObject({
    months: null,
    tenants: [{ tenantId: id, months: 6 }],
  });
  const { body } = await api("GET", `/api/admin/audit?target=tenant:${id}`);
  expect(body.items.filter(({ action }: { action: string }) => action === "tenant.retention_changed")).toMatchObject([
    { before: { retentionMonths: null }, after: { retentionMonths: 6 } },
  ]);
  for (const months of [0, -1, 1.5, 1_201, "6", undefined])
    expect((await api("PUT", `/api/admin/settings/retention/${id}`, { body: { months } })).status).toBe(400);
  expect((await api("PUT", `/api/admin/settings/retention/${uuidv7()}`, { body: { months: 1 } })).status).toBe(404);
});

function nameOf(ago: number): string {
  return monthsAgo(ago).toISOString().slice(0, 7);
}

function tableOf(ago: number): string {
  return `usage_record_${nameOf(ago).replace("-", "_")}`;
}
