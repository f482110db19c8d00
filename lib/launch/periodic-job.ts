import { log } from "../log";

type Job = {
  /** What is told on the log when a round of it fails. */
  failure: string;
  firstAfterMs: number;
  /** From the end of one round to the beginning of the next. */
  everyMs: number;
  /** One round, which ends soon once it is told to. */
  work: (stopping: AbortSignal) => Promise<void>;
};

/** Does something from time to time, until it is stopped. A round that fails takes nothing from the next. */
export class PeriodicJob {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private round: Promise<void> = Promise.resolve();

  constructor(private readonly job: Job) {}

  start(): void {
    this.beginAfter(this.job.firstAfterMs);
  }

  /** Resolves when what is being done is done, which is soon. */
  async stop(): Promise<void> {
    this.stopping.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.round;
  }

  private beginAfter(delayMs: number): void {
    this.timer = setTimeout(() => {
      this.round = this.work();
    }, delayMs).unref();
  }

  private async work(): Promise<void> {
    const { work, failure, everyMs } = this.job;
    await work(this.stopping.signal).catch((error: unknown) => log().warn({ err: error }, failure));
    if (!this.stopping.signal.aborted) this.beginAfter(everyMs);
  }
}
