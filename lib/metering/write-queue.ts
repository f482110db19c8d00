import type { Batch, Ended, Waiting } from "./entries";
import type { HeldTenants } from "./held-tenants";
import { Tallies } from "./tallies";
import type { Caller, Settlement } from "./types";
import { type Reckoning, UnreckonedCalls } from "./unreckoned";

/** Settlements wait this long to share a statement and a commit with others, so that no call waits for each of them. */
export const settlementPatienceMs = 15;

const maxCalls = 256;
const maxSettlements = 512;
/** So many are written with the next batch however young they are. */
const impatientSettlements = 128;

/** What waits to be written, and what of it the next batch takes. */
export class WriteQueue {
  readonly waiting: Waiting[] = [];
  /** Are told when all that waited before them has been written. */
  readonly flushes: (() => void)[] = [];
  readonly unreckoned = new UnreckonedCalls((settlement, since) => this.settle(settlement, since));
  private readonly ended: Ended[] = [];
  private readonly tallies = new Tallies();

  constructor(
    private readonly held: HeldTenants,
    /** Is called when something has come that is written in time. */
    private readonly arrived: () => void,
  ) {}

  settle(settlement: Settlement, since: number, committed = () => {}): void {
    this.ended.push({ settlement, committed, attempts: 0, since });
    this.arrived();
  }

  settleSoon(tenantId: string, reckon: Reckoning): void {
    this.unreckoned.push(tenantId, reckon);
    this.arrived();
  }

  /** To be written with the next batch that takes settlements; whoever asks for it is writing. */
  settleNext(ended: Ended): void {
    this.ended.push(ended);
  }

  count(tally: { caller: Caller; reason: string | null; at: Date }): void {
    this.tallies.count(tally);
    this.arrived();
  }

  get settlements(): number {
    return this.ended.length + this.unreckoned.count;
  }

  /** Whether there is nothing that the next batch could take. */
  get isEmpty(): boolean {
    return this.waiting.length === 0 && this.ended.length === 0 && this.tallies.isEmpty && this.unreckoned.isEmpty;
  }

  /** Whether nothing is owed: nothing is being reckoned either, and nothing waits for a tenant that is held. */
  get isDone(): boolean {
    return this.isEmpty && this.unreckoned.count === 0 && this.held.isEmpty;
  }

  /** Whether calls of this tenant have ended whose reservations still stand. */
  holdsSettlementOf(tenantId: string): boolean {
    return this.ended.some(({ settlement }) => settlement.tenantId === tenantId) || this.unreckoned.isOwedBy(tenantId);
  }

  /** The next batch. `failures`: how many before it were lost in a row. What the database could not do in time, it is given in ever smaller pieces. */
  take({ failures, at }: { failures: number; at: Date }): Batch {
    const waiting = this.waiting.splice(0, maxCalls);
    const isUrgent = this.flushes.length > 0 || waiting.some(({ isSecondTry }) => isSecondTry);
    if (waiting.length > 0 && !isUrgent && !this.settlementsAreDue())
      return { ...this.held.keep({ waiting, ended: [], tallies: [] }), flushes: [], takenAt: at };

    this.unreckoned.reckonAll();
    const ended = this.ended.splice(0, Math.max(1, maxSettlements >> Math.min(failures, 9)));
    const flushes = this.ended.length === 0 && this.held.isEmpty ? this.flushes.splice(0) : [];
    return { ...this.held.keep({ waiting, ended, tallies: this.tallies.take() }), flushes, takenAt: at };
  }

  /** What was not written comes first in the next batch; its calls are for whoever gives it back to answer. */
  giveBack({ ended, tallies, flushes }: Omit<Batch, "waiting" | "takenAt">): void {
    this.ended.unshift(...ended);
    this.tallies.restore(tallies);
    this.flushes.unshift(...flushes);
  }

  /** Takes back what waited for tenants that are held no longer. @returns the calls that have waited for the others for too long. */
  async takeBackHeld(): Promise<Waiting[]> {
    const { waiting, ended, tallies, impatient } = await this.held.release();
    this.waiting.push(...waiting);
    this.giveBack({ ended, tallies, flushes: [] });
    return impatient;
  }

  private settlementsAreDue(): boolean {
    const since = this.ended[0]?.since ?? this.unreckoned.oldestSince;
    if (since === null) return !this.tallies.isEmpty;
    return this.settlements >= impatientSettlements || performance.now() - since >= settlementPatienceMs;
  }
}
