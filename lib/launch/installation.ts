import { keepKeysIn } from "../encryption-keys";
import { type Database, ensureDataDirectory, openDatabase, readLaunchEnv } from "./database";
import { LineError } from "./line-error";
import type { Report } from "./report";
import { keepSecrets, secretsPath } from "./secrets";
import { askDatabase, bringUpToDate, requireDatabase } from "./usable-database";

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
    await requireDatabase(database.url);
    await bringUpToDate(database.url, report);
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

async function hasNoOwner({ url }: Database): Promise<boolean> {
  const { none } = await askDatabase<{ none: boolean }>(
    url,
    `select not exists (select from "user" where staff_role = 'owner') as none`,
  );
  return none;
}
