import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type pg from "pg";
import { LineError } from "./line-error";
import type { Cluster } from "./postgres-cluster";
import { connect, databaseName, urlOf } from "./postgres-session";
import type { Report } from "./report";

const readinessPollMs = 20;
const startTimeoutMs = 120_000;
const largestLogBytes = 10_000_000;
/** Held by whoever serves from this cluster; any number, always the same. */
export const ownerLock = 7_281_946_254;

export type Settings = Record<string, string | number>;

const defaultSettings: Settings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: 100,
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  jit: "off",
  fsync: "on",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "log",
  log_checkpoints: "off",
};

/** One process of PostgreSQL, ready to serve, with the session that claims it. */
export type Server = { child: ChildProcess; owner: pg.Client; exited: Promise<void>; port: number };

export type StartServer = {
  dataDirectory: string;
  cluster: Cluster;
  password: string;
  report: Report;
  settings: Settings;
  port: number;
};

/** @throws LineError when it does not become ready. */
export async function startServer({
  dataDirectory,
  cluster,
  password,
  report,
  settings,
  port,
}: StartServer): Promise<Server> {
  const logPath = join(dataDirectory, "postgres.log");
  const log = await openLog(logPath);
  const flags = Object.entries({ ...defaultSettings, ...settings, port }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const child = spawn(cluster.binaries.postgres, ["-D", cluster.directory, ...flags], {
    ...cluster.account?.ids,
    cwd: "/",
    // A process group of its own: Ctrl-C in the terminal is for the server, which stops PostgreSQL last.
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    windowsHide: true,
  });
  const exited = once(child, "exit").then(() => {});
  await log.close();

  const recovery = setTimeout(() => report("Database: PostgreSQL is recovering …"), 2_000);
  try {
    const owner = await whenReady({ child, url: urlOf({ port, password, database: "postgres" }), logPath });
    await claim(owner, dataDirectory);
    return { child, owner, exited, port };
  } catch (error) {
    child.kill("SIGINT");
    await exited;
    throw error;
  } finally {
    clearTimeout(recovery);
  }
}

/** The session that shows, as long as it lives, that this cluster has a server. */
async function claim(owner: pg.Client, dataDirectory: string): Promise<void> {
  owner.on("error", () => {});
  const { rows } = await owner.query<{ free: boolean; exists: boolean }>(
    "select pg_try_advisory_lock($1) as free, exists (select from pg_database where datname = $2) as exists",
    [ownerLock, databaseName],
  );
  if (rows[0]?.free !== true)
    throw new LineError(
      `Another server already runs on ${dataDirectory}; stop it, or set DATA_DIR to a directory of its own.`,
    );
  if (!rows[0].exists) await owner.query(`create database ${databaseName}`);
}

async function whenReady({
  child,
  url,
  logPath,
}: {
  child: ChildProcess;
  url: string;
  logPath: string;
}): Promise<pg.Client> {
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  const deadline = Date.now() + startTimeoutMs;
  while (Date.now() < deadline) {
    const client = await connect(url).catch(() => null);
    if (client) return client;
    if (failure) throw new LineError(`PostgreSQL could not be started: ${failure.message}`);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new LineError(`PostgreSQL could not be started: ${await lastComplaint(logPath)}`);
    await delay(readinessPollMs);
  }
  throw new LineError(`PostgreSQL did not become ready within ${startTimeoutMs / 1000} seconds; see ${logPath}.`);
}

async function lastComplaint(logPath: string): Promise<string> {
  const lines = (await readFile(logPath, "utf8")).split("\n");
  const complaint = lines.findLast((line) => /(FATAL|PANIC|ERROR|could not)/.test(line));
  return `${complaint ?? "it ended at once"} (see ${logPath})`;
}

async function openLog(logPath: string) {
  const size = (await stat(logPath).catch(() => null))?.size ?? 0;
  return await open(logPath, size > largestLogBytes ? "w" : "a", 0o600);
}
