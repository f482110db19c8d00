import { tenantSubject } from "./subject";
import type { Caller } from "./types";

/** One count of calls that have no row in the ledger: refused for a reason, or free (null). */
export type Tally = {
  tenant: string;
  hour: Date;
  date: string;
  source: Caller["source"];
  actor: string;
  reason: string | null;
  count: number;
  /** When the first and the last of them were. */
  since: Date;
  at: Date;
};

/** Gathers counts between two batches, one per tenant, hour, actor and reason. A user may act for several tenants. */
export class Tallies {
  private counts = new Map<string, Tally>();

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  count({ caller, reason, at }: { caller: Caller; reason: string | null; at: Date }): void {
    const { hour, date } = tenantSubject(caller.tenant, at);
    this.add({
      tenant: caller.tenant.id,
      hour: hour.startsAt,
      date,
      source: caller.source,
      actor: actorId(caller),
      reason,
      count: 1,
      since: at,
      at,
    });
  }

  take(): Tally[] {
    const taken = [...this.counts.values()];
    this.counts.clear();
    return taken;
  }

  /** Gives back what could not be written. */
  restore(tallies: Tally[]): void {
    for (const tally of tallies) this.add(tally);
  }

  private add(tally: Tally): void {
    const { tenant, hour, source, actor, reason } = tally;
    const id = `${tenant} ${actor} ${source} ${hour.getTime()} ${reason}`;
    const known = this.counts.get(id);
    if (!known) {
      this.counts.set(id, tally);
      return;
    }
    known.count += tally.count;
    if (tally.since < known.since) known.since = tally.since;
    if (tally.at > known.at) known.at = tally.at;
  }
}

/** Whom use is counted for beside the tenant: the key, or for the playground the user. */
export function actorId({ tenant, key, user }: Caller): string {
  return key?.id ?? user?.id ?? tenant.id;
}
