import { once } from "node:events";
import type { ServerResponse } from "node:http";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { useDatabase } from "../database";
import { eventually } from "../eventually";
import { chatEvent, completion, ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../server";
import { type Client, createClient } from "./installation";

const database = useDatabase();
let pool: pg.Pool;
let upstream: ScriptedUpstream;
let servers: RunningServer[] = [];

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});

afterAll(() => pool.end());

beforeEach(async () => {
  upstream = new ScriptedUpstream();
  await upstream.start();
});

afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop("SIGKILL")));
  servers = [];
  await upstream.stop();
});

async function start(lane: "fast" | "portable"): Promise<RunningServer> {
  const server = await startServer({ lane, databaseUrl: database.url });
  servers.push(server);
  return server;
}

/** A provider of the test's own, since each has an upstream of its own. */
async function createProvider(server: RunningServer): Promise<string> {
  const slug = `up-${Date.now().toString(36)}`;
  await admin(server, "POST", "/providers", {
    slug,
    name: slug,
    vendor: "openai",
    baseUrl: upstream.url,
    credential: "sk-test",
  });
  return slug;
}

const call = (server: RunningServer, slug: string, client: Client, body: object) =>
  fetch(`${server.url}/api/proxy/${slug}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${client.secret}`, "content-type": "application/json" },
    body: JSON.stringify({ messages: [{ role: "user", content: "Hi" }], max_tokens: 5, ...body }),
  });

async function openRows(client: Client): Promise<number> {
  const { rows } = await pool.query<{ open: number }>(
    "select count(*)::int as open from usage_record where tenant_id = $1 and state = 'admitted'",
    [client.tenantId],
  );
  return rows[0]?.open ?? 0;
}

test("200 calls at once to two servers on a limit of 50 give exactly 50, and a change on one binds on the other", async () => {
  const [fast, portable] = [await start("fast"), await start("portable")];
  const slug = await createProvider(fast);
  const client = await createClient(fast, { plan: { dailyRequestLimit: 50 } });
  upstream.on("gpt-two", completion({ inputTokens: 2, outputTokens: 3 }));

  const statuses = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      call(index % 2 ? fast : portable, slug, client, { model: "gpt-two" }).then(({ status }) => status),
    ),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(50);
  expect(statuses.filter((status) => status === 429)).toHaveLength(150);
  expect(upstream.requestsFor("gpt-two")).toHaveLength(50);

  const other = await createClient(fast);
  expect((await call(portable, slug, other, { model: "gpt-two" })).status).toBe(200);
  await admin(fast, "PATCH", `/tenants/${other.tenantId}`, { dailyTokenLimit: 0 });
  expect((await call(portable, slug, other, { model: "gpt-two" })).status).toBe(429);
  await admin(fast, "PATCH", `/tenants/${other.tenantId}`, { dailyTokenLimit: null });
  await eventually(async () => expect((await call(portable, slug, other, { model: "gpt-two" })).status).toBe(200));
  await admin(portable, "POST", `/tenants/${other.tenantId}/keys/${other.keyId}/revocation`);
  expect((await call(fast, slug, other, { model: "gpt-two" })).status).toBe(401);
});

test("a server that is killed under load leaves no admitted call missing and, once another runs, none open", async () => {
  const killed = await start("fast");
  const slug = await createProvider(killed);
  const client = await createClient(killed);
  const waiting: ServerResponse[] = [];
  const allArrived = new Promise<void>((resolve) => {
    upstream.on("gpt-waiting", (_request, response) => {
      if (waiting.push(response) === 60) resolve();
    });
  });
  upstream.on("gpt-quick", completion({ inputTokens: 2, outputTokens: 3 }));

  const inFlight = Array.from({ length: 60 }, () =>
    call(killed, slug, client, { model: "gpt-waiting" }).catch(() => null),
  );
  const load = Array.from({ length: 8 }, async () => {
    for (;;) if (!(await call(killed, slug, client, { model: "gpt-quick" }).catch(() => null))) return;
  });
  await allArrived;
  await eventually(() => expect(upstream.requestsFor("gpt-quick").length).toBeGreaterThan(8));
  await killed.stop("SIGKILL");
  await Promise.all([...inFlight, ...load]);

  const next = await start("fast");
  await eventually(async () => expect(await openRows(client)).toBe(0));
  const { rows } = await pool.query<{ model: string; calls: number }>(
    "select model, count(*)::int as calls from usage_record where tenant_id = $1 group by model",
    [client.tenantId],
  );
  const recorded = Object.fromEntries(rows.map(({ model, calls }) => [model, calls]));
  expect(recorded["gpt-waiting"]).toBe(60);
  expect(recorded["gpt-quick"]).toBeGreaterThanOrEqual(upstream.requestsFor("gpt-quick").length);
  expect((await auditLedger(pool)).drifts).toEqual([]);
  expect((await call(next, slug, client, { model: "gpt-quick" })).status).toBe(200);
});

test("SIGTERM with 50 open streams lets them finish, settles each and ends with 0", async () => {
  const server = await start("fast");
  const slug = await createProvider(server);
  const client = await createClient(server);
  const finish: (() => void)[] = [];
  upstream.on("gpt-long", async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent("gpt-long", { content: "begun" }));
    await new Promise<void>((resolve) => finish.push(resolve));
    response.write(
      `data: ${JSON.stringify({ model: "gpt-long", choices: [], usage: { prompt_tokens: 7, completion_tokens: 8, total_tokens: 15 } })}\n\n`,
    );
    response.end("data: [DONE]\n\n");
  });
  const streams = await Promise.all(
    Array.from({ length: 50 }, () => call(server, slug, client, { model: "gpt-long", stream: true })),
  );
  await eventually(() => expect(finish).toHaveLength(50));

  const ended = once(server.process, "exit");
  server.process.kill("SIGTERM");
  await eventually(async () => {
    await expect(fetch(`${server.url}/api/health/live`)).rejects.toThrow();
  });
  for (const end of finish) end();
  const texts = await Promise.all(streams.map((stream) => stream.text()));

  expect(texts.every((text) => text.endsWith("data: [DONE]\n\n"))).toBe(true);
  expect((await ended)[0]).toBe(0);
  const { rows } = await pool.query(
    "select state, total_tokens::int as tokens, count(*)::int as calls from usage_record where tenant_id = $1 group by 1, 2",
    [client.tenantId],
  );
  expect(rows).toEqual([{ state: "settled", tokens: 15, calls: 50 }]);
  expect((await auditLedger(pool)).drifts).toEqual([]);
});
