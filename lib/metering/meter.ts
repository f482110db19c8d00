import { AppError } from "../errors";
import { type LaidOutCalls, layOutCalls, type MeterAnswer, readVerdicts, settlementRow, type Verdict } from "./batch";
import { isConnectionLoss, isContention, isLockTimeout, isMissingPartition, UnwritableEntry } from "./batch-failures";
import { DatabaseClock } from "./database-clock";
import { type Batch, type Ended, type Entries, tenantsOf, type Waiting } from "./entries";
import { HeldTenants } from "./held-tenants";
import { type KnownBatch, KnownCounters } from "./known-counters";
import { writeOneByOne } from "./one-by-one";
import { atReservation, neverSent } from "./presumed";
import type { RecordText } from "./records";
import { holdsAt } from "./subject";
import type { Tally } from "./tallies";
import type { Caller, CallRequest, Settlement } from "./types";
import type { Reckoning } from "./unreckoned";
import { settlementPatienceMs, WriteQueue } from "./write-queue";

/** Where batches go. Each is one round trip and one commit; two of them where what was known of its counters does not hold. */
export type MeterStore = {
  meter(batch: {
    tenants: string[];
    settlements: RecordText[];
    calls: LaidOutCalls | null;
    /** The calls again, with all that is known of their counters; null where that is not enough. */
    known: KnownBatch | null;
    tallies: Tally[];
  }): Promise<MeterAnswer>;
  ensurePartitions(): Promise<void>;
  /** Those of these tenants whose rows somebody else holds at the moment. */
  heldTenants(tenants: string[]): Promise<string[]>;
};

export type MeterLog = { error(details: object, message: string): void; warn(details: object, message: string): void };

/** Beyond this many unwritten settlements new calls are refused: they could not be recorded either. */
const maxUnwritten = 20_000;
const retryDelaysMs = [50, 100, 200, 500, 1_000, 2_000];
/** So often a batch is sent again although no tenant of it is held: then something else is locked. */
const maxLockTimeouts = 20;
/** After this no statement whose answer was missed is still being executed. */
const lateMs = 15_000;

/**
 * The one line through which calls are admitted and settled. What arrives while a batch is in flight makes up the next one
 * (group commit): a lone call waits for nothing, and a burst shares one commit.
 */
export class Meter {
  private readonly queue: WriteQueue;
  private readonly held: HeldTenants;
  private readonly counters = new KnownCounters();
  private busy = false;
  private failures = 0;
  private timer: NodeJS.Timeout | null = null;
  /** Admitted and not yet settled, by id, in the order of admission; in ms. */
  private readonly open = new Map<string, number>();
  private readonly clock = new DatabaseClock();

  constructor(
    private readonly store: MeterStore,
    private readonly log: MeterLog,
    private readonly timing: { lateMs: number; heldPatienceMs?: number } = { lateMs },
  ) {
    this.held = new HeldTenants((tenants) => store.heldTenants(tenants), {
      due: () => {
        if (!this.busy) this.schedule(0);
      },
      patienceMs: timing.heldPatienceMs,
    });
    this.queue = new WriteQueue(this.held, () => {
      if (!this.busy) this.schedule(settlementPatienceMs);
    });
  }

  /** The time by the database's clock, as far as it is known. */
  now(): Date {
    return this.clock.now();
  }

  /**
   * Admits one call or refuses it. When this resolves with `ok`, its ledger row and reservation have committed.
   * @throws AppError `unavailable` when the database cannot record it.
   */
  admit(call: CallRequest): Promise<Verdict> {
    if (this.obstacle !== null) return Promise.reject(unavailable());

    return new Promise((resolve, reject) => {
      this.queue.waiting.push({ call, resolve, reject, isSecondTry: false });
      if (!this.busy) this.schedule(0);
    });
  }

  /** Settles a call, in time; waits for nothing. Resolves when it has committed. */
  settle(settlement: Settlement): Promise<void> {
    return new Promise((committed) => this.queue.settle(settlement, performance.now(), committed));
  }

  /** Settles a call of this client with what it comes to, which is reckoned in time. @param reckon never fails. */
  settleSoon(tenantId: string, reckon: Reckoning): void {
    this.queue.settleSoon(tenantId, reckon);
  }

  /** Counts a refused call by its reason, or a free one (null). */
  count(tally: { caller: Caller; reason: string | null; at: Date }): void {
    this.queue.count(tally);
  }

