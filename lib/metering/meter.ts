import { AppError } from "../errors";
import { type Asked, layOutCalls, type MeterAnswer, readVerdicts, settlementRow, type Verdict } from "./batch";
import { isConnectionLoss, isContention, isLockTimeout, isMissingPartition } from "./batch-failures";
import { type Batch, type Ended, type Entries, tenantsOf, type Waiting } from "./entries";
import { HeldTenants } from "./held-tenants";
import { writeOneByOne } from "./one-by-one";
import { atReservation, neverSent } from "./presumed";
import type { RecordText } from "./records";
import { Tallies, type Tally } from "./tallies";
import type { Caller, CallRequest, Settlement } from "./types";
import { type Reckoning, UnreckonedCalls } from "./unreckoned";

/** Where batches go. Each call is one round trip and one commit. */
export type MeterStore = {
  meter(batch: {
    tenants: string[];
    settlements: RecordText[];
    subjects: RecordText[];
    calls: RecordText[];
    /** What the calls ask for together; null where they are decided one by one. */
    asked: Asked | null;
    tallies: Tally[];
  }): Promise<MeterAnswer>;
  ensurePartitions(): Promise<void>;
  /** Those of these tenants whose rows somebody else holds at the moment. */
  heldTenants(tenants: string[]): Promise<string[]>;
};

export type MeterLog = { error(details: object, message: string): void; warn(details: object, message: string): void };

