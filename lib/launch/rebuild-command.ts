import { parseArgs } from "node:util";
import pg from "pg";
import { rebuildRollups } from "../metering/rebuild-rollups";
import { runCommand } from "./command";
import { withDatabase } from "./database";
import { LineError } from "./line-error";
import { stopSignal } from "./stop-signal";

/**
 * `npm run usage:rebuild [-- --tenant SLUG] [-- --from SLUG]`: brings the roll-ups to what the ledger says, also while calls are
 * served. Stopped, it says how to go on.
 */
await runCommand((report) =>
  withDatabase(report, async (databaseUrl) => {
    const { values } = parseArgs({ options: { tenant: { type: "string" }, from: { type: "string" } } });
    const stopping = new AbortController();
    void stopSignal(report).then(() => stopping.abort());
    const client = new pg.Client({ connectionString: databaseUrl, application_name: "sluice-rebuild" });
    await client.connect();
    let last: string | null = null;
    try {
      const { tenants, changed } = await rebuildRollups(client, {
        ...(values.tenant && { slug: values.tenant }),
        ...(values.from && { resumeAt: values.from }),
        signal: stopping.signal,
        report: ({ slug, done, tenants, changed }) => {
          last = slug;
          report(`${done} of ${tenants} clients, up to ${slug}: ${changed} roll-ups changed.`);
        },
      });
      if (values.tenant && tenants === 0 && !stopping.signal.aborted)
        throw new LineError(`There is no client ${values.tenant}.`);
      if (!stopping.signal.aborted)
        return `The roll-ups of ${tenants} ${tenants === 1 ? "client" : "clients"} say what the ledger says; ${changed} were changed.`;
      process.exitCode = 1;
      return `Stopped. Go on with: npm run usage:rebuild${last === null ? "" : ` -- --from ${last}`}`;
    } finally {
      await client.end();
    }
  }),
);
