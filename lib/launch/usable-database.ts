import pg from "pg";
import { migrate } from "../db/migrate";
import { LineError } from "./line-error";
import type { Report } from "./report";

const oldestServerVersion = 15;
const connectTimeoutMs = 10_000;

/** @throws LineError when it does not answer, or is too old. */
export async function requireDatabase(url: string): Promise<void> {
  const version = await askDatabase<{ major: number }>(
    url,
    "select current_setting('server_version_num')::int / 10000 as major",
  );
  if (version.major < oldestServerVersion) {
    throw new LineError(
      `DATABASE_URL: ${place(url)} is PostgreSQL ${version.major}; ${oldestServerVersion} or later is needed.`,
    );
  }
}

/** Applies the migrations that it lacks and returns their names. @throws LineError when one cannot be applied. */
export async function bringUpToDate(url: string, report: Report): Promise<string[]> {
  try {
    return await migrate({ databaseUrl: url, report });
  } catch (error) {
    throw new LineError(`DATABASE_URL: ${place(url)} cannot be migrated: ${reasonOf(error)}.`, { cause: error });
  }
}

/** The one row of the answer. @throws LineError when there is none. */
export async function askDatabase<Row extends pg.QueryResultRow>(url: string, question: string): Promise<Row> {
  let client: pg.Client | undefined;
  try {
    // It reads the certificates that the URL names.
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMs });
    await client.connect();
    const { rows } = await client.query<Row>(question);
    return rows[0] as Row;
  } catch (error) {
    throw new LineError(`DATABASE_URL: ${place(url)} cannot be used: ${reasonOf(error)}.`, { cause: error });
  } finally {
    await client?.end().catch(() => {});
  }
}

/** Which database, without its password. */
function place(url: string): string {
  const { host, pathname } = new URL(url);
  const name = pathname.slice(1);
  return `the database ${/%(?![\da-f]{2})/i.test(name) ? name : decodeURIComponent(name)} at ${host}`;
}

/** A refused connection to several addresses is an AggregateError, whose own message is empty. */
function reasonOf(error: unknown): string {
  const cause = error instanceof AggregateError ? error.errors[0] : error;
  const { message, code } = cause as NodeJS.ErrnoException;
  const [line = ""] = (message || code || "unknown reason").split("\n");
  return line.replace(/\.$/, "");
}