  /** Resolves when all that was given to the meter before has been written, or after the given time. */
  async flush({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    if (!this.busy && this.queue.isDone) return;

    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
      void this.queue.unreckoned.reckoned().then(() => {
        this.queue.flushes.push(resolve);
        if (!this.busy && this.failures === 0) this.schedule(0);
      });
    });
    clearTimeout(timer);
  }

  /** Why calls cannot be admitted at the moment; null when they can. */
  get obstacle(): "database_away" | "queue_full" | null {
    if (this.failures > 0) return "database_away";
    return this.waitingSettlements > maxUnwritten ? "queue_full" : null;
  }

  get waitingSettlements(): number {
    return this.queue.settlements;
  }

  get openCalls(): number {
    return this.open.size;
  }

  /** Since when the oldest call that is still open has been open; now, if none is. */
  oldestOpenAt(): Date {
    const [oldest] = this.open.values();
    return oldest === undefined ? this.now() : new Date(oldest);
  }

  private schedule(delayMs: number): void {
    if (delayMs === 0) {
      if (this.timer) clearTimeout(this.timer);
      this.timer = null;
      this.busy = true;
      // Calls that arrive in this same turn of the event loop come along.
      setImmediate(() => void this.run());
    } else {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        if (!this.busy) this.schedule(0);
      }, delayMs);
    }
  }

  private async run(): Promise<void> {
    this.busy = true;
    if (this.held.isDue) {
      for (const { reject } of await this.queue.takeBackHeld()) reject(unavailable());
    }
    const batch = this.queue.take({ failures: this.failures, at: this.now() });
    try {
      await this.write(batch);
      this.failures = 0;
      for (const resolve of batch.flushes) resolve();
      this.continue(0);
    } catch (error) {
      this.giveBack(batch, error);
      this.failures += 1;
      this.continue(retryDelaysMs[Math.min(this.failures, retryDelaysMs.length) - 1] as number);
    }
  }

  /**
   * Goes on with what has come meanwhile; calls at once, settlements alone with patience. After a failure it asks the
   * database again even with nothing to write, so that calls are let through as soon as it answers.
   */
  private continue(delayMs: number): void {
    this.busy = false;
    if (delayMs > 0) {
      this.schedule(delayMs);
    } else if (this.queue.isDone) {
      for (const resolve of this.queue.flushes.splice(0)) resolve();
    } else if (this.queue.isEmpty && !this.held.isDue) {
      // What is left waits for tenants that are held, of which it is asked again in time, or is being reckoned.
    } else {
      const { isEmpty, waiting, flushes } = this.queue;
      const isUrgent = isEmpty || waiting.length > 0 || flushes.length > 0;
      this.schedule(isUrgent ? 0 : settlementPatienceMs);
    }
  }

  /** Resolves when the batch has committed and its calls have been told. */
  private async write(batch: Batch): Promise<void> {
    for (let lockTimeouts = 0; ; ) {
      try {
        return await this.send(batch);
      } catch (error) {
        if (isContention(error)) continue;
        if (isLockTimeout(error) && lockTimeouts++ < maxLockTimeouts) {
          await this.setHeldAside(batch);
          continue;
        }
        if (isMissingPartition(error)) {
          await this.store.ensurePartitions();
          continue;
        }
        if (isConnectionLoss(error)) throw error;
        this.log.error({ err: error }, "a batch was refused; writing its entries one by one");
        return await writeOneByOne(batch, {
          send: (part) => this.send(part),
          settlementRefused: (ended, cause) => this.settleAtReservation(ended, cause),
          tallyRefused: (tally, cause) =>
            this.log.error({ err: cause, tally }, "a count of refused calls could not be written"),
        });
      }
    }
  }

  /** What is for tenants whose rows somebody holds leaves the batch, and comes back when they are free. */
  private async setHeldAside(batch: Batch): Promise<void> {
    const tenants = await this.held.holdBack(batch);
    if (tenants.length === 0) return;

    this.log.warn({ tenants }, "somebody holds these clients' rows; their calls wait");
    // The same batch is sent again without them.
    Object.assign(batch, this.held.keep(batch));
    // What waits now is not written with this batch: whoever awaits all of it goes on waiting.
    this.queue.flushes.unshift(...batch.flushes.splice(0));
  }

  private async send(entries: Entries): Promise<void> {
    const askedMs = Date.now();
    const written = this.written(entries);
    const { waiting, ended } = entries;
    const { calls: laidOut, known } = written;
    const answering = this.store.meter(written);
    this.queue.unreckoned.reckonAll();
    const answer = await answering;

    for (const { settlement } of ended) this.counters.forget(settlement.tenantId);
    if (laidOut && answer.admission) {
      // A change of the agency is none of the counters.
      if (answer.known === "changed" && answer.admission.agencyVersion === known?.agencyVersion)
        this.counters.markShared(laidOut);
      this.counters.learn(laidOut, answer.admission, answer.connection);
    }
    for (const { settlement } of ended) this.open.delete(settlement.id);
    const verdicts = laidOut && answer.admission ? this.decided(waiting, readVerdicts(laidOut, answer.admission)) : [];
    if (answer.admission) this.clock.learn(answer.admission.now, { askedMs, answeredMs: Date.now() });
    for (const { committed } of ended) committed();
    for (const { resolve, verdict } of verdicts) resolve(verdict);
  }

  /** Without calls that were judged by what holds no longer: they are to be judged again. @throws UnwritableEntry */
  private written(entries: Entries): Parameters<MeterStore["meter"]>[0] {
    const { ended, tallies } = entries;
    try {
      const at = this.now();
      const outdated = entries.waiting.filter(({ call }) => !holdsAt(call, at));
      if (outdated.length > 0) {
        entries.waiting = entries.waiting.filter((each) => !outdated.includes(each));
        for (const { resolve } of outdated) resolve({ verdict: "stale" });
      }
      const { waiting } = entries;
      const calls =
        waiting.length === 0
          ? null
          : layOutCalls(
              waiting.map(({ call }) => call),
              at,
            );
      const isOfCallsAlone = ended.length === 0 && tallies.length === 0;
      return {
        tenants: tenantsOf({ waiting, ended, tallies }),
        settlements: ended.map(({ settlement }) => settlementRow(settlement)),
        calls,
        known: calls && isOfCallsAlone ? this.counters.batchOf(calls, at) : null,
        tallies,
      };
    } catch (cause) {
      throw new UnwritableEntry(cause);
    }
  }

  /** What can be told to the calls of a batch. One that was refused because of ended calls goes into the next with these. */
  private decided(waiting: Waiting[], verdicts: Verdict[]): (Waiting & { verdict: Verdict })[] {
    return verdicts.flatMap((verdict, index) => {
      const each = waiting[index] as Waiting;
      const { call } = each;
      const { id: tenantId } = call.caller.tenant;
      const isFinal = each.isSecondTry && !this.queue.unreckoned.isBegunFor(tenantId);
      if (verdict.verdict === "refused" && !isFinal && this.queue.holdsSettlementOf(tenantId)) {
        this.queue.waiting.push({ ...each, isSecondTry: true });
        return [];
      }
      if (verdict.verdict === "ok" && call.kind === "metered") this.open.set(call.id, verdict.admittedAt.getTime());
      return [{ ...each, verdict }];
    });
  }

  /** Numbers that the ledger does not take (a provider's nonsense) must not leave the call open. */
  private settleAtReservation(ended: Ended, error: unknown): void {
    this.log.error({ err: error, call: ended.settlement.id }, "a settlement was refused; counting what was reserved");
    if (ended.attempts > 0) {
      ended.committed();
      return;
    }
    this.queue.settleNext({ ...ended, settlement: atReservation(ended.settlement), attempts: ended.attempts + 1 });
  }

  /**
   * The database is away. Settlements and counts stay in the queue; calls are turned away, and since nobody knows whether
   * the rows of those that were sent have committed, they are settled as failed: nothing of theirs goes upstream.
   */
  private giveBack({ waiting, ended, tallies, flushes, takenAt }: Batch, error: unknown): void {
    this.counters.clear();
    this.log.warn({ err: error, calls: waiting.length, settlements: ended.length }, "the database cannot be reached");
    this.queue.giveBack({ ended, tallies, flushes });
    for (const { call, reject } of waiting) {
      if (call.kind === "metered") this.closeUnknown(neverSent(call, { from: takenAt, to: this.now() }));
      reject(unavailable(error));
    }
    for (const { reject } of this.queue.waiting.splice(0)) reject(unavailable(error));
  }

  /** At once, and again when a statement that was still on its way can have been executed after all. */
  private closeUnknown(settlement: Settlement): void {
    const again = () => void setTimeout(() => void this.settle(settlement), this.timing.lateMs).unref();
    this.queue.settleNext({ settlement, committed: again, attempts: 0, since: 0 });
  }
}

function unavailable(cause?: unknown): AppError {
  return new AppError(
    "unavailable",
    "Calls cannot be recorded at the moment, so none is let through. Try again shortly.",
    {
      cause,
      retryAfterSeconds: 2,
    },
  );
}
