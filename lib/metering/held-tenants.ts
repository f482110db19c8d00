import { type Entries, tenantsOf, type Waiting } from "./entries";

/** What waits for one tenant's row, which somebody else holds. */
type Held = Omit<Entries, "waiting"> & { waiting: { each: Waiting; since: number }[] };

/** How often it is asked whether a tenant's row is still held, and how long its calls wait for it. */
const retryMs = 50;
const patienceMs = 5_000;

/**
 * Tenants whose rows a transaction elsewhere holds for long (a change in the console, a report gone wrong), and what is to
 * be written for them: it waits here, so that nobody else's does.
 */
export class HeldTenants {
  private readonly held = new Map<string, Held>();
  private isTime = false;

  constructor(
    /** Those of these tenants whose rows somebody else holds at the moment. */
    private readonly findHeld: (tenants: string[]) => Promise<string[]>,
    private readonly timing: {
      /** Is called when it is time to ask again. */
      due(): void;
      patienceMs?: number;
    },
  ) {}

  get isEmpty(): boolean {
    return this.held.size === 0;
  }

  /** Whether it is time to ask if their rows are still held. */
  get isDue(): boolean {
    return this.isTime;
  }

  /** Holds back whom somebody else holds of these entries' tenants. @returns them. */
  async holdBack(entries: Entries): Promise<string[]> {
    const tenants = await this.findHeld(tenantsOf(entries));
    if (this.isEmpty && tenants.length > 0) this.askLater();
    for (const tenant of tenants) {
      if (!this.held.has(tenant)) this.held.set(tenant, { waiting: [], ended: [], tallies: [] });
    }
    return tenants;
  }

  /** Takes in what is for held tenants, and leaves the rest. */
  keep({ waiting, ended, tallies }: Entries): Entries {
    if (this.isEmpty) return { waiting, ended, tallies };
    const since = performance.now();
    return {
      waiting: waiting.filter((each) => !this.held.get(each.call.caller.tenant.id)?.waiting.push({ each, since })),
      ended: ended.filter((each) => !this.held.get(each.settlement.tenantId)?.ended.push(each)),
      tallies: tallies.filter((tally) => !this.held.get(tally.tenant)?.tallies.push(tally)),
    };
  }

  /** What waited for tenants that are held no longer; of the others the calls that have waited for too long. */
  async release(): Promise<Entries & { impatient: Waiting[] }> {
    this.isTime = false;
    const tenants = [...this.held.keys()];
    const stillHeld = new Set(await this.findHeld(tenants).catch(() => tenants));
    const released: Entries = { waiting: [], ended: [], tallies: [] };
    const impatient: Waiting[] = [];
    for (const [tenant, held] of this.held) {
      if (stillHeld.has(tenant)) {
        impatient.push(...this.lateOf(held));
      } else {
        released.waiting.push(...held.waiting.map(({ each }) => each));
        released.ended.push(...held.ended);
        released.tallies.push(...held.tallies);
        this.held.delete(tenant);
      }
    }
    if (!this.isEmpty) this.askLater();
    return { ...released, impatient };
  }

  private lateOf(held: Held): Waiting[] {
    const lateSince = performance.now() - (this.timing.patienceMs ?? patienceMs);
    const late = held.waiting.filter(({ since }) => since <= lateSince);
    held.waiting = held.waiting.filter(({ since }) => since > lateSince);
    return late.map(({ each }) => each);
  }

  private askLater(): void {
    setTimeout(() => {
      this.isTime = true;
      this.timing.due();
    }, retryMs);
  }
}
