/** What the database's clock shows, as far as its answers tell. This machine's may show something else. */
export class DatabaseClock {
  private aheadMs = 0;

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  /**
   * Takes in what the database's clock showed at some time between a question and its answer (both in ms of this machine's clock).
   * What was known is believed as long as it can be right: an answer that takes its time tells little of the clock.
   */
  learn(shownMs: number, { askedMs, answeredMs }: { askedMs: number; answeredMs: number }): void {
    this.aheadMs = Math.max(shownMs - answeredMs, Math.min(shownMs - askedMs, this.aheadMs));
  }
}
