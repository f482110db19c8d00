import pg from "pg";
import { env } from "../env";
import { log } from "../log";
import { purgeLedger } from "./purge-ledger";

/** Not while a start has other things to do. */
const firstAfterMs = 10 * 60_000;
const everyMs = 6 * 3_600_000;

/** Purges the ledger from time to time, until it is stopped. Of several instances one is at it at a time. */
export class PurgeJob {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();

  start(): void {
    this.timer = setTimeout(() => this.begin(), firstAfterMs).unref();
  }

  /** Resolves when what is being done is done, which is soon. */
  async stop(): Promise<void> {
    this.stopping.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.round;
  }

  private begin(): void {
    this.round = this.purge().catch((error: unknown) => log().warn({ err: error }, "the ledger could not be purged"));
    this.timer = setTimeout(() => this.begin(), everyMs).unref();
  }

  private async purge(): Promise<void> {
    const client = new pg.Client({ connectionString: env().DATABASE_URL, application_name: "sluice-purge" });
    // A connection that breaks fails its statement; without a listener it would end the process.
    client.on("error", () => {});
    await client.connect();
    try {
      const purged = await purgeLedger(client, { now: new Date(), signal: this.stopping.signal });
      if (purged.calls > 0 || purged.months.length > 0) log().info(purged, "calls that are kept no longer were purged");
    } finally {
      await client.end();
    }
  }
}
