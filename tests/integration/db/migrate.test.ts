import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMigration, isMigrationName } from "@/lib/db/create-migration";
import { describeDrift } from "@/lib/db/drift";
import { migrate } from "@/lib/db/migrate";
import { createEmptyDatabase, type TestDatabase } from "../../database-server";
import { runProgram } from "../../processes";

let database: TestDatabase;

beforeEach(async () => {
  database = await createEmptyDatabase();
});

afterEach(() => database.drop());

test("the migrations give what schema.prisma says", async () => {
  await migrate({ databaseUrl: database.url });
  expect(await describeDrift(database.url)).toBeNull();
});

test("a database that lacks something of the schema is seen as drifted", async () => {
  await migrate({ databaseUrl: database.url });
  await query("alter table plan drop column fee_cents");
  expect(await describeDrift(database.url)).toContain('ADD COLUMN     "fee_cents"');
});

test("processes that migrate at once apply each migration once, and all find it applied", async () => {
  const command = () => runProgram("lib/launch/migrate-command.ts", { env: { DATABASE_URL: database.url } });
  const ended = await Promise.all([command(), command(), command(), command()]);

  expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(ended.filter(({ stdout }) => stdout.startsWith("Applied "))).toHaveLength(1);
  expect(ended.filter(({ stdout }) => stdout === "The database is up to date.\n")).toHaveLength(3);
  const history = await query("select migration_name, count(*)::int as times from _prisma_migrations group by 1");
  expect(history.map(({ times }) => times)).toEqual(history.map(() => 1));
});

test("the history holds what Prisma's own command would have written", async () => {
  const [first] = await migrate({ databaseUrl: database.url });
  const script = await readFile(`prisma/migrations/${first}/migration.sql`);
  const [row] = await query("select * from _prisma_migrations order by migration_name limit 1");
  expect(row).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    checksum: createHash("sha256").update(script).digest("hex"),
    migration_name: first,
    logs: null,
    started_at: expect.any(Date),
    finished_at: expect.any(Date),
    rolled_back_at: null,
    applied_steps_count: 1,
  });
});

test("a migration that fails leaves nothing behind and is tried again", async () => {
  await query("create type usage_source as (value int)");
  await expect(migrate({ databaseUrl: database.url })).rejects.toThrow(
    /^Migration \d+_init failed and was taken back: type "usage_source" already exists$/,
  );
  expect(await query("select from _prisma_migrations")).toEqual([]);
  expect(await query("select from pg_tables where tablename = 'tenant'")).toEqual([]);

  await query("drop type usage_source");
  expect(await migrate({ databaseUrl: database.url })).toContain("20261121000000_init");
});

test("a database that holds something else already is left as it is", async () => {
  await query("create table other (id int)");
  await expect(migrate({ databaseUrl: database.url })).rejects.toThrow("it holds tables of something else (other)");
  expect(await query("select tablename from pg_tables where schemaname = 'public'")).toEqual([{ tablename: "other" }]);
});

test("no migration is written when the schema holds nothing new, and the scratch database is gone", async () => {
  const now = new Date("2030-01-01T00:00:00Z");
  expect(await createMigration({ databaseUrl: database.url, name: "nothing", now })).toBeNull();
  expect(await query("select datname from pg_database where datname like 'sluice_scratch_%'")).toEqual([]);
});

test.each(["", "Two", "a b", "../up", "a__b"])("a migration is not named “%s”", (name) => {
  expect(isMigrationName(name)).toBe(false);
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
