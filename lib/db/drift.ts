import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";
import pg from "pg";
import { projectRoot } from "../project-root";

const schemaPath = join(projectRoot, "prisma/schema.prisma");
const everything = { externalTables: [], externalEnums: [] };
/** `"char"`, not to be mixed up with `char(1)`. */
const catalogueCharType = 18;

/**
 * The SQL that leads from the database as it is to `schema.prisma`, or null when they agree. What Prisma's language cannot say
 * (partitions, functions, triggers, checks) does not count.
 */
export async function describeDrift(databaseUrl: string): Promise<string | null> {
  return await withSchemaEngine(databaseUrl, async (engine) => {
    const files = [{ path: schemaPath, content: await readFile(schemaPath, "utf8") }];
    const difference = await engine.diff({
      // The datasource is the database to which the engine is connected.
      from: { tag: "schemaDatasource", files, configDir: dirname(schemaPath) },
      to: { tag: "schemaDatamodel", files },
      script: true,
      exitCode: true,
      filters: everything,
    });
    return difference.exitCode === 0 ? null : difference.stdout;
  });
}

async function withSchemaEngine<T>(databaseUrl: string, use: (engine: SchemaEngine) => Promise<T>): Promise<T> {
  const { SchemaEngine } = await loadSchemaEngine();
  // The engine disposes of no pool; ours has one connection, which it uses from first to last.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, application_name: "sluice-migrate" });
  try {
    const datamodel = await readFile(schemaPath, "utf8");
    const adapters = bindMigrationAwareSqlAdapterFactory(new ComparingAdapterFactory(pool));
    const engine = await SchemaEngine.new({ datamodels: [[schemaPath, datamodel]] }, () => {}, adapters);
    engines.push(engine);
    return await use(engine);
  } finally {
    await pool.end();
  }
}

/** Held for ever: freed by the garbage collector while a timer of its own is running, an engine takes the process with it. */
const engines: SchemaEngine[] = [];

/** Prisma's adapter, which does not know the type `"char"` in which PostgreSQL's catalogue tells the engine about constraints. */
class ComparingAdapterFactory extends PrismaPg {
  constructor(private readonly pool: pg.Pool) {
    super(pool);
  }

  override async connect() {
    const adapter = await super.connect();
    const catalogueChars = new WeakMap<unknown[], number[]>();
    const query = this.pool.query.bind(this.pool) as unknown as (query: pg.QueryConfig) => Promise<pg.QueryArrayResult>;
    this.pool.query = (async (config: pg.QueryConfig) => {
      const result = await query(config);
      const fields = [...(result.fields ?? []).entries()].filter(([, field]) => field.dataTypeID === catalogueCharType);
      for (const [, field] of fields) field.dataTypeID = pg.types.builtins.TEXT;
      const columns = fields.map(([column]) => column);
      if (columns.length > 0) catalogueChars.set(result.rows, columns);
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
