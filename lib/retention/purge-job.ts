import pg from "pg";
import { deleteOldAttempts } from "../auth/store";
import { env } from "../env";
import { forgetExpiredAnswers } from "../idempotency/store";
import { PeriodicJob } from "../launch/periodic-job";
import { log } from "../log";
import { purgeLedger } from "./purge-ledger";

/**
 * Purges the ledger from time to time, and what else is over, but not while a start has other things to do. Of several
 * instances one is at it at a time.
 */
export function purgeJob(): PeriodicJob {
  return new PeriodicJob({
    failure: "the ledger could not be purged",
    firstAfterMs: 10 * 60_000,
    everyMs: 6 * 3_600_000,
    work: purge,
  });
}

async function purge(signal: AbortSignal): Promise<void> {
  const now = new Date();
  await deleteOldAttempts(now);
  await forgetExpiredAnswers(now);
  const client = new pg.Client({ connectionString: env().DATABASE_URL, application_name: "sluice-purge" });
  // A connection that breaks fails its statement; without a listener it would end the process.
  client.on("error", () => {});
  await client.connect();
  try {
    const purged = await purgeLedger(client, { now, signal });
    if (purged.calls > 0 || purged.months.length > 0) log().info(purged, "calls that are kept no longer were purged");
  } finally {
    await client.end();
  }
}