const maxCalls = 256;
const maxSettlements = 512;
/** Settlements wait this long to share a statement and a commit with others, so that no call waits for each of them. */
const settlementPatienceMs = 15;
/** So many are written with the next batch however young they are. */
const impatientSettlements = 128;
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
  private waiting: Waiting[] = [];
  private ended: Ended[] = [];
  private readonly unreckoned = new UnreckonedCalls((settlement, since) => this.queue(settlement, since));
  private readonly tallies = new Tallies();
  private busy = false;
  private failures = 0;
  private timer: NodeJS.Timeout | null = null;
  private flushes: (() => void)[] = [];
  private readonly held: HeldTenants;
  /** Admitted and not yet settled, by id, in the order of admission; in ms. */
  private readonly open = new Map<string, number>();
  /** What to add to this machine's clock to get the database's. */
  private clockOffsetMs = 0;

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
  }

  /** The time by the database's clock, as far as it is known. */
  now(): Date {
    return new Date(Date.now() + this.clockOffsetMs);
  }

  /**
   * Admits one call or refuses it. When this resolves with `ok`, its ledger row and reservation have committed.
   * @throws AppError `unavailable` when the database cannot record it.
   */
  admit(call: CallRequest): Promise<Verdict> {
    if (this.obstacle !== null) return Promise.reject(unavailable());

    return new Promise((resolve, reject) => {
      this.waiting.push({ call, resolve, reject, isSecondTry: false });
      if (!this.busy) this.schedule(0);
    });
  }

  /** Settles a call, in time; waits for nothing. Resolves when it has committed. */
  settle(settlement: Settlement): Promise<void> {
    return new Promise((committed) => this.queue(settlement, performance.now(), committed));
  }

  /** Settles a call of this client with what it comes to, which is reckoned in time. @param reckon never fails. */
  settleSoon(tenantId: string, reckon: Reckoning): void {
    this.unreckoned.push(tenantId, reckon);
    if (!this.busy) this.schedule(settlementPatienceMs);
  }

  /** Counts a refused call by its reason, or a free one (null). */
  count(tally: { caller: Caller; reason: string | null; at: Date }): void {
    this.tallies.count(tally);
    if (!this.busy) this.schedule(settlementPatienceMs);
  }

  /** Resolves when all that was given to the meter before has been written, or after the given time. */
  async flush({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    if (this.isIdle()) return;

    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
      void this.unreckoned.reckoned().then(() => {
        this.flushes.push(resolve);
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
    return this.ended.length + this.unreckoned.count;
  }

  get openCalls(): number {
    return this.open.size;
  }

  /** Since when the oldest call that is still open has been open; now, if none is. */
  oldestOpenAt(): Date {
    const [oldest] = this.open.values();
    return oldest === undefined ? this.now() : new Date(oldest);
  }

  private isIdle(): boolean {
    return !this.busy && this.hasNothingToWrite && this.unreckoned.count === 0 && this.held.isEmpty;
  }

  private get hasNothingToWrite(): boolean {
    return this.waiting.length === 0 && this.ended.length === 0 && this.tallies.isEmpty && this.unreckoned.isEmpty;
  }

  private queue(settlement: Settlement, since: number, committed = () => {}): void {
    this.ended.push({ settlement, committed, attempts: 0, since });
    if (!this.busy) this.schedule(settlementPatienceMs);
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
    if (this.held.isDue) await this.takeBackHeld();
    const batch = this.takeBatch();
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
    } else if (this.isIdle()) {
      for (const resolve of this.flushes.splice(0)) resolve();
    } else if (this.hasNothingToWrite && !this.held.isDue) {
      // What is left waits for tenants that are held, of which it is asked again in time, or is being reckoned.
    } else {
      const isUrgent = this.hasNothingToWrite || this.waiting.length > 0 || this.flushes.length > 0;
      this.schedule(isUrgent ? 0 : settlementPatienceMs);
    }
  }

  private takeBatch(): Batch {
    const waiting = this.waiting.splice(0, maxCalls);
    const isUrgent = this.flushes.length > 0 || waiting.some(({ isSecondTry }) => isSecondTry);
    if (waiting.length > 0 && !isUrgent && !this.settlementsAreDue())
      return { ...this.held.keep({ waiting, ended: [], tallies: [] }), flushes: [], takenAt: this.now() };

    this.unreckoned.reckonAll();
    // What the database could not do in time, it is given in ever smaller pieces.
    const ended = this.ended.splice(0, Math.max(1, maxSettlements >> Math.min(this.failures, 9)));
    const flushes = this.ended.length === 0 && this.held.isEmpty ? this.flushes.splice(0) : [];
    return { ...this.held.keep({ waiting, ended, tallies: this.tallies.take() }), flushes, takenAt: this.now() };
  }

  private settlementsAreDue(): boolean {
    const since = this.ended[0]?.since ?? this.unreckoned.oldestSince;
    if (since === null) return !this.tallies.isEmpty;
    return this.waitingSettlements >= impatientSettlements || performance.now() - since >= settlementPatienceMs;
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
    this.flushes.unshift(...batch.flushes.splice(0));
  }

  private async takeBackHeld(): Promise<void> {
    const { waiting, ended, tallies, impatient } = await this.held.release();
    for (const { reject } of impatient) reject(unavailable());
    this.waiting.push(...waiting);
    this.ended.unshift(...ended);
    this.tallies.restore(tallies);
  }

  private async send({ waiting, ended, tallies }: Entries): Promise<void> {
    const laidOut =
      waiting.length === 0
        ? null
        : layOutCalls(
            waiting.map(({ call }) => call),
            this.now(),
          );
    const answering = this.store.meter({
      tenants: tenantsOf({ waiting, ended, tallies }),
      settlements: ended.map(({ settlement }) => settlementRow(settlement)),
      subjects: laidOut?.subjects ?? [],
      calls: laidOut?.calls ?? [],
      asked: laidOut?.asked ?? null,
      tallies,
    });
    this.unreckoned.reckonAll();
    const answer = await answering;

    for (const { settlement } of ended) this.open.delete(settlement.id);
    const verdicts = laidOut && answer.admission ? this.decided(waiting, readVerdicts(laidOut, answer.admission)) : [];
    if (answer.admission) this.clockOffsetMs = answer.admission.now - Date.now();
    for (const { committed } of ended) committed();
    for (const { resolve, verdict } of verdicts) resolve(verdict);
  }

  /** What can be told to the calls of a batch. One that was refused because of ended calls goes into the next with these. */
  private decided(waiting: Waiting[], verdicts: Verdict[]): (Waiting & { verdict: Verdict })[] {
    return verdicts.flatMap((verdict, index) => {
      const each = waiting[index] as Waiting;
      const { call } = each;
      const { id: tenantId } = call.caller.tenant;
      const isFinal = each.isSecondTry && !this.unreckoned.isBegunFor(tenantId);
      if (verdict.verdict === "refused" && !isFinal && this.holdsSettlementOf(tenantId)) {
        this.waiting.push({ ...each, isSecondTry: true });
        return [];
      }
      if (verdict.verdict === "ok" && call.kind === "metered") this.open.set(call.id, verdict.admittedAt.getTime());
      return [{ ...each, verdict }];
    });
  }

  /** Whether calls of this tenant have ended whose reservations still stand. */
  private holdsSettlementOf(tenantId: string): boolean {
    return this.ended.some(({ settlement }) => settlement.tenantId === tenantId) || this.unreckoned.isOwedBy(tenantId);
  }

  /** Numbers that the ledger does not take (a provider's nonsense) must not leave the call open. */
  private settleAtReservation(ended: Ended, error: unknown): void {
    this.log.error({ err: error, call: ended.settlement.id }, "a settlement was refused; counting what was reserved");
    if (ended.attempts > 0) {
      ended.committed();
      return;
    }
    this.ended.push({ ...ended, settlement: atReservation(ended.settlement), attempts: ended.attempts + 1 });
  }

  /**
   * The database is away. Settlements and counts stay in the queue; calls are turned away, and since nobody knows whether
   * the rows of those that were sent have committed, they are settled as failed: nothing of theirs goes upstream.
   */
  private giveBack({ waiting, ended, tallies, flushes, takenAt }: Batch, error: unknown): void {
    this.log.warn({ err: error, calls: waiting.length, settlements: ended.length }, "the database cannot be reached");
    this.ended.unshift(...ended);
    this.tallies.restore(tallies);
    this.flushes.unshift(...flushes);
    for (const { call, reject } of waiting) {
      if (call.kind === "metered") this.closeUnknown(neverSent(call, { from: takenAt, to: this.now() }));
      reject(unavailable(error));
    }
    for (const { reject } of this.waiting.splice(0)) reject(unavailable(error));
  }

  /** At once, and again when a statement that was still on its way can have been executed after all. */
  private closeUnknown(settlement: Settlement): void {
    const again = () => void setTimeout(() => void this.settle(settlement), this.timing.lateMs).unref();
    this.ended.push({ settlement, committed: again, attempts: 0, since: 0 });
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
