import { once } from "node:events";
import { readFile, realpath, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { LineError } from "./line-error";
import { type Cluster, ensureCluster, ensurePassword, readPassword } from "./postgres-cluster";
import { ownerLock, type Settings, type StartServer, startServer } from "./postgres-process";
import { connect, readPidFile, urlOf } from "./postgres-session";
import type { Report } from "./report";

export type EmbeddedPostgres = {
  url: string;
  /** Ends the sessions and stops the server; resolves when its process is gone. */
  stop(): Promise<void>;
};

const pollMs = 20;
const stopTimeoutMs = 60_000;
const takeoverAttempts = 40;
const takeoverRetryMs = 250;
const restartDelayMs = 500;
const retryDelayMs = 2_000;

/**
 * Starts the PostgreSQL of this installation, which lives in `<dataDirectory>/postgres`, and makes it first if there is none.
 * It listens on a free port of the loopback interface. A cluster left by a crash recovers; a PostgreSQL left running by one is taken down first.
 * @throws LineError when another server runs on the same directory, or the directory cannot serve.
 */
export async function startPostgres({
  dataDirectory,
  report,
  settings = {},
  port,
}: StartPostgres): Promise<EmbeddedPostgres> {
  const password = await ensurePassword(dataDirectory);
  const cluster = await ensureCluster({ dataDirectory, password, report });

  for (let attempt = 0; ; attempt++) {
    await stopLeftover({ dataDirectory, cluster, password, report });
    try {
      return await superviseServer({
        dataDirectory,
        cluster,
        password,
        report,
        settings,
        port: port ?? (await findFreePort()),
      });
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
  /** Of the loopback interface; a free one if it is left out. */
  port?: number;
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
  if (client === null) return await forgetIfForeign(cluster.directory, running.pid);
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

/**
 * The number in the file may be any program's by now, or a thread's: in a container that starts again the same few numbers come
 * back. PostgreSQL would take it for a server of its own and not start. Where the system does not tell, the file stays.
 */
async function forgetIfForeign(directory: string, pid: number): Promise<void> {
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => null);
  if (name !== null && !name.startsWith("postgres")) await rm(join(directory, "postmaster.pid"), { force: true });
}

/** Keeps PostgreSQL running until it is told to stop: one that dies is started again on the same port, where the pools look for it. */
async function superviseServer(options: StartServer): Promise<EmbeddedPostgres> {
  const { report } = options;
  let server = await startServer(options);
  let stopping = false;

  // Whatever ends this process, PostgreSQL is told to end too.
  const interrupt = () => void server.child.kill("SIGINT");
  process.once("exit", interrupt);

  // What keeps it from starting (a full disk) passes or is mended by somebody: then it goes on by itself.
  const startAgain = async () => {
    for (let delayMs = restartDelayMs; !stopping; delayMs = retryDelayMs) {
      await delay(delayMs);
      try {
        server = await startServer(options);
        return;
      } catch (error) {
        report(`Database: PostgreSQL cannot be started: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  const supervise = async () => {
    for (;;) {
      await server.exited;
      if (stopping) return;
      report("Database: PostgreSQL ended unexpectedly; starting it again …");
      await startAgain();
      if (stopping) interrupt();
    }
  };
  const supervision = supervise();

  return {
    url: urlOf({ port: server.port, password: options.password }),
    stop: async () => {
      stopping = true;
      await server.claim.end();
      interrupt();
      const timeout = setTimeout(() => server.child.kill("SIGQUIT"), stopTimeoutMs);
      await server.exited;
      await supervision;
      clearTimeout(timeout);
      process.off("exit", interrupt);
    },
  };
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
  const deadline = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new LineError(complaint);
    await delay(pollMs);
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
