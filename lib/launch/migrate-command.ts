import { parseArgs } from "node:util";
import { createMigration, isMigrationName } from "../db/create-migration";
import { runCommand } from "./command";
import { withDatabase } from "./database";
import { LineError } from "./line-error";
import { bringUpToDate } from "./usable-database";

/** `npm run db:migrate`: applies what is missing. With `-- --create NAME` it writes the next migration instead. */
await runCommand(async (report) => {
  const { values } = parseArgs({ options: { create: { type: "string" } } });
  const name = values.create;
  if (name !== undefined && !isMigrationName(name))
    throw new LineError(`A migration's name is made of a-z, 0-9 and single _, not "${name}".`);
  return await withDatabase(report, async (databaseUrl) => {
    if (name !== undefined) {
      const path = await createMigration({ databaseUrl, name, now: new Date() });
      return path === null
        ? "The migrations already give what prisma/schema.prisma says."
        : `Wrote ${path}; read it before you commit it.`;
    }
    const applied = await bringUpToDate(databaseUrl, report);
    return applied.length === 0 ? "The database is up to date." : `Applied ${applied.join(", ")}.`;
  });
});
