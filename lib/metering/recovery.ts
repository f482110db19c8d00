import type pg from "pg";
import { deadAfterMs, type Heartbeat } from "./heartbeat";
import type { Meter, MeterLog } from "./meter";
import type { Settlement } from "./types";

const usualTiming = { heartbeatMs: 5_000, deadAfterMs };
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
  private readonly others = new OtherHeartbeats();
  /** Dead instances whose calls are being settled. */
  private readonly recovering = new Set<string>();
  private partitionsCheckedAt = 0;

  constructor(
    private readonly heartbeat: Heartbeat,
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

  /** To be called when all calls of this instance are settled. What it was settling for others is left to others. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearInterval(this.timer);
    await this.round;
    if (this.meter.openCalls === 0) await this.heartbeat.end();
  }

  private async tick(): Promise<void> {
    if (this.stopped) return;
    try {
      await this.beat();
      await this.recoverDead();
    } catch (error) {
      this.failed(error);
    }
  }

  private async beat(): Promise<void> {
    await this.heartbeat.beat();
    if (Date.now() - this.partitionsCheckedAt > partitionCheckMs) {
      await this.ensurePartitions();
      this.partitionsCheckedAt = Date.now();
    }
  }

  private async recoverDead(): Promise<void> {
    const { rows } = await this.pool.query<InstanceRow>(
      `select id, heartbeat_at::text as at, oldest_open_at - $2 * interval '1 ms' as since from instance where id <> $1`,
      [this.heartbeat.instanceId, openSlackMs],
    );
    const silentMs = this.others.watch(rows, performance.now());
    for (const instance of rows) {
      if ((silentMs.get(instance.id) ?? 0) < this.timing.deadAfterMs || this.recovering.has(instance.id)) continue;
      this.recovering.add(instance.id);
      // Somebody may hold a client's row for long: this instance's own heartbeat does not wait for that.
      void this.recover(instance)
        .catch((error: unknown) => this.failed(error))
        .finally(() => this.recovering.delete(instance.id));
    }
  }

  private async recover({ id, at, since }: InstanceRow): Promise<void> {
    const settled = await this.settleCallsOf(id, since);
    if (this.stopped) return;
    await this.pool.query("delete from instance where id = $1 and heartbeat_at = $2", [id, at]);
    this.log.warn({ instance: id, calls: settled }, "settled what a dead instance had left open");
  }

  /** Goes through the calls once; those of a client whose row somebody holds hold up no others. */
  private async settleCallsOf(instanceId: string, since: Date): Promise<number> {
    const settling: Promise<void>[] = [];
    let [admittedAt, id] = [since, nil];
    while (!this.stopped) {
      const { rows } = await this.pool.query<OpenCall>(
        `select id, tenant_id as "tenantId", admitted_at as "admittedAt" from usage_record
         where (admitted_at, id) > ($2, $3::uuid) and instance_id = $1 and state = 'admitted'
         order by admitted_at, id limit $4`,
        [instanceId, admittedAt, id, abandonedPerRound],
      );
      const last = rows.at(-1);
      if (!last) break;
      settling.push(...rows.map((row) => this.meter.settle(abandoned(row))));
      ({ admittedAt, id } = last);
    }
    await Promise.all(settling);
    return settling.length;
  }

  private failed(error: unknown): void {
    // Nobody else could write theirs either: all are watched anew.
    this.others.forget();
    if (!this.stopped) this.log.warn({ err: error }, "the heartbeat could not be written");
  }
}

type InstanceRow = { id: string; at: string; since: Date };

/**
 * For how long each heartbeat has stood still, by this process's own clock, which only goes forward: a clock that is set,
 * the database's or ours, kills nobody.
 */
class OtherHeartbeats {
  private seen = new Map<string, { at: string; sinceMs: number }>();

  watch(heartbeats: Pick<InstanceRow, "id" | "at">[], nowMs: number): Map<string, number> {
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
