import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { runProgram } from "../processes";
import { admin, type RunningServer, startServer } from "../server";
import { createClient } from "./installation";

const directory = mkdtempSync(join(tmpdir(), "sluice-rotated-"));
const dataDirectory = join(directory, "data");
const upstream = new ScriptedUpstream();
let server: RunningServer;

/** The installation keeps its keys itself. */
const start = () =>
  startServer({ lane: "fast", databaseUrl: "", env: { DATA_DIR: dataDirectory, ENCRYPTION_KEY: "" } });

beforeAll(async () => {
  chmodSync(directory, 0o755);
  await upstream.start();
  server = await start();
});

afterAll(async () => {
  await server.stop();
  await upstream.stop();
  rmSync(directory, { recursive: true, force: true });
});

test("the encryption key is rotated beside a server that runs: its calls go on, and the old key is forgotten", async () => {
  const secrets = () => JSON.parse(readFileSync(join(dataDirectory, "secrets.json"), "utf8")) as Record<string, string>;
  const add = (slug: string, credential: string) =>
    admin(server, "POST", "/providers", { slug, name: slug, vendor: "openai", baseUrl: upstream.url, credential });
  await add("before", "sk-before");
  const client = await createClient(server);
  const call = async (slug: string) => {
    const response = await fetch(`${server.url}/api/proxy/${slug}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}` },
      body: JSON.stringify({ model: "gpt-4o-mini", messages: [] }),
    });
    return { status: response.status, sent: upstream.received.at(-1)?.headers.authorization };
  };
  expect(await call("before")).toEqual({ status: 200, sent: "Bearer sk-before" });

  const old = secrets().ENCRYPTION_KEY;
  const rotated = await runProgram("lib/launch/rotate-key-command.ts", { env: { DATA_DIR: dataDirectory } });
  expect(rotated).toMatchObject({ code: 0, stdout: expect.stringContaining("1 credential is encrypted") });
  expect(secrets()).not.toHaveProperty("ENCRYPTION_KEY_PREVIOUS");
  expect(secrets().ENCRYPTION_KEY).not.toBe(old);

  expect(await call("before")).toEqual({ status: 200, sent: "Bearer sk-before" });
  await add("after", "sk-after");
  expect(await call("after")).toEqual({ status: 200, sent: "Bearer sk-after" });

  await server.stop();
  server = await start();
  expect(await call("before")).toEqual({ status: 200, sent: "Bearer sk-before" });
  expect(await call("after")).toEqual({ status: 200, sent: "Bearer sk-after" });
});
