import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { migrate } from "@/lib/db/migrate";
import { startPostgres } from "@/lib/launch/postgres";

/** The names by which a test's process learns of the PostgreSQL that its runner has started. */
const serverVariable = "TEST_DATABASE_SERVER";
const templateVariable = "TEST_DATABASE_TEMPLATE";
const endingMs = 1_000;

/**
 * Starts a PostgreSQL for one run of tests, with a migrated database from which each test file copies its own. With
 * `TEST_DATABASE_SERVER` set, that server is used instead. The caller stops it.
 */
export async function startDatabaseServer(): Promise<() => Promise<void>> {
  // Every kind of test asks for it; one start does for all.
  if (process.env[templateVariable]) return async () => {};

  const given = process.env[serverVariable];
  if (given) return await prepareTemplate(given);

  const directory = await mkdtemp(join(tmpdir(), "sluice-test-"));
  // PostgreSQL's account must be able to enter it when root runs the tests.
  await chmod(directory, 0o755);
  // What a power cut would lose is of no account here, and a run is the faster for it.
  const settings = { fsync: "off", full_page_writes: "off", max_connections: 300 };
  const postgres = await startPostgres({ dataDirectory: directory, report: () => {}, settings });
  const dropTemplate = await prepareTemplate(urlOf(postgres.url, "postgres"));
  return async () => {
    await dropTemplate();
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
    delete process.env[serverVariable];
    delete process.env[templateVariable];
  };
}

export type TestDatabase = { url: string; drop(): Promise<void> };

/** A migrated, empty database of the caller's own. */
export async function createDatabase(): Promise<TestDatabase> {
  const { server, template } = runningServer();
  const name = `test_${randomBytes(6).toString("hex")}`;
  await execute(server, `create database ${name} template ${template}`);
  return { url: urlOf(server, name), drop: () => drop(server, name) };
}

/** A database of the caller's own with nothing in it, not even tables. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const { server } = runningServer();
  const name = `test_${randomBytes(6).toString("hex")}`;
  await execute(server, `create database ${name}`);
  return { url: urlOf(server, name), drop: () => drop(server, name) };
}

async function prepareTemplate(server: string): Promise<() => Promise<void>> {
  const template = `test_template_${randomBytes(6).toString("hex")}`;
  await execute(server, `create database ${template}`);
  await migrate({ databaseUrl: urlOf(server, template) });
  process.env[serverVariable] = server;
  process.env[templateVariable] = template;
  return async () => {
    await drop(server, template);
  };
}

function runningServer(): { server: string; template: string } {
  const [server, template] = [process.env[serverVariable], process.env[templateVariable]];
  if (!server || !template) throw new Error("There is no database server: run this test through `npm test`.");
  return { server, template };
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/**
 * Waits for connections that are just being ended: one that is forced meanwhile tells a client that nobody listens to any
 * more, which would end the test's process.
 */
async function drop(server: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    for (const deadline = Date.now() + endingMs; Date.now() < deadline; await delay(20)) {
      const { rowCount } = await client.query("select from pg_stat_activity where datname = $1", [name]);
      if (rowCount === 0) break;
    }
    await client.query(`drop database ${name} with (force)`);
  } finally {
    await client.end();
  }
}

async function execute(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
