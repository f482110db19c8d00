import { spawn } from "node:child_process";
import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runProgram, startProgram } from "../../processes";

const program = "lib/launch/database-command.ts";
const asRoot = process.getuid?.() === 0;
let directory: string;
let env: { DATA_DIR: string };

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sluice-embedded-"));
  await chmod(directory, 0o755);
  env = { DATA_DIR: join(directory, "data") };
});

afterEach(() => rm(directory, { recursive: true, force: true }));

test("a first start makes a database that only its owner can reach; a later one finds what was stored", async () => {
  const first = startProgram(program, { env });
  const url = await first.line(/^postgresql:/);
  expect(new URL(url).hostname).toBe("127.0.0.1");
  await query(url, "create table kept as select 42 as answer");
  await expect(query(url.replace(/:[^:@]+@/, ":wrong@"), "select 1")).rejects.toThrow("password authentication failed");
  expect(
    await query(
      url,
      "select name, setting from pg_settings where name in ('fsync', 'jit', 'listen_addresses') order by 1",
    ),
  ).toEqual([
    { name: "fsync", setting: "on" },
    { name: "jit", setting: "off" },
    { name: "listen_addresses", setting: "127.0.0.1" },
  ]);
  expect((await stat(join(env.DATA_DIR, "postgres-password"))).mode & 0o777).toBe(0o600);

  first.process.kill("SIGTERM");
  expect(await first.ended).toMatchObject({ code: 0 });
  await expect(query(url, "select 1")).rejects.toThrow("ECONNREFUSED");

  const second = startProgram(program, { env });
  expect(await query(await second.line(/^postgresql:/), "select answer from kept")).toEqual([{ answer: 42 }]);
  second.process.kill("SIGINT");
  expect(await second.ended).toMatchObject({ code: 0 });
});

test("one Ctrl-C that arrives twice, from the terminal and from npm, stops the database", async () => {
  const running = startProgram(program, { env });
  const url = await running.line(/^postgresql:/);
  const session = await openSession(url);
  const stopping = new Promise((resolve) => session.once("end", resolve));
  running.process.kill("SIGINT");
  await stopping;
  running.process.kill("SIGINT");
  expect(await running.ended).toMatchObject({ code: 0, stdout: expect.stringContaining("Stopped.") });
  await expect(query(url, "select 1")).rejects.toThrow("ECONNREFUSED");
});

test("after a kill -9, which leaves PostgreSQL running, the next start takes over", async () => {
  const killed = startProgram(program, { env });
  const url = await killed.line(/^postgresql:/);
  await query(url, "create table kept as select 42 as answer");
  killed.process.kill("SIGKILL");
  await killed.ended;

  const next = startProgram(program, { env });
  expect(await query(await next.line(/^postgresql:/), "select answer from kept")).toEqual([{ answer: 42 }]);
  next.process.kill("SIGTERM");
  expect(await next.ended).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("an earlier server ended without stopping it"),
  });
});

test("after PostgreSQL itself was killed with its server, the next start recovers", async () => {
  const killed = startProgram(program, { env });
  const url = await killed.line(/^postgresql:/);
  await query(url, "create table kept as select 42 as answer");
  const pid = Number((await readFile(join(env.DATA_DIR, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);
  killed.process.kill("SIGKILL");
  process.kill(pid, "SIGKILL");
  await killed.ended;

  const next = startProgram(program, { env });
  expect(await query(await next.line(/^postgresql:/), "select answer from kept")).toEqual([{ answer: 42 }]);
  next.process.kill("SIGTERM");
  expect(await next.ended).toMatchObject({ code: 0 });
});

test("a PostgreSQL that dies under its server comes back on the same port", async () => {
  const running = startProgram(program, { env });
  const url = await running.line(/^postgresql:/);
  const pid = Number((await readFile(join(env.DATA_DIR, "postgres/postmaster.pid"), "utf8")).split("\n")[0]);
  process.kill(pid, "SIGKILL");
  await expect.poll(() => query(url, "select 1 as one").catch(() => null)).toEqual([{ one: 1 }]);
  expect(Number((await readFile(join(env.DATA_DIR, "postgres/postmaster.pid"), "utf8")).split("\n")[0])).not.toBe(pid);
  running.process.kill("SIGTERM");
  expect(await running.ended).toMatchObject({ code: 0 });
});

test("a second server on the same directory is refused with one line, and the first goes on", async () => {
  const first = startProgram(program, { env });
  const url = await first.line(/^postgresql:/);

  const { code, stderr } = await runProgram(program, { env });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `Another server already runs on ${env.DATA_DIR}; stop it, or set DATA_DIR to a directory of its own.\n`,
  });
  expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  first.process.kill("SIGTERM");
  await first.ended;
});

test("so it is after a session of PostgreSQL has crashed, which takes all others with it", async () => {
  const first = startProgram(program, { env });
  const url = await first.line(/^postgresql:/);
  const client = await openSession(url);
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  process.kill(rows[0]?.pid as number, "SIGKILL");
  const claims = "select count(*)::int as held from pg_locks where locktype = 'advisory'";
  await expect.poll(() => query(url, claims).catch(() => null)).toEqual([{ held: 1 }]);

  expect(await runProgram(program, { env })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Another server already runs"),
  });
  first.process.kill("SIGTERM");
  expect(await first.ended).toMatchObject({ code: 0 });
});

