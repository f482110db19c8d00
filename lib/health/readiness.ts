import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { callPool } from "../db/client";
import { isDatabaseAway } from "../db/failures";
import { meter } from "../metering/lifecycle";

export type Readiness = { ready: true; reason?: never } | { ready: false; reason: string };

const obstacles = {
  database_away: "Calls cannot be recorded: the last batch could not be written. It is tried again.",
  queue_full: "More calls have ended than are recorded; new ones are let through when these are written.",
};

/** Whether this instance can serve: its database answers, has the migrations that this version brings, and records calls. */
export async function checkReadiness(): Promise<Readiness> {
  const reason = await findObstacle();
  return reason === null ? { ready: true } : { ready: false, reason };
}

async function findObstacle(): Promise<string | null> {
  try {
    const applied = await listApplied();
    const missing = (await listMigrations()).filter((name) => !applied.has(name));
    if (missing.length > 0) return `The database lacks migrations: ${missing.join(", ")}.`;
  } catch (error) {
    return isDatabaseAway(error) ? "The database cannot be reached." : "The database gave an error.";
  }
  const { obstacle } = meter();
  return obstacle && obstacles[obstacle];
}

async function listApplied(): Promise<Set<string>> {
  const { rows: found } = await callPool().query<{ exists: boolean }>(
    "select to_regclass('_prisma_migrations') is not null as exists",
  );
  if (!found[0]?.exists) return new Set();

  const { rows } = await callPool().query<{ migration_name: string }>(
    "select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  return new Set(rows.map((row) => row.migration_name));
}

/** Names of the migrations that came with this version. */
async function listMigrations(): Promise<string[]> {
  const entries = await readdir(join(process.cwd(), "prisma/migrations"), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
