import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { projectRoot } from "../project-root";

/** Any number will do, as long as every version of this program takes the same one. */
const migrationLock = 7_281_946_253;
const lockRetryMs = 200;

export const migrationsPath = join(projectRoot, "prisma/migrations");
/** As Prisma makes it. */
const historyTable = `
  create table _prisma_migrations (
    id varchar(36) primary key not null,
    checksum varchar(64) not null,
    finished_at timestamptz,
    migration_name varchar(255) not null,
    logs text,
    rolled_back_at timestamptz,
    started_at timestamptz not null default now(),
    applied_steps_count integer not null default 0
  )`;

export type Report = (line: string) => void;

/**
 * Applies the migrations that the database lacks and returns their names. Several instances may call it at once: one
 * migrates and the others wait for it. Each migration is one transaction together with its row in the history, which is Prisma's own
 * (`_prisma_migrations`), so that `prisma migrate deploy` can take over.
 */
export async function migrate({ databaseUrl, report = () => {} }: Migrate): Promise<string[]> {
  return await underMigrationLock(databaseUrl, report, async (client) => {
    const pending = await listPending(client);
    if (pending.length === 0) return [];

    const count = pending.length === 1 ? "one migration" : `${pending.length} migrations`;
    report(`Database: applying ${count} (${pending.join(", ")}) …`);
    await ensureHistory(client);
    for (const name of pending) await applyMigration(client, name);
    return pending;
  });
}

type Migrate = { databaseUrl: string; report?: Report };

async function applyMigration(client: pg.Client, name: string): Promise<void> {
  const script = await readFile(join(migrationsPath, name, "migration.sql"), "utf8");
  const checksum = createHash("sha256").update(script).digest("hex");
  await client.query("begin");
  try {
    await client.query(script);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new Error(`Migration ${name} failed and was taken back: ${describeSqlError(error, script)}`, {
      cause: error,
    });
  }
}

/** @throws Error when the database holds something else, which our tables might get in the way of. */
async function ensureHistory(client: pg.Client): Promise<void> {
  if (await hasHistory(client)) return;
  const { rows } = await client.query<{ tables: string[] }>(
    "select array_agg(tablename::text) as tables from pg_tables where schemaname = current_schema()",
  );
  const tables = rows[0]?.tables ?? [];
  if (tables.length > 0)
    throw new Error(`it holds tables of something else (${tables.join(", ")}); an empty one is needed`);
  await client.query(historyTable);
}

async function underMigrationLock<T>(
  databaseUrl: string,
  report: Report,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "sluice-migrate" });
  await client.connect();
  try {
    // Asked again and again instead of waited for: a waiting statement holds a snapshot, on which
    // a migration's `create index concurrently` would wait in turn.
    for (let attempt = 0; !(await tryLock(client)); attempt++) {
      if (attempt === 0) report("Database: another instance is migrating; waiting for it …");
      await delay(lockRetryMs);
    }
    return await work(client);
  } finally {
    await client.end();
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [
    migrationLock,
  ]);
  return rows[0]?.locked === true;
}

/** Asked of the history directly, so that a start with nothing to do need not load the schema engine. */
async function listPending(client: pg.Client): Promise<string[]> {
  const names = await listMigrationNames();
  if (!(await hasHistory(client))) return names;

  const history = await client.query<{ migration_name: string }>(
    "select migration_name from _prisma_migrations where finished_at is not null and rolled_back_at is null",
  );
  const applied = new Set(history.rows.map((row) => row.migration_name));
  return names.filter((name) => !applied.has(name));
}

async function hasHistory(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>(
    "select to_regclass('_prisma_migrations') is not null as exists",
  );
  return rows[0]?.exists === true;
}

async function listMigrationNames(): Promise<string[]> {
  const entries = await readdir(migrationsPath, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function describeSqlError(error: unknown, script: string): string {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error.message : String(error);
  const position = Number(error.position);
  const line = Number.isNaN(position) ? "" : ` (line ${script.slice(0, position).split("\n").length})`;
  return [`${error.message}${line}`, error.detail, error.hint, error.where].filter(Boolean).join("; ");
}
