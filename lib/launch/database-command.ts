import { migrate } from "../db/migrate";
import { runCommand } from "./command";
import { openDatabase, readLaunchEnv } from "./database";
import { stopSignal } from "./stop-signal";

/** `npm run db:dev`: only the database, migrated, until Ctrl-C. Its URL goes to standard output. */
await runCommand(async (report) => {
  const database = await openDatabase({ env: readLaunchEnv(), report });
  try {
    await migrate({ databaseUrl: database.url, report });
    const stopped = stopSignal(report);
    console.log(database.url);
    await stopped;
  } finally {
    await database.close();
  }
  return "Stopped.";
});
