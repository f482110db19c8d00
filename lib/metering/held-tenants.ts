import type { Tally } from "./tallies";

/** What waits for one tenant's row, which somebody else holds. */
type Held<Call, End> = { calls: { call: Call; since: number }[]; ended: End[]; tallies: Tally[] };

type Entries<Call, End> = { calls: Call[]; ended: End[]; tallies: Tally[] };

/**
 * Tenants whose rows a transaction elsewhere holds for long (a change in the console, a report gone wrong), and what is to
 * be written for them: it waits here, so that nobody else's does.
 */
export class HeldTenants<Call, End> {
  private readonly held = new Map<string, Held<Call, End>>();

  constructor(
    private readonly tenantOf: { call(call: Call): string; end(end: End): string },
    private readonly patienceMs: number,
  ) {}

  get isEmpty(): boolean {
    return this.held.size === 0;
  }

  get tenants(): string[] {
    return [...this.held.keys()];
  }

  hold(tenants: string[]): void {
    for (const tenant of tenants)
      if (!this.held.has(tenant)) this.held.set(tenant, { calls: [], ended: [], tallies: [] });
  }

  /** Takes in what is for held tenants, and gives back the rest. */
  keep({ calls, ended, tallies }: Entries<Call, End>): Entries<Call, End> {
    if (this.isEmpty) return { calls, ended, tallies };
    const since = performance.now();
    return {
      calls: calls.filter((call) => !this.held.get(this.tenantOf.call(call))?.calls.push({ call, since })),
      ended: ended.filter((end) => !this.held.get(this.tenantOf.end(end))?.ended.push(end)),
      tallies: tallies.filter((tally) => !this.held.get(tally.tenant)?.tallies.push(tally)),
    };
  }

  /** What waited for tenants that are held no longer; of the others the calls that have waited for too long. */
  release(stillHeld: string[]): Entries<Call, End> & { impatient: Call[] } {
    const released: Entries<Call, End> = { calls: [], ended: [], tallies: [] };
    const impatient: Call[] = [];
    for (const [tenant, held] of this.held) {
      if (stillHeld.includes(tenant)) {
        const [late, waiting] = partition(held.calls, ({ since }) => performance.now() - since >= this.patienceMs);
        impatient.push(...late.map(({ call }) => call));
        held.calls = waiting;
      } else {
        released.calls.push(...held.calls.map(({ call }) => call));
        released.ended.push(...held.ended);
        released.tallies.push(...held.tallies);
        this.held.delete(tenant);
      }
    }
    return { ...released, impatient };
  }
}

function partition<T>(all: T[], matches: (each: T) => boolean): [T[], T[]] {
  return [all.filter(matches), all.filter((each) => !matches(each))];
}
