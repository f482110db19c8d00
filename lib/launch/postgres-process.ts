import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { LineError } from "./line-error";
import { type Cluster, passwordPath } from "./postgres-cluster";
import { connect, databaseName, urlOf } from "./postgres-session";
import type { Report } from "./report";

const readinessPollMs = 20;
const claimRetryMs = 100;
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
export type Server = { child: ChildProcess; claim: Claim; exited: Promise<void>; port: number };

/** Shows, as long as it is held, that this cluster has a server. */
type Claim = { end(): Promise<void> };

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
  const log = await openLog(logOf(dataDirectory));
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
    const url = urlOf({ port, password, database: "postgres" });
    const owner = await whenReady({ child, url, dataDirectory });
    if (!(await takeClaim(owner)))
      throw new LineError(
        `Another server already runs on ${dataDirectory}; stop it, or set DATA_DIR to a directory of its own.`,
      );
    await makeDatabase(owner);
    return { child, claim: holdClaim({ owner, url, child }), exited, port };
  } catch (error) {
    child.kill("SIGINT");
    await exited;
    throw error;
  } finally {
    clearTimeout(recovery);
  }
}

async function takeClaim(owner: pg.Client): Promise<boolean> {
  const { rows } = await owner.query<{ free: boolean }>("select pg_try_advisory_lock($1) as free", [ownerLock]);
  return rows[0]?.free === true;
}

async function makeDatabase(owner: pg.Client): Promise<void> {
  const { rowCount } = await owner.query("select from pg_database where datname = $1", [databaseName]);
  if (rowCount === 0) await owner.query(`create database ${databaseName}`);
}

/** The claim goes with its session; where one session of PostgreSQL crashes, it ends all of them, and we claim again. */
function holdClaim({ owner, url, child }: { owner: pg.Client; url: string; child: ChildProcess }): Claim {
  let isOver = false;
  let current = owner;
  child.once("exit", () => {
    isOver = true;
  });

  const claimAgain = async () => {
    while (!isOver) {
      const client = await connect(url).catch(() => null);
      if (client && (await takeClaim(client).catch(() => false))) return hold(client);
      await client?.end().catch(() => {});
      await delay(claimRetryMs);
    }
  };
  const hold = (client: pg.Client) => {
    current = client;
    client.once("end", () => void claimAgain());
  };
  hold(owner);

  return {
    end: async () => {
      isOver = true;
      await current.end().catch(() => {});
    },
  };
}

type Starting = { child: ChildProcess; url: string; dataDirectory: string };

async function whenReady({ child, url, dataDirectory }: Starting): Promise<pg.Client> {
  const logPath = logOf(dataDirectory);
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  let answeredAt = performance.now();
  while (performance.now() - answeredAt < startTimeoutMs) {
    const answer = await connect(url).catch((error: NodeJS.ErrnoException) => error);
    if (answer instanceof pg.Client) return answer;
    if (isRefused(answer))
      throw new LineError(
        `PostgreSQL does not take the password in ${passwordPath(dataDirectory)}; restore that file from a backup.`,
      );
    // Recovering from a crash takes as long as it takes, and would begin anew if it were stopped over it.
    if (answer.code === recovering) answeredAt = performance.now();
    if (failure) throw new LineError(`PostgreSQL could not be started: ${failure.message}`);
    if (child.exitCode !== null || child.signalCode !== null)
      throw new LineError(`PostgreSQL could not be started: ${await lastComplaint(logPath)}`);
    await delay(readinessPollMs);
  }
  throw new LineError(`PostgreSQL did not become ready within ${startTimeoutMs / 1000} seconds; see ${logPath}.`);
}

/** PostgreSQL's `cannot_connect_now`. */
const recovering = "57P03";

/** `invalid_password`, `invalid_authorization_specification`. */
function isRefused({ code }: NodeJS.ErrnoException): boolean {
  return code === "28P01" || code === "28000";
}

function logOf(dataDirectory: string): string {
  return join(dataDirectory, "postgres.log");
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
