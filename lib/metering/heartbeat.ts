import type pg from "pg";
import type { MeterStore } from "./meter";

/** An instance whose heartbeat stands still for so long is dead to the others, which settle what it has open. */
export const deadAfterMs = 20_000;

/** Calls may be waiting for it. */
const writingMs = 5_000;

/** What tells the other instances that this one lives. */
export class Heartbeat {
  private writtenAtMs = Number.NEGATIVE_INFINITY;
  private writing: Promise<void> | null = null;

  constructor(
    readonly instanceId: string,
    private readonly pool: pg.Pool,
    /** Since when the oldest call that is still open has been open. */
    private readonly oldestOpenAt: () => Date,
    private readonly freshMs = deadAfterMs / 2,
  ) {}

  /** Whether nobody can have taken this instance for dead. By a clock that goes on while the machine sleeps. */
  get isFresh(): boolean {
    return Math.abs(Date.now() - this.writtenAtMs) < this.freshMs;
  }

  /** Writes it now; whoever asks meanwhile waits for the same one. */
  beat(): Promise<void> {
    this.writing ??= this.write().finally(() => {
      this.writing = null;
    });
    return this.writing;
  }

  /** Takes this instance off the list; to be called when all its calls are settled. */
  async end(): Promise<void> {
    this.writtenAtMs = Number.NEGATIVE_INFINITY;
    await this.pool.query("delete from instance where id = $1", [this.instanceId]);
  }

  private async write(): Promise<void> {
    const writtenAtMs = Date.now();
    // This machine's clock may be ahead of the database's, by which calls are found.
    const query: pg.QueryConfig & Pick<pg.ClientConfig, "query_timeout"> = {
      text: `insert into instance (id, started_at, heartbeat_at, oldest_open_at) values ($1, now(), now(), least($2, now()))
        on conflict (id) do update set heartbeat_at = now(), oldest_open_at = excluded.oldest_open_at`,
      values: [this.instanceId, this.oldestOpenAt()],
      query_timeout: writingMs,
    };
    await this.pool.query(query);
    this.writtenAtMs = writtenAtMs;
  }
}

/**
 * The same store; calls are admitted only while the others know of this instance. One that was away for long (stopped, or its
 * machine asleep) is taken for dead: what it admits then nobody would settle if it died indeed.
 */
export function whileKnown(heartbeat: Heartbeat, store: MeterStore): MeterStore {
  return {
    ensurePartitions: () => store.ensurePartitions(),
    heldTenants: (tenants) => store.heldTenants(tenants),
    meter: (batch) =>
      batch.calls === null || heartbeat.isFresh ? store.meter(batch) : heartbeat.beat().then(() => store.meter(batch)),
  };
}
