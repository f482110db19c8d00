import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import {
  chmod,
  lstat,
  mkdir,
  open,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { LineError } from "./line-error";
import { binariesFor, type PostgresBinaries, placeFor } from "./postgres-place";
import { chownAll, findPostgresAccount, type SystemAccount } from "./system-account";

export type Report = (line: string) => void;

export type EmbeddedPostgres = {
  url: string;
  /** Ends the sessions and stops the server; resolves when its process is gone. */
  stop(): Promise<void>;
};

const databaseName = "sluice";
const superuser = "sluice";
const readinessPollMs = 20;
const startTimeoutMs = 120_000;
const stopTimeoutMs = 60_000;
const takeoverAttempts = 40;
const takeoverRetryMs = 250;
const largestLogBytes = 10_000_000;
/** Held by whoever serves from this cluster; any number, always the same. */
const ownerLock = 7_281_946_254;

/**
 * Starts the PostgreSQL of this installation, which lives in `<dataDirectory>/postgres`, and makes it first if there is none.
 * It listens on a free port of the loopback interface. A cluster left by a crash recovers; a PostgreSQL left running by one is taken down first.
 * @throws LineError when another server runs on the same directory, or the directory cannot serve.
 */
export async function startPostgres({
  dataDirectory,
  report,
  settings = {},
}: StartPostgres): Promise<EmbeddedPostgres> {
  const password = await ensurePassword(dataDirectory);
  const cluster = await ensureCluster({ dataDirectory, password, report });

  for (let attempt = 0; ; attempt++) {
    await stopLeftover({ dataDirectory, cluster, password, report });
    try {
      return await superviseServer({ dataDirectory, cluster, password, report, settings });
    } catch (error) {
      // The processes of one that was killed are not all gone yet, or another server is just starting: we look again.
      if (attempt === takeoverAttempts || !/lock file|shared memory/.test(String(error))) throw error;
      await delay(takeoverRetryMs);
    }
  }
}

type StartPostgres = {
  dataDirectory: string;
  report: Report;
  /** In place of ours, by PostgreSQL's names. */
  settings?: Settings;
};

type Settings = Record<string, string | number>;

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

/** The URL of the PostgreSQL that runs in this data directory, or null when none answers. */
export async function findRunningPostgres(dataDirectory: string): Promise<string | null> {
  const directory = await realpath(join(dataDirectory, "postgres")).catch(() => null);
  const password = await readPassword(dataDirectory);
  if (directory === null || password === null) return null;

  const running = await readPidFile(directory);
  if (running === null) return null;
  const url = urlOf({ port: running.port, password });
  const client = await connect(url).catch(() => null);
  await client?.end();
  return client === null ? null : url;
}

type Cluster = { directory: string; account: SystemAccount | null; binaries: PostgresBinaries };

async function ensureCluster({
  dataDirectory,
  password,
  report,
}: {
  dataDirectory: string;
  password: string;
  report: Report;
}): Promise<Cluster> {
  const link = join(dataDirectory, "postgres");
  const found = await findCluster(link);
  const account = await findPostgresAccount(found);
  if (found !== null && !existsSync(join(found, "PG_VERSION")))
    throw new LineError(`${link} holds no PostgreSQL database; move it away to begin anew.`);
  const binaries = await binariesFor(account, report);
  if (found !== null) return { directory: found, account, binaries };

  report("Database: making a new PostgreSQL database …");
  const directory = await placeFor({ dataDirectory, account, report });
  await initialise({ directory, account, binaries, password });
  if (directory !== link) await symlink(directory, link);
  return { directory, account, binaries };
}

async function findCluster(link: string): Promise<string | null> {
  const entry = await lstat(link).catch(() => null);
  if (entry === null) return null;
  const directory = await realpath(link).catch(() => null);
  if (directory === null)
    throw new LineError(
      `${link} points to ${await readlink(link)}, which is gone; bring it back, or remove the link to begin anew.`,
    );
  return directory;
}

/** Made beside its place and moved there when whole, so that an interrupted start leaves no half database behind. */
async function initialise({
  directory,
  account,
  binaries,
  password,
}: Omit<Cluster, "link"> & { password: string }): Promise<void> {
  const staging = `${directory}.new-${process.pid}`;
  const passwordFile = join(staging, "password");
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) await chownAll(staging, account);

    const options = [
      ...[
        "--pgdata",
        join(staging, "cluster"),
        "--username",
        superuser,
        "--pwfile",
        passwordFile,
        "--auth",
        "scram-sha-256",
      ],
      // The same order of text on every machine, whatever its C library.
      ...[
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--locale-provider",
        "builtin",
        "--builtin-locale",
        "C.UTF-8",
        "--no-instructions",
      ],
    ];
    await run(binaries.initdb, options, account);
    await rename(join(staging, "cluster"), directory).catch((error) => {
      throw new LineError(`${directory} could not be made (${error.code}); is another server starting in it?`);
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** A PostgreSQL that outlived its server is stopped; one whose server lives is another's. */
async function stopLeftover({
  dataDirectory,
  cluster,
  password,
  report,
}: {
  dataDirectory: string;
  cluster: Cluster;
  password: string;
  report: Report;
}): Promise<void> {
  const running = await readPidFile(cluster.directory);
  if (running === null || !isAlive(running.pid)) return;

  const client = await connect(urlOf({ port: running.port, password, database: "postgres" })).catch(() => null);
  // The process id in the file may belong to any program by now; PostgreSQL itself tells then.
  if (client === null) return;
  try {
    const { rows } = await client.query<{ free: boolean }>("select pg_try_advisory_lock($1) as free", [ownerLock]);
    if (rows[0]?.free !== true)
      throw new LineError(
        `Another server already runs on ${dataDirectory}; stop it, or set DATA_DIR to a directory of its own.`,
      );
    report("Database: an earlier server ended without stopping it; restarting it …");
    process.kill(running.pid, "SIGINT");
  } finally {
    await client.end().catch(() => {});
  }
  await waitUntil(() => !isAlive(running.pid), stopTimeoutMs, `PostgreSQL (process ${running.pid}) does not stop.`);
}

type Server = { child: ChildProcess; owner: pg.Client; exited: Promise<void>; port: number };

/** Keeps PostgreSQL running until it is told to stop: one that dies is started again on the same port, where the pools look for it. */
async function superviseServer(options: Omit<StartServer, "port">): Promise<EmbeddedPostgres> {
  const { report } = options;
  let server = await startServer({ ...options, port: await findFreePort() });
  let stopping = false;

  const supervise = async () => {
    for (;;) {
      await server.exited;
      if (stopping) return;
      report("Database: PostgreSQL ended unexpectedly; starting it again …");
      await delay(500);
      if (stopping) return;
      server = await startServer({ ...options, port: server.port });
    }
  };
  const supervision = supervise().catch((error) => {
    report(`Database: PostgreSQL cannot be started again: ${error instanceof Error ? error.message : error}`);
    process.kill(process.pid, "SIGTERM");
  });

  // Whatever ends this process, PostgreSQL is told to end too.
  const interrupt = () => void server.child.kill("SIGINT");
  process.once("exit", interrupt);

  return {
    url: urlOf({ port: server.port, password: options.password }),
    stop: async () => {
      stopping = true;
      await server.owner.end().catch(() => {});
      interrupt();
      const timeout = setTimeout(() => server.child.kill("SIGQUIT"), stopTimeoutMs);
      await server.exited;
      await supervision;
      clearTimeout(timeout);
      process.off("exit", interrupt);
    },
  };
}

type StartServer = {
  dataDirectory: string;
  cluster: Cluster;
  password: string;
  report: Report;
  settings: Settings;
  port: number;
};

async function startServer({ dataDirectory, cluster, password, report, settings, port }: StartServer): Promise<Server> {
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

async function ensurePassword(dataDirectory: string): Promise<string> {
  const kept = await readPassword(dataDirectory);
  if (kept !== null) return kept;
  const password = randomBytes(24).toString("base64url");
  const path = passwordPath(dataDirectory);
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: "wx" });
  await chmod(path, 0o600);
  return password;
}

async function readPassword(dataDirectory: string): Promise<string | null> {
  const text = await readFile(passwordPath(dataDirectory), "utf8").catch(() => null);
  return text === null ? null : text.trim();
}

function passwordPath(dataDirectory: string): string {
  return join(dataDirectory, "postgres-password");
}

function urlOf({
  port,
  password,
  database = databaseName,
}: {
  port: number;
  password: string;
  database?: string;
}): string {
  return `postgresql://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: "sluice-owner",
  });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** PostgreSQL's own record of its process: the id on the first line, the port on the fourth. */
async function readPidFile(directory: string): Promise<{ pid: number; port: number } | null> {
  const text = await readFile(join(directory, "postmaster.pid"), "utf8").catch(() => null);
  const lines = text?.split("\n") ?? [];
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function waitUntil(holds: () => boolean, timeoutMs: number, complaint: string): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > deadline) throw new LineError(complaint);
    await delay(readinessPollMs);
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

async function run(program: string, options: string[], account: SystemAccount | null): Promise<void> {
  const child = spawn(program, options, {
    ...account?.ids,
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
    windowsHide: true,
  });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  const [code] = (await once(child, "close").catch((error) => {
    throw new LineError(`${program} could not be run: ${error.message}`);
  })) as [number | null];
  if (code !== 0) throw new LineError(`${program} failed: ${complaint.trim().split("\n").join(" ")}`);
}
