import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import type { MigrationDirectory, MigrationList, SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";

/** Any number will do, as long as every version of this program takes the same one. */
const migrationLock = 7_281_946_253;
const lockRetryMs = 200;
/** `"char"`, not to be mixed up with `char(1)`. */
const catalogueCharType = 18;

const schemaPath = resolve(import.meta.dirname, "../../prisma/schema.prisma");
const migrationsPath = resolve(import.meta.dirname, "../../prisma/migrations");
const everything = { externalTables: [], externalEnums: [] };

export type Report = (line: string) => void;

/**
 * Applies the migrations that the database lacks and returns their names. Several instances may call it at once: one
 * migrates and the others wait for it. The history is Prisma's own (`_prisma_migrations`), so `prisma migrate deploy` can take over.
 */
export async function migrate({
  databaseUrl,
  report = () => {},
}: {
  databaseUrl: string;
  report?: Report;
}): Promise<string[]> {
  return await underMigrationLock(databaseUrl, report, async (client) => {
    const pending = await listPending(client);
    if (pending.length === 0) return [];

    report(
      `Database: applying ${pending.length === 1 ? "one migration" : `${pending.length} migrations`} (${pending.join(", ")}) …`,
    );
    try {
      return await withSchemaEngine(databaseUrl, async (engine) => {
        const applied = await engine.applyMigrations({ migrationsList: await readMigrations(), filters: everything });
        return applied.appliedMigrationNames;
      });
    } catch (error) {
      throw await markRolledBack(client, error);
    }
  });
}

/** A migration that fails has changed nothing, so its row in the history must not keep the next attempt from trying it again. */
async function markRolledBack(client: pg.Client, error: unknown): Promise<unknown> {
  if (!(await hasHistory(client))) return error;
  const { rows } = await client.query<{ migration_name: string }>(
    "update _prisma_migrations set rolled_back_at = now() where finished_at is null and rolled_back_at is null returning migration_name",
  );
  const names = rows.map((row) => row.migration_name).join(", ");
  if (names === "") return error;
  return new Error(`Migration ${names} failed and was taken back: ${error instanceof Error ? error.message : error}`, {
    cause: error,
  });
}

/**
 * The SQL that leads from the database as it is to `schema.prisma`, or null when they agree. What Prisma's language cannot say
 * (partitions, functions, triggers, checks) does not count.
 */
export async function describeDrift(databaseUrl: string): Promise<string | null> {
  return await withSchemaEngine(databaseUrl, async (engine) => {
    const files = [{ path: schemaPath, content: await readFile(schemaPath, "utf8") }];
    const difference = await engine.diff({
      // The datasource is the database to which the engine is connected.
      from: { tag: "schemaDatasource", files, configDir: migrationsPath },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: true,
      filters: everything,
    });
    return difference.exitCode === 0 ? null : difference.stdout;
  });
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
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name))
    throw new Error(`A migration's name is made of a-z, 0-9 and single _, not "${name}".`);

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
  const name = `sluice_scratch_${crypto.randomUUID()}`;
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

async function readMigrations(): Promise<MigrationList> {
  const migrationDirectories = await Promise.all(
    (await listMigrationNames()).map(async (name): Promise<MigrationDirectory> => {
      const content = await readFile(join(migrationsPath, name, "migration.sql"), "utf8");
      return { path: name, migrationFile: { path: "migration.sql", content: { tag: "ok", value: content } } };
    }),
  );
  return {
    baseDir: migrationsPath,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories,
  };
}

async function withSchemaEngine<T>(databaseUrl: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await loadSchemaEngine();
  // The engine disposes of no pool; ours has one connection, which it uses from first to last.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, application_name: "sluice-migrate" });
  const datamodel = await readFile(schemaPath, "utf8");
  const adapters = new MigrationAdapterFactory(pool);
  try {
    const engine = await SchemaEngine.new(
      { datamodels: [[schemaPath, datamodel]] },
      () => {},
      bindMigrationAwareSqlAdapterFactory(adapters),
    );
    return await use(engine);
  } catch (error) {
    throw adapters.complaint ?? error;
  } finally {
    await pool.end();
  }
}

/**
 * Prisma's adapter for migrations, mended in two places. It cuts a script at every semicolon, which breaks the bodies of
 * functions; sent whole, a migration is also one transaction: it happens or it does not. And it does not know the type `"char"`
 * in which PostgreSQL's catalogue tells the engine about constraints.
 */
class MigrationAdapterFactory extends PrismaPg {
  /** What the database said; the engine only says that it said something. */
  complaint: Error | null = null;

  constructor(private readonly pool: pg.Pool) {
    super(pool);
  }

  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      await this.pool.query(script).catch((error) => {
        this.complaint = describeSqlError(error, script);
        throw error;
      });
    };

    const catalogueChars = new WeakMap<unknown[], number[]>();
    const query = this.pool.query.bind(this.pool) as unknown as (query: pg.QueryConfig) => Promise<pg.QueryArrayResult>;
    this.pool.query = (async (config: pg.QueryConfig) => {
      const result = await query(config);
      const columns = result.fields?.flatMap((field, column) =>
        field.dataTypeID === catalogueCharType ? [column] : [],
      );
      for (const column of columns ?? []) (result.fields[column] as pg.FieldDef).dataTypeID = pg.types.builtins.TEXT;
      if (columns?.length) catalogueChars.set(result.rows, columns);
      return result;
    }) as typeof this.pool.query;

    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (parameters) => {
      const result = await queryRaw(parameters);
      for (const column of catalogueChars.get(result.rows) ?? []) result.columnTypes[column] = ColumnTypeEnum.Character;
      return result;
    };
    return adapter;
  }
}

type EngineModule = typeof import("@prisma/schema-engine-wasm") & {
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
};

let engineModule: Promise<EngineModule> | undefined;

/** The package's entry file imports its WebAssembly as a module, which Node does not run; here it is instantiated by hand. */
function loadSchemaEngine(): Promise<EngineModule> {
  engineModule ??= (async () => {
    // Where the engine leaves word before it panics.
    Object.assign(globalThis, {
      PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
    });
    const bindings = (await import("@prisma/schema-engine-wasm/schema_engine_bg" as string)) as EngineModule;
    const path = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm/schema_engine_bg");
    const bytes = await readFile(path.replace(/\.js$/, ".wasm"));
    const { instance } = await WebAssembly.instantiate(bytes, {
      "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports,
    });
    bindings.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
    return bindings;
  })();
  return engineModule;
}

function describeSqlError(error: unknown, script: string): Error {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error : new Error(String(error));
  const position = Number(error.position);
  const line = Number.isNaN(position) ? "" : ` (line ${script.slice(0, position).split("\n").length})`;
  return new Error([`${error.message}${line}`, error.detail, error.hint, error.where].filter(Boolean).join("; "), {
    cause: error,
  });
}
