import { defineConfig } from "prisma/config";

// `prisma generate` and `prisma validate` never run the native schema engine, yet the CLI would download it first.
// Any existing file in this variable keeps it from doing so; migrations use the WebAssembly engine (lib/db/migrate.ts).
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: "schema.prisma",
  migrations: { path: "migrations" },
});
