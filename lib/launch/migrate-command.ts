import { parseArgs } from "node:util";
import { createMigration } from "../db/create-migration";
import { migrate } from "../db/migrate";
import { runCommand } from "./command";
import { withDatabase } from "./database";

/** `npm run db:migrate`: applies what is missing. With `-- --create NAME` it writes the next migration instead. */
await runCommand(async (report) => {
  const { values } = parseArgs({ options: { create: { type: "string" } } });
  const name = values.create;
  return await withDatabase(report, async (databaseUrl) => {
    if (name !== undefined) {
      const path = await createMigration({ databaseUrl, name, now: new Date() });
      return path === null
        ? "The migrations already give what prisma/schema.prisma says."
        : `Wrote ${path}; read it before you commit it.`;
    }
    const applied = await migrate({ databaseUrl, report });
    return applied.length === 0 ? "The database is up to date." : `Applied ${applied.join(", ")}.`;
  });
});
