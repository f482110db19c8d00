import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pool } from "../db/client";
import { isDatabaseAway } from "../db/failures";

export type Readiness = { ready: true; reason?: never } | { ready: false; reason: string };

/** Whether this instance can serve: its database answers and has the migrations that this version brings. */
export async function checkReadiness(): Promise<Readiness> {
  try {
    const applied = await listApplied();
    const missing = (await listMigrations()).filter((name) => !applied.has(name));
    return missing.length === 0
      ? { ready: true }
      : { ready: false, reason: `The database lacks ${missing.length} migrations.` };
  } catch (error) {
    return {
      ready: false,
      reason: isDatabaseAway(error) ? "The database cannot be reached." : "The database gave an error.",
    };
  }
}

async function listApplied(): Promise<Set<string>> {
  const { rows: found } = await pool().query<{ exists: boolean }>(
    "select to_regclass('_prisma_migrations') is not null as exists",
  );
  if (!found[0]?.exists) return new Set();

  const { rows } = await pool().query<{ migration_name: string }>(
    "select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  return new Set(rows.map((row) => row.migration_name));
}

/** Names of the migrations that came with this version. */
async function listMigrations(): Promise<string[]> {
  const entries = await readdir(join(process.cwd(), "prisma/migrations"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
