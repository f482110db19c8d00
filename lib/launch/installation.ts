import pg from "pg";
import { migrate } from "../db/migrate";
import { keepKeysIn } from "../encryption-keys";
import { type Database, ensureDataDirectory, openDatabase, readLaunchEnv } from "./database";
import { LineError } from "./line-error";
import type { Report } from "./report";
import { keepSecrets, secretsPath } from "./secrets";

const oldestServerVersion = 15;
const connectTimeoutMs = 10_000;

export type Installation = {
  /** Nobody owns it yet: whoever opens `/setup` first makes the owner's account. */
  isNew: boolean;
  close(): Promise<void>;
};

/**
 * Makes the database ready for a server and completes the environment with what an installation with its own database leaves
 * out, so that `env()` can be asked afterwards.
 * @throws LineError for whatever the operator can mend.
 */
export async function openInstallation(report: Report): Promise<Installation> {
  const env = readLaunchEnv();
  if (env.DATABASE_URL === undefined) {
    const dataDirectory = await ensureDataDirectory(env);
    Object.assign(process.env, {
      ...(await keepSecrets(dataDirectory)),
      ...given(["AUTH_SECRET", "ENCRYPTION_KEY", "ENCRYPTION_KEY_PREVIOUS"]),
    });
    if (env.ENCRYPTION_KEY === undefined) keepKeysIn(secretsPath(dataDirectory));
  } else {
    requireSecrets();
  }

  const database = await openDatabase({ env, report });
  try {
    process.env.DATABASE_URL = database.url;
    await requireVersion(database);
    await bringUpToDate(database, report);
    return { isNew: await hasNoOwner(database), close: database.close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function given(names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}

function requireSecrets(): void {
  const missing = ["AUTH_SECRET", "ENCRYPTION_KEY"].filter((name) => !process.env[name]);
  if (missing.length === 0) return;
  throw new LineError(
    `With DATABASE_URL set, ${missing.join(" and ")} must be set too (each for instance: openssl rand -hex 32).`,
  );
}

async function requireVersion({ url }: Database): Promise<void> {
  const version = await ask<{ major: number }>(
    url,
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  if (version.major < oldestServerVersion) {
    throw new LineError(
      `DATABASE_URL: ${place(url)} is PostgreSQL ${version.major}; ${oldestServerVersion} or later is needed.`,
    );
  }
}

async function bringUpToDate({ url }: Database, report: Report): Promise<void> {
  try {
    await migrate({ databaseUrl: url, report });
  } catch (error) {
    throw new LineError(`DATABASE_URL: ${place(url)} cannot be migrated: ${reasonOf(error)}.`, { cause: error });
  }
}

async function hasNoOwner({ url }: Database): Promise<boolean> {
  const { none } = await ask<{ none: boolean }>(
    url,
    `select not exists (select from "user" where staff_role = 'owner') as none`,
  );
  return none;
}

async function ask<Row extends pg.QueryResultRow>(url: string, question: string): Promise<Row> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
  try {
    await client.connect();
    const { rows } = await client.query<Row>(question);
    return rows[0] as Row;
  } catch (error) {
    throw new LineError(`DATABASE_URL: ${place(url)} cannot be used: ${reasonOf(error)}.`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

/** Which database, without its password. */
function place(url: string): string {
  const { host, pathname } = new URL(url);
  return `the database ${decodeURIComponent(pathname.slice(1))} at ${host}`;
}

/** A refused connection to several addresses is an AggregateError, whose own message is empty. */
function reasonOf(error: unknown): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  const { message, code } = cause as NodeJS.ErrnoException;
  const [line = ""] = (message || code || "unknown reason").split("\n");
  return line.replace(/\.$/, "");
}
