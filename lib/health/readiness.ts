import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { QueryConfig, QueryResultRow } from "pg";
import { callPool } from "../db/client";
import { isDatabaseAway, isUnanswered } from "../db/failures";
import { meter } from "../metering/lifecycle";
import { processSingleton } from "../process-singleton";

export type Readiness = { ready: true; reason?: never } | { ready: false; reason: string };

/** A database that is frozen answers nothing at all: whoever asks here gives up soon after. */
const patienceMs = 2_000;

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
    const missing = listMigrations().filter((name) => !applied.has(name));
    if (missing.length > 0) return `The database lacks migrations: ${missing.join(", ")}.`;
  } catch (error) {
    if (isDatabaseAway(error)) return "The database cannot be reached.";
    return isUnanswered(error) ? "The database does not answer." : "The database gave an error.";
  }
  const { obstacle } = meter();
  return obstacle && obstacles[obstacle];
}

async function listApplied(): Promise<Set<string>> {
  const [found] = await ask<{ exists: boolean }>("select to_regclass('_prisma_migrations') is not null as exists");
  if (!found?.exists) return new Set();

  const rows = await ask<{ migration_name: string }>(
    "select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  return new Set(rows.map((row) => row.migration_name));
}

async function ask<Row extends QueryResultRow>(text: string): Promise<Row[]> {
  // The types leave out that each query may have a time limit of its own.
  const query: QueryConfig & { query_timeout: number } = { text, query_timeout: patienceMs };
  return (await callPool().query<Row>(query)).rows;
}

/** Names of the migrations that came with this version: read once, as a newer one may be fetched beside a server that runs. */
function listMigrations(): string[] {
  return processSingleton("migrations", () =>
    readdirSync(join(process.cwd(), "prisma/migrations"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name),
  );
}
