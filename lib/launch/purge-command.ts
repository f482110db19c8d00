import pg from "pg";
import { purgeLedger } from "../retention/purge-ledger";
import { runCommand } from "./command";
import { withDatabase } from "./database";
import { stopSignal } from "./stop-signal";

/** `npm run usage:purge`: takes off the ledger what is kept no longer, as the server does by itself every few hours. */
await runCommand((report) =>
  withDatabase(report, async (databaseUrl) => {
    const stopping = new AbortController();
    void stopSignal(report).then(() => stopping.abort());
    const client = new pg.Client({ connectionString: databaseUrl, application_name: "sluice-purge" });
    await client.connect();
    try {
      const { calls, months } = await purgeLedger(client, { now: new Date(), signal: stopping.signal });
      const dropped = months.length === 0 ? "" : ` The months ${months.join(", ")} are gone as a whole.`;
      return `${calls} ${calls === 1 ? "call was" : "calls were"} purged; the totals stay.${dropped}`;
    } finally {
      await client.end();
    }
  }),
);
