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
  at: Date;
};

/** Gathers counts between two batches, one per tenant, hour, actor and reason. */
export class Tallies {
  private counts = new Map<string, Tally>();

  get isEmpty(): boolean {
    return this.counts.size === 0;
  }

  count({ caller, reason, at }: { caller: Caller; reason: string | null; at: Date }): void {
    const { hour, date } = tenantSubject(caller.tenant, at);
    const actor = actorId(caller);
    const id = `${actor} ${caller.source} ${hour.startsAt.getTime()} ${reason}`;
    const known = this.counts.get(id);
    if (known) {
      known.count += 1;
      known.at = at;
    } else {
      this.counts.set(id, {
        tenant: caller.tenant.id,
        hour: hour.startsAt,
        date,
        source: caller.source,
        actor,
        reason,
        count: 1,
        at,
      });
    }
  }

  take(): Tally[] {
    const taken = [...this.counts.values()];
    this.counts.clear();
    return taken;
  }

  /** Gives back what could not be written. */
  restore(tallies: Tally[]): void {
    for (const tally of tallies) {
      const id = `${tally.actor} ${tally.source} ${tally.hour.getTime()} ${tally.reason}`;
      const known = this.counts.get(id);
      if (known) known.count += tally.count;
      else this.counts.set(id, tally);
    }
  }
}

/** Whom use is counted for beside the tenant: the key, or for the playground the user. */
export function actorId({ tenant, key, user }: Caller): string {
  return key?.id ?? user?.id ?? tenant.id;
}
