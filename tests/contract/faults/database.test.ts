import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually } from "../../eventually";
import { chatEvent, completion } from "../../fixtures/scripted-upstream";
import { adminToken } from "../../server";
import { createClient, type Installation, startInstallation } from "../installation";
import { expectNothingLost, Load } from "./load";
import { OwnPostgres } from "./own-postgres";

let postgres: OwnPostgres;
let installation: Installation;
let load: Load | null = null;

beforeAll(async () => {
  postgres = await OwnPostgres.create();
  installation = await startInstallation({ lane: "fast", databaseUrl: postgres.url });
});

afterEach(async () => {
  await load?.stop();
  load = null;
});

afterAll(async () => {
  await installation.stop();
  await postgres.remove();
});

const ready = async () => {
  const response = await fetch(`${installation.server.url}/api/health/ready`);
  const { reason } = (await response.json()) as { reason?: string };
  return { status: response.status, reason };
};

const metrics = async () => {
  const response = await fetch(`${installation.server.url}/metrics`, {
    headers: { authorization: `Bearer ${adminToken}` },
  });
  return await response.text();
};

test("PostgreSQL stopped for 10 s under load: calls are refused as unavailable, streams go on, and all is recorded after", async () => {
  const { server, upstream } = installation;
  const client = await createClient(server);
  const finish = Promise.withResolvers<void>();
  upstream.on("gpt-over-the-outage", async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent("gpt-over-the-outage", { content: "begun" }));
    await finish.promise;
    response.end(
      `data: ${JSON.stringify({ model: "m", choices: [], usage: { prompt_tokens: 7, completion_tokens: 8, total_tokens: 15 } })}\n\ndata: [DONE]\n\n`,
    );
  });
  const stream = await fetch(`${server.url}/api/proxy/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${client.secret}` },
    body: JSON.stringify({ model: "gpt-over-the-outage", stream: true, messages: [] }),
  });
  load = new Load({ servers: [server], slug: "openai", client }, { lines: 16 });
  await load.served(100);

  await postgres.stop();
  await load.served(20, 503);
  expect(await ready()).toMatchObject({ status: 503, reason: "The database cannot be reached." });
  expect((await fetch(`${server.url}/api/health/live`)).status).toBe(200);
  finish.resolve();
  expect(await stream.text()).toMatch(/begun[\s\S]*\[DONE\]/);
  // What ends meanwhile waits to be written, which an operator sees.
  await eventually(async () => expect(await metrics()).toMatch(/^sluice_settlements_waiting [1-9]/m));
  await delay(10_000);
  await postgres.start();

  await load.served(100);
  await eventually(async () => expect(await ready()).toMatchObject({ status: 200 }));
  await eventually(async () => expect(await metrics()).toMatch(/^sluice_settlements_waiting 0$/m));
  await load.stop();
  const rows = await expectNothingLost({ databaseUrl: postgres.url, client, upstream, load });
  expect(rows.filter(({ model }) => model === "gpt-over-the-outage")).toMatchObject([{ state: "settled" }]);
});

test("PostgreSQL's connections killed again and again under load: each call is answered honestly and recorded once", async () => {
  const { server, upstream } = installation;
  const client = await createClient(server);
  upstream.on("gpt-any", completion({ inputTokens: 2, outputTokens: 3 }));
  load = new Load({ servers: [server], slug: "openai", client, stream: true }, { lines: 16 });
  const assassin = new pg.Client({ connectionString: postgres.url });
  await assassin.connect();
  for (let kill = 0; kill < 12; kill++) {
    await load.served(15);
    // Streams that had begun may end while the server has no connection yet after the kill before.
    await expect
      .poll(async () => {
        const { rowCount } = await assassin.query(
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'sluice-%' and application_name <> 'sluice-owner'",
        );
        return rowCount;
      })
      .toBeGreaterThan(0);
  }
  await assassin.end();
  await load.served(50);
  await load.stop();
  await expectNothingLost({ databaseUrl: postgres.url, client, upstream, load });
});

test("PostgreSQL crashes under load: what was committed is there, and the instance goes on by itself", async () => {
  const { server, upstream } = installation;
  const client = await createClient(server);
  load = new Load({ servers: [server], slug: "openai", client }, { lines: 16 });
  await load.served(100);
  await postgres.crash();
  await load.served(100);
  await load.stop();
  await expectNothingLost({ databaseUrl: postgres.url, client, upstream, load });
});