test("a number in PostgreSQL's file that is another program's by now does not hold up the start", async () => {
  const killed = startProgram(program, { env });
  await query(await killed.line(/^postgresql:/), "create table kept as select 42 as answer");
  const path = join(env.DATA_DIR, "postgres/postmaster.pid");
  const [pid, ...rest] = (await readFile(path, "utf8")).split("\n");
  killed.process.kill("SIGKILL");
  process.kill(Number(pid), "SIGKILL");
  await killed.ended;
  const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await writeFile(path, [other.pid, ...rest].join("\n"));

  const next = startProgram(program, { env });
  expect(await query(await next.line(/^postgresql:/), "select answer from kept")).toEqual([{ answer: 42 }]);
  next.process.kill("SIGTERM");
  expect(await next.ended).toMatchObject({ code: 0 });
  other.kill();
});

test("another password than the database's is told at once", async () => {
  const first = startProgram(program, { env });
  await first.line(/^postgresql:/);
  first.process.kill("SIGTERM");
  await first.ended;
  await writeFile(join(env.DATA_DIR, "postgres-password"), "another\n");
  expect(await runProgram(program, { env })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("does not take the password in"),
  });
});

test("a command beside a running server uses its database and leaves it running", async () => {
  const server = startProgram(program, { env });
  const url = await server.line(/^postgresql:/);
  expect(await runProgram("lib/launch/migrate-command.ts", { env })).toMatchObject({
    code: 0,
    stdout: "The database is up to date.\n",
  });
  expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  server.process.kill("SIGTERM");
  await server.ended;
});

describe.runIf(asRoot)("started by root", () => {
  test("PostgreSQL runs as another user, who owns the database and nothing else", async () => {
    const server = startProgram(program, { env });
    await server.line(/^postgresql:/);
    expect((await stat(join(env.DATA_DIR, "postgres"))).uid).not.toBe(0);
    expect((await stat(join(env.DATA_DIR, "postgres-password"))).uid).toBe(0);
    server.process.kill("SIGTERM");
    await server.ended;
  });

  test("where that user cannot enter the data directory, the database lies elsewhere, says so and is found again", async () => {
    const home = join(directory, "home");
    await mkdir(home, { mode: 0o700 });
    const hidden = { DATA_DIR: join(home, "data") };
    let place = "";
    try {
      const first = startProgram(program, { env: hidden });
      await query(await first.line(/^postgresql:/), "create table kept as select 42 as answer");
      const link = join(hidden.DATA_DIR, "postgres");
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      place = await readlink(link);
      first.process.kill("SIGTERM");
      expect((await first.ended).stderr).toContain(`its files go to ${place}`);

      const second = startProgram(program, { env: hidden });
      expect(await query(await second.line(/^postgresql:/), "select answer from kept")).toEqual([{ answer: 42 }]);
      second.process.kill("SIGTERM");
      await second.ended;
    } finally {
      if (place !== "") await rm(place, { recursive: true, force: true });
    }
  });
});

/** One that may be ended over. */
async function openSession(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  return client;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = await openSession(url);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
