import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { chatEvent } from "../../fixtures/scripted-upstream";
import { type Client, createClient, type Installation, startInstallation } from "../installation";

const database = useDatabase();
let installation: Installation;
let pool: pg.Pool;

/**
 * The database's clock is the one that counts. Here it can be set: what our SQL functions call `now()` and `clock_timestamp()`
 * is found first in a schema of the test's, where it differs from PostgreSQL's own by an offset.
 */
beforeAll(async () => {
  pool = new pg.Pool({ connectionString: database.url, max: 2, options: "-c search_path=public" });
  const name = new URL(database.url).pathname.slice(1);
  await pool.query(`
    create schema settable;
    create table settable.clock (ahead interval not null);
    insert into settable.clock values ('0');
    create function settable.clock_timestamp() returns timestamptz language sql volatile as
      'select pg_catalog.clock_timestamp() + ahead from settable.clock';
    create function settable.now() returns timestamptz language sql volatile as
      'select pg_catalog.now() + ahead from settable.clock';
    alter database ${name} set search_path = settable, public, pg_catalog;
  `);
  installation = await startInstallation({ lane: "fast", databaseUrl: database.url });
});

afterAll(async () => {
  await installation.stop();
  await pool.end();
});

async function setClock(instant: string): Promise<void> {
  await pool.query("update settable.clock set ahead = $1::timestamptz - pg_catalog.now()", [instant]);
}

async function call({ secret }: Client, model = "gpt-test", stream = false): Promise<Response> {
  return await fetch(`${installation.server.url}/api/proxy/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ model, stream, max_tokens: 5, messages: [] }),
  });
}

async function statusOf(client: Client): Promise<number> {
  const response = await call(client);
  await response.text();
  return response.status;
}

/** The first call that passes again: an instance may repeat a refusal for a second. */
async function renewed(client: Client): Promise<void> {
  await eventually(async () => expect(await statusOf(client)).toBe(200));
}

async function recordsOf({ tenantId }: Client) {
  const { rows } = await pool.query<{ date: string; state: string; calls: number }>(
    `select local_date::text as date, state::text, count(*)::int as calls from usage_record
     where tenant_id = $1 group by 1, 2 order by 1, 2`,
    [tenantId],
  );
  return rows;
}

test("the clock set over midnight and over the month's end: each window begins at once, and none begins twice", async () => {
  const { server } = installation;
  // Brussels is two hours ahead of UTC in summer.
  await setClock("2027-07-30T21:30:00Z");
  const client = await createClient(server, { plan: { dailyRequestLimit: 2, monthlyRequestLimit: 5 } });
  expect([await statusOf(client), await statusOf(client), await statusOf(client)]).toEqual([200, 200, 429]);

  await setClock("2027-07-30T22:00:00Z");
  await renewed(client);
  expect([await statusOf(client), await statusOf(client)]).toEqual([200, 429]);

  // A new day and a new month.
  await setClock("2027-07-31T22:00:00Z");
  await renewed(client);
  expect(await statusOf(client)).toBe(200);
  await setClock("2027-08-01T22:00:00Z");
  expect([await statusOf(client), await statusOf(client)]).toEqual([200, 200]);
  await setClock("2027-08-02T22:00:00Z");
  expect([await statusOf(client), await statusOf(client)]).toEqual([200, 429]);

  const records = await recordsOf(client);
  expect(records.map(({ date }) => date)).toEqual([
    "2027-07-30",
    "2027-07-31",
    "2027-08-01",
    "2027-08-02",
    "2027-08-03",
  ]);
});

test("set back by an hour over midnight, the day before goes on with what was used of it", async () => {
  const { server } = installation;
  await setClock("2027-09-10T21:30:00Z");
  const client = await createClient(server, { plan: { dailyRequestLimit: 3 } });
  expect([await statusOf(client), await statusOf(client)]).toEqual([200, 200]);
  await setClock("2027-09-10T22:10:00Z");
  expect(await statusOf(client)).toBe(200);
  await setClock("2027-09-10T21:10:00Z");
  expect([await statusOf(client), await statusOf(client)]).toEqual([200, 429]);
  await setClock("2027-09-10T22:10:00Z");
  await renewed(client);
  expect([await statusOf(client), await statusOf(client)]).toEqual([200, 429]);
});

test("a stream that runs over the month's end counts where it was admitted", async () => {
  const { server, upstream } = installation;
  const finish = Promise.withResolvers<void>();
  upstream.on("gpt-overnight", async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent("gpt-overnight", { content: "begun" }));
    await finish.promise;
    response.end("data: [DONE]\n\n");
  });
  await setClock("2027-10-31T22:30:00Z");
  const client = await createClient(server, { plan: { dailyRequestLimit: 1, monthlyRequestLimit: 1 } });
  const stream = await call(client, "gpt-overnight", true);
  await setClock("2027-10-31T23:00:00Z");
  expect(await statusOf(client)).toBe(200);
  finish.resolve();
  await stream.text();
  expect(await statusOf(client)).toBe(429);
  await server.stop();

  expect(await recordsOf(client)).toEqual([
    { date: "2027-10-31", state: "settled", calls: 1 },
    { date: "2027-11-01", state: "settled", calls: 1 },
  ]);
  expect((await auditLedger(pool)).drifts).toEqual([]);
  const { rows } = await pool.query("select from usage_record where state = 'admitted'");
  expect(rows).toEqual([]);
});
