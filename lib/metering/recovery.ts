import type pg from "pg";
import type { Meter, MeterLog } from "./meter";
import type { Settlement } from "./types";

/** An instance whose heartbeat stands still for `deadAfterMs` is dead. */
const usualTiming = { heartbeatMs: 5_000, deadAfterMs: 20_000 };
/** An instance notes since when its oldest call is open; one that was just being admitted may be a little older. */
const openSlackMs = 120_000;
const abandonedPerRound = 500;
const partitionCheckMs = 6 * 3_600_000;

/**
 * Keeps this instance's heartbeat, and settles the open calls of instances that have died: at what was reserved for them,
 * as nobody knows any more what they used.
 */
export class Recovery {
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private round: Promise<void> = Promise.resolve();
  private readonly others = new Heartbeats();
  private partitionsCheckedAt = 0;

  constructor(
    private readonly instanceId: string,
    private readonly pool: pg.Pool,
    private readonly meter: Meter,
    private readonly ensurePartitions: () => Promise<void>,
    private readonly log: MeterLog,
    private readonly timing = usualTiming,
  ) {}

  async start(): Promise<void> {
    this.timer = setInterval(() => {
      this.round = this.round.then(() => this.tick());
    }, this.timing.heartbeatMs);
    this.timer.unref();
    await this.beat();
  }

  /** Takes this instance off the list; to be called when all its calls are settled. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.round;
    if (this.meter.openCalls === 0) await this.pool.query("delete from instance where id = $1", [this.instanceId]);
  }

  private async tick(): Promise<void> {
    if (this.stopped) return;
    try {
      await this.beat();
      await this.settleAbandoned();
    } catch (error) {
      // Nobody else could write theirs either: all are watched anew.
      this.others.forget();
      this.log.warn({ err: error }, "the heartbeat could not be written");
    }
  }

  private async beat(): Promise<void> {
    await this.pool.query(
      `insert into instance (id, started_at, heartbeat_at, oldest_open_at) values ($1, now(), now(), $2)
       on conflict (id) do update set heartbeat_at = now(), oldest_open_at = excluded.oldest_open_at`,
      [this.instanceId, this.meter.oldestOpenAt()],
    );
    if (Date.now() - this.partitionsCheckedAt > partitionCheckMs) {
      await this.ensurePartitions();
      this.partitionsCheckedAt = Date.now();
    }
  }

  private async settleAbandoned(): Promise<void> {
    const { rows } = await this.pool.query<Heartbeat & { since: Date }>(
      `select id, heartbeat_at::text as at, oldest_open_at - $2 * interval '1 ms' as since from instance where id <> $1`,
      [this.instanceId, openSlackMs],
    );
    const silentMs = this.others.watch(rows, performance.now());
    for (const { id, at, since } of rows) {
      if ((silentMs.get(id) ?? 0) < this.timing.deadAfterMs) continue;
      const settled = await this.settleCallsOf(id, since);
      await this.pool.query("delete from instance where id = $1 and heartbeat_at = $2", [id, at]);
      this.log.warn({ instance: id, calls: settled }, "settled what a dead instance had left open");
    }
  }

  /** Goes through the calls once: one that the ledger does not let be settled must not hold up the heartbeat. */
  private async settleCallsOf(instanceId: string, since: Date): Promise<number> {
    let [admittedAt, id] = [since, nil];
    for (let settled = 0; ; ) {
      const { rows } = await this.pool.query<OpenCall>(
        `select id, tenant_id as "tenantId", admitted_at as "admittedAt" from usage_record
         where (admitted_at, id) > ($2, $3::uuid) and instance_id = $1 and state = 'admitted'
         order by admitted_at, id limit $4`,
        [instanceId, admittedAt, id, abandonedPerRound],
      );
      const last = rows.at(-1);
      if (!last) return settled;
      await Promise.all(rows.map((row) => this.meter.settle(abandoned(row))));
      settled += rows.length;
      ({ admittedAt, id } = last);
    }
  }
}

type Heartbeat = { id: string; at: string };

/**
 * For how long each heartbeat has stood still, by this process's own clock, which only goes forward: a clock that is set,
 * the database's or ours, kills nobody.
 */
class Heartbeats {
  private seen = new Map<string, { at: string; sinceMs: number }>();

  watch(heartbeats: Heartbeat[], nowMs: number): Map<string, number> {
    this.seen = new Map(
      heartbeats.map(({ id, at }) => {
        const before = this.seen.get(id);
        return [id, before?.at === at ? before : { at, sinceMs: nowMs }];
      }),
    );
    return new Map([...this.seen].map(([id, { sinceMs }]) => [id, nowMs - sinceMs]));
  }

  forget(): void {
    this.seen.clear();
  }
}

type OpenCall = { id: string; tenantId: string; admittedAt: Date };

/** Before every id. */
const nil = "00000000-0000-0000-0000-000000000000";

function abandoned({ id, tenantId, admittedAt }: OpenCall): Settlement {
  return {
    id,
    tenantId,
    admittedFrom: admittedAt,
    admittedTo: admittedAt,
    state: "abandoned",
    httpStatus: null,
    model: null,
    usage: null,
    estimated: true,
    costMicroUsd: null,
    latencyMs: null,
    firstByteMs: null,
  };
}
