import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { describeDrift } from "./drift";
import { migrate, migrationsPath } from "./migrate";

/** Words of a-z and 0-9 with single _ between them. */
export function isMigrationName(name: string): boolean {
  return /^[a-z0-9]+(_[a-z0-9]+)*$/.test(name);
}

/**
 * Writes the next migration, from what the migrations so far make of an empty database to `schema.prisma`. A scratch database
 * on the same server serves for it; the installation's own is not touched.
 * Returns the path of the new file, or null when the schema holds nothing new.
 */
export async function createMigration({
  databaseUrl,
  name,
  now,
}: {
  databaseUrl: string;
  name: string;
  now: Date;
}): Promise<string | null> {
  const script = await withScratchDatabase(databaseUrl, async (scratchUrl) => {
    await migrate({ databaseUrl: scratchUrl });
    return await describeDrift(scratchUrl);
  });
  if (script === null) return null;

  const timestamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const directory = join(migrationsPath, `${timestamp}_${name}`);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "migration.sql"), script);
  return join(directory, "migration.sql");
}

async function withScratchDatabase<T>(databaseUrl: string, use: (scratchUrl: string) => Promise<T>): Promise<T> {
  const name = `sluice_scratch_${randomUUID()}`;
  const scratchUrl = new URL(databaseUrl);
  scratchUrl.pathname = `/${name}`;

  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`create database "${name}"`);
    return await use(scratchUrl.href);
  } finally {
    await client.query(`drop database if exists "${name}" with (force)`);
    await client.end();
  }
}
