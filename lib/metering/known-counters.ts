import { type Admission, addedTo, inPlaces, type LaidOutCalls, ledgerColumns } from "./batch";
import { type CounterState, callsOfMinutes, hasRoom, minuteMs, minutesLater, withAdded } from "./counter-state";
import { completed, type RecordText, recordOf } from "./records";
import type { Subject } from "./subject";

/** A counter as this instance has left it. It holds this for as long as nobody else has written it. */
type Known = {
  /** Of the subject for which it was found to be valid, which is so for an hour at most: long before a transaction's number comes again. */
  identity: string;
  /** The transaction that wrote it. */
  writtenBy: string;
  /** When its minute began, in ms. */
  minute: number;
  state: CounterState;
};

/** Calls that may all be admitted, by what is known of their counters, as the SQL function `admit_known` takes them. */
export type KnownBatch = {
  counters: RecordText[];
  calls: RecordText[];
  agencyVersion: number;
  /** By which all this was told. The server behind another one may have lost what it tells of, and have given its number again. */
  connection: number;
  minute: Date;
  /** It holds in [from, to). */
  from: Date;
  to: Date;
  /** The counters before it, each with its place at its end. */
  states: CounterState[];
};

const maxCounters = 50_000;
/** So long it is not tried again, where somebody else counts for the same tenants. */
const sharedMs = 1_000;

/**
 * What the counters of tenants and their keys hold, by what earlier batches have told. Where nobody else has written them
 * since, which the database compares, calls that fit are admitted without asking it what there is: in two thirds of the time.
 */
export class KnownCounters {
  /** By tenant and subject. */
  private readonly tenants = new Map<string, Map<string, Known>>();
  /** For whom others count too, and until when that is taken for granted; in ms of `performance.now()`. */
  private readonly shared = new Map<string, number>();
  private count = 0;
  private agencyVersion: number | null = null;
  private connection = 0;

  /**
   * The calls with all that is known; null where that does not suffice, or not all of them fit. What is given out is known again
   * when the batch has told what it has left.
   */
  batchOf({ places, subjects, asked }: LaidOutCalls, at: Date): KnownBatch | null {
    if (asked === null || this.agencyVersion === null) return null;
    if (asked.reckonedAt !== null && asked.reckonedAt !== this.agencyVersion) return null;
    if (places.some(({ call }) => call.kind !== "metered")) return null;

    const minute = minuteOf(at.getTime());
    const states: CounterState[] = [];
    const counters: RecordText[] = [];
    let [from, to] = [minute, minute + minuteMs];
    for (const [index, subject] of subjects.entries()) {
      const known = this.take(subject);
      if (known === null || known.minute > minute) return null;
      const state = minutesLater(known.state, (minute - known.minute) / minuteMs);
      const added = addedTo(asked.amounts, index + 1);
      if (!hasRoom(subject, state, added)) return null;
      states.push([...state, index + 1]);
      counters.push(
        completed(subject.counterRow, [known.writtenBy, ...added, ...callsOfMinutes(withAdded(state, added))]),
      );
      from = Math.max(from, subject.from.getTime());
      to = Math.min(to, subject.to.getTime());
    }
    return {
      counters,
      calls: places.map(recordedCall),
      agencyVersion: this.agencyVersion,
      connection: this.connection,
      minute: new Date(minute),
      from: new Date(from),
      to: new Date(to),
      states,
    };
  }

  /** Takes in what a batch has left in the counters of its calls, and over which connection it was written. */
  learn({ subjects, asked }: LaidOutCalls, admission: Admission, connection: number): void {
    if (connection !== this.connection) this.clear();
    this.connection = connection;
    this.agencyVersion = admission.agencyVersion;
    const { writtenBy } = admission;
    if (writtenBy === undefined || asked === null) {
      for (const { tenantId } of subjects) this.forget(tenantId);
      return;
    }

    const minute = minuteOf(admission.now);
    for (const [index, state] of inPlaces(admission).entries()) {
      const subject = subjects[index] as Subject;
      const after = withAdded(state, addedTo(asked.amounts, index + 1));
      this.keep(subject, { identity: subject.identity, writtenBy, minute, state: after });
    }
  }

  forget(tenantId: string): void {
    this.count -= this.tenants.get(tenantId)?.size ?? 0;
    this.tenants.delete(tenantId);
  }

  /** Somebody else has written a counter of these subjects. */
  markShared({ subjects }: LaidOutCalls): void {
    if (this.shared.size >= maxCounters) this.shared.clear();
    for (const { tenantId } of subjects) {
      this.forget(tenantId);
      this.shared.set(tenantId, performance.now() + sharedMs);
    }
  }

  clear(): void {
    this.tenants.clear();
    this.count = 0;
  }

  private take({ tenantId, id, identity }: Subject): Known | null {
    const counters = this.tenants.get(tenantId);
    const known = counters?.get(id);
    if (!known) return null;
    counters?.delete(id);
    this.count--;
    return known.identity === identity ? known : null;
  }

  private keep({ tenantId, id }: Subject, known: Known): void {
    if (this.isShared(tenantId)) return;
    if (this.count >= maxCounters) this.clear();
    const counters = this.tenants.get(tenantId) ?? new Map<string, Known>();
    this.tenants.set(tenantId, counters);
    if (!counters.has(id)) this.count++;
    counters.set(id, known);
  }

  private isShared(tenantId: string): boolean {
    const until = this.shared.get(tenantId);
    if (until === undefined) return false;
    if (performance.now() < until) return true;
    this.shared.delete(tenantId);
    return false;
  }
}

/** A call as a `recorded_call` of SQL. */
function recordedCall({ call, key }: LaidOutCalls["places"][number]): RecordText {
  return recordOf([
    key,
    call.id,
    ...ledgerColumns(call),
    call.tokens,
    call.cost,
    Math.min(call.inputTokens, call.tokens),
  ]);
}

function minuteOf(ms: number): number {
  return ms - (ms % minuteMs);
}
