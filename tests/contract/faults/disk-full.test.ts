import { join } from "node:path";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { findRunningPostgres } from "@/lib/launch/postgres";
import { eventually } from "../../eventually";
import { ScriptedUpstream } from "../../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../../server";
import { createClient } from "../installation";
import { expectNothingLost, Load } from "./load";
import { SmallDisk } from "./small-disk";

/** Only who may mount a file system can be given a small disk: elsewhere this counts as not run. */
const disk = SmallDisk.mount(400);
const upstream = new ScriptedUpstream();
let server: RunningServer | null = null;
let load: Load | null = null;

afterAll(async () => {
  await load?.stop();
  await disk?.free();
  await server?.stop("SIGTERM");
  await upstream.stop().catch(() => {});
  disk?.unmount();
});

test.skipIf(disk === null)(
  "the database's disk full under load: calls are refused, PostgreSQL comes back by itself when there is room, nothing is lost",
  async () => {
    const full = disk as SmallDisk;
    const dataDirectory = join(full.directory, "data");
    await upstream.start();
    server = await startServer({ lane: "fast", databaseUrl: "", env: { DATA_DIR: dataDirectory } });
    const databaseUrl = (await findRunningPostgres(dataDirectory)) as string;
    const provider = { slug: "openai", name: "OpenAI", vendor: "openai", baseUrl: upstream.url, credential: "sk-test" };
    await admin(server, "POST", "/providers", provider);
    const client = await createClient(server);
    load = new Load({ servers: [server], slug: "openai", client }, { lines: 16 });
    await load.served(100);

    await full.fill();
    await load.served(50, 503);
    await exhaustWal(databaseUrl);
    const { output } = server;
    await eventually(() => expect(output()).toContain("PostgreSQL cannot be started"));
    await load.served(50, 503);
    expect((await fetch(`${server.url}/api/health/live`)).status).toBe(200);
    expect((await fetch(`${server.url}/api/health/ready`)).status).toBe(503);

    await full.free();
    await load.served(100);
    await load.stop();
    await expectNothingLost({ databaseUrl, client, upstream, load });
    expect(await server.stop()).toBe(0);
  },
);

/**
 * Writes ahead until PostgreSQL cannot any more and gives up: without room it cannot even recover. The calls that were refused
 * may have brought it there before.
 */
async function exhaustWal(databaseUrl: string): Promise<void> {
  const writer = new pg.Client({ connectionString: databaseUrl });
  writer.on("error", () => {});
  const isDone = (work: Promise<unknown>) =>
    work.then(
      () => true,
      () => false,
    );
  if (!(await isDone(writer.connect()))) return;
  const write = () => writer.query("select pg_logical_emit_message(true, 'ballast', repeat('x', 1000000), true)");
  for (let written = 0; written < 1_000; written++) if (!(await isDone(write()))) return;
  throw new Error("The disk did not fill up.");
}
