import { afterEach, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { ScriptedUpstream } from "../../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../../server";
import { createClient } from "../installation";
import { expectNothingLost, Load } from "./load";

const database = useDatabase();
const upstream = new ScriptedUpstream();
let servers: RunningServer[] = [];
let load: Load | null = null;

afterEach(async () => {
  await load?.stop();
  await Promise.all(servers.map((server) => server.stop("SIGKILL")));
  servers = [];
  await upstream.stop();
});

test("of two instances on one database one is killed: the other goes on, settles what was left open, and nothing is lost", async () => {
  await upstream.start();
  servers = await Promise.all([1, 2].map(() => startServer({ lane: "fast", databaseUrl: database.url })));
  const [dying, living] = servers as [RunningServer, RunningServer];
  const provider = { slug: "openai", name: "OpenAI", vendor: "openai", baseUrl: upstream.url, credential: "sk-test" };
  await admin(living, "POST", "/providers", provider);
  const client = await createClient(living);
  load = new Load({ servers, slug: "openai", client }, { lines: 24 });
  await load.served(300);

  await dying.stop("SIGKILL");
  await load.served(300);
  await load.stop();
  expect(load.count(null)).toBeGreaterThan(0);
  const rows = await expectNothingLost({ databaseUrl: database.url, client, upstream, load, brokenConnections: true });
  expect(rows.every(({ state }) => ["settled", "failed", "abandoned"].includes(state))).toBe(true);
});
