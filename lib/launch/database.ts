import { access, constants } from "node:fs/promises";
import { resolve } from "node:path";
import pg from "pg";
import { type LaunchEnv, parseLaunchEnv } from "../env";
import { LineError } from "./line-error";
import { makeDirectory } from "./make-directory";
import { findRunningPostgres, startPostgres } from "./postgres";
import type { Report } from "./report";
import { requireDatabase } from "./usable-database";

export type Database = {
  url: string;
  /** Stops the database if it was started for us; leaves it running if it belongs to somebody else. */
  close(): Promise<void>;
};

const leaveRunning = async () => {};

/** The database of this installation for a server: the one of DATABASE_URL, or the embedded one, which is started. */
export async function openDatabase({ env, report }: { env: LaunchEnv; report: Report }): Promise<Database> {
  if (env.DATABASE_URL !== undefined) return { url: env.DATABASE_URL, close: leaveRunning };
  const postgres = await startPostgres({ dataDirectory: await ensureDataDirectory(env), report });
  return { url: postgres.url, close: postgres.stop };
}

/** The same for a command, which may run beside a server: an embedded database that runs already is used as it is. */
export async function withDatabase<T>(report: Report, use: (databaseUrl: string) => Promise<T>): Promise<T> {
  const env = readLaunchEnv();
  const running = env.DATABASE_URL === undefined ? await findRunningPostgres(resolve(env.DATA_DIR)) : null;
  const database = running === null ? await openDatabase({ env, report }) : { url: running, close: leaveRunning };
  try {
    await requireDatabase(database.url);
    return await use(database.url);
  } catch (error) {
    if (!isNotMigrated(error)) throw error;
    const lack = `The database lacks what this version needs (${error.message}).`;
    throw new LineError(`${lack} Apply its migrations: npm run db:migrate`, { cause: error });
  } finally {
    await database.close();
  }
}

/** There is no such table, column or function. */
const missingCodes = ["42P01", "42703", "42883"];

function isNotMigrated(error: unknown): error is pg.DatabaseError {
  return error instanceof pg.DatabaseError && missingCodes.includes(error.code ?? "");
}

/** @throws LineError that names each wrong variable. */
export function readLaunchEnv(): LaunchEnv {
  try {
    return parseLaunchEnv(process.env);
  } catch (error) {
    throw new LineError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The absolute path of DATA_DIR, made if it is not there. */
export async function ensureDataDirectory({ DATA_DIR }: Pick<LaunchEnv, "DATA_DIR">): Promise<string> {
  const directory = resolve(DATA_DIR);
  await makeDirectory(directory).catch((error) => {
    throw new LineError(`DATA_DIR ${directory} cannot be made: ${error.code}.`, { cause: error });
  });
  await access(directory, constants.R_OK | constants.W_OK | constants.X_OK).catch((error) => {
    throw new LineError(`DATA_DIR ${directory} cannot be written: ${error.code}.`, { cause: error });
  });
  return directory;
}
