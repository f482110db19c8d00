import { resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { parseLaunchEnv } from "../env";
import type { EncryptionKeys } from "../providers/credential";
import { type Reencryption, reencryptCredentials } from "../providers/reencrypt-credentials";
import { runCommand } from "./command";
import { ensureDataDirectory, readLaunchEnv, withDatabase } from "./database";
import { LineError } from "./line-error";
import { findRunningPostgres } from "./postgres";
import type { Report } from "./report";
import { beginKeyRotation, endKeyRotation } from "./secrets";

/** After so long, a server that runs has written what it had encrypted with the old key. */
const lastWritesMs = 5_000;

/**
 * `npm run rotate:encryption-key`. Where we keep the key ourselves it is replaced by a new one; where it comes from the
 * environment, credentials are encrypted anew with the one that stands there. Can be interrupted at any time and run again.
 */
await runCommand(async (report) => {
  const { ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS, ...env } = readLaunchEnv();
  if (ENCRYPTION_KEY !== undefined) return await reencryptFor({ ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS }, report);
  if (env.DATABASE_URL !== undefined) throw new LineError("With DATABASE_URL set, ENCRYPTION_KEY must be set too.");

  const serverMayRun = (await findRunningPostgres(resolve(env.DATA_DIR))) !== null;
  const dataDirectory = await ensureDataDirectory(env);
  const { ENCRYPTION_KEY: key, ENCRYPTION_KEY_PREVIOUS: previous } = parseLaunchEnv(
    await beginKeyRotation(dataDirectory),
  );
  // A server that runs takes the new key from the file from now on.
  if (serverMayRun) await setTimeout(lastWritesMs);
  const done = await reencryptFor({ ENCRYPTION_KEY: key as Buffer, ENCRYPTION_KEY_PREVIOUS: previous }, report);
  await endKeyRotation(dataDirectory);
  return `${done} The new key is in ${dataDirectory}/secrets.json: back it up.`;
});

async function reencryptFor(keys: EncryptionKeys, report: Report): Promise<string> {
  if (keys.ENCRYPTION_KEY_PREVIOUS === undefined)
    throw new LineError("Set ENCRYPTION_KEY to the new key and ENCRYPTION_KEY_PREVIOUS to the old one, everywhere.");

  return await withDatabase(report, async (databaseUrl) => {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      return describe(await reencryptCredentials(client, keys));
    } finally {
      await client.end();
    }
  });
}

function describe({ reencrypted, unreadable }: Reencryption): string {
  const done = `${reencrypted} ${reencrypted === 1 ? "credential is" : "credentials are"} encrypted with the new key.`;
  return unreadable.length === 0
    ? done
    : `${done} Neither key can read the credential of ${unreadable.join(", ")}: enter it again.`;
}
