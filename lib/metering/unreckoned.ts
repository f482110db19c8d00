import type { Settlement } from "./types";

/** What a call that has ended comes to, once it is asked for; it may take a while. */
export type Reckoning = () => Settlement | Promise<Settlement>;

/**
 * Calls that have ended and whose settlements are not reckoned yet. To read a provider's answer takes longer than to pass it
 * on: that is done while the database has a batch, when no call waits for this process.
 */
export class UnreckonedCalls {
  private ended: { tenantId: string; reckon: Reckoning; since: number }[] = [];
  /** Those that are being reckoned, and their tenants. */
  private readonly begun = new Map<Promise<void>, string>();

  constructor(private readonly settle: (settlement: Settlement, since: number) => void) {}

  /** Whether there is none that could be reckoned now. */
  get isEmpty(): boolean {
    return this.ended.length === 0;
  }

  get count(): number {
    return this.ended.length + this.begun.size;
  }

  /** Since when the oldest that is not begun has waited; null when there is none. */
  get oldestSince(): number | null {
    return this.ended[0]?.since ?? null;
  }

  push(tenantId: string, reckon: Reckoning): void {
    this.ended.push({ tenantId, reckon, since: performance.now() });
  }

  isOwedBy(tenantId: string): boolean {
    return this.ended.some((each) => each.tenantId === tenantId) || this.isBegunFor(tenantId);
  }

  isBegunFor(tenantId: string): boolean {
    return this.begun.size > 0 && [...this.begun.values()].includes(tenantId);
  }

  reckonAll(): void {
    if (this.ended.length === 0) return;
    for (const { tenantId, reckon, since } of this.ended.splice(0)) {
      const reckoned = reckon();
      if (reckoned instanceof Promise) this.begin(tenantId, reckoned);
      else this.settle(reckoned, since);
    }
  }

  /** Resolves when all that was pushed before is reckoned. */
  async reckoned(): Promise<void> {
    this.reckonAll();
    await Promise.all(this.begun.keys());
  }

  private begin(tenantId: string, reckoned: Promise<Settlement>): void {
    const settled = reckoned
      .then((settlement) => this.settle(settlement, performance.now()))
      .finally(() => this.begun.delete(settled));
    this.begun.set(settled, tenantId);
  }
}
