import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRunningPostgres } from "@/lib/launch/postgres";
import { eventually } from "../eventually";
import { freePort } from "../server";

let directory: string;
let dataDirectory: string;
let running: ChildProcess | null = null;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sluice-launched-"));
  chmodSync(directory, 0o755);
  dataDirectory = join(directory, "data");
});

afterEach(() => {
  running?.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** `npm start`, as package.json has it. */
async function start() {
  const port = await freePort();
  const child = spawn(process.execPath, ["lib/launch/run-prepared.mjs", "server.ts"], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      HOST: "127.0.0.1",
      PORT: String(port),
      DATA_DIR: dataDirectory,
      DATABASE_URL: "",
    } as unknown as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running = child;
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk) => {
      output += chunk;
    });
  const url = `http://localhost:${port}`;
  await eventually(() => {
    if (child.exitCode !== null) throw new Error(output);
    expect(output).toContain(`Sluice is ready: ${url}\n`);
  });
  return {
    url,
    output: () => output,
    end: async (signal: NodeJS.Signals) => {
      const ended = once(child, "exit");
      child.kill(signal);
      return (await ended)[0] as number | null;
    },
  };
}

const hasDatabase = async (url: string) => {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end();
  }
};

test.each(["SIGTERM", "SIGINT"] as const)(
  "npm start serves and says what to do first; %s stops it with its database; a later start makes nothing again",
  async (signal) => {
    const first = await start();
    expect((await fetch(`${first.url}/api/health/ready`)).status).toBe(200);
    expect(first.output()).toContain(`First run: open ${first.url}/setup to make the owner's account.`);
    expect(first.output()).toMatch(/making a new PostgreSQL database/);
    const databaseUrl = (await findRunningPostgres(dataDirectory)) as string;
    expect(await hasDatabase(databaseUrl)).toBe(true);
    expect(await first.end(signal)).toBe(0);
    expect(await hasDatabase(databaseUrl)).toBe(false);

    const second = await start();
    expect((await fetch(`${second.url}/login`)).status).toBe(200);
    // Installing, generating, building, making a database and migrating it are what takes time.
    expect(second.output()).not.toMatch(/Installing|Generating|Building|making|applying/);
    expect(await second.end(signal)).toBe(0);
  },
);
