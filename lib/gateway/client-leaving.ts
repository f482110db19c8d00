import type { ClientGone } from "./client-gone";

/** Something that can be ended before its time. */
type Abortable = { abort(reason: Error): void };

/** A client that has left ends its upstream request: after the grace, or at once when that is zero. */
export class Departure {
  private upstream: Abortable | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private isDue = false;

  constructor(clientGone: ClientGone, graceMs: number) {
    const leave = () => {
      if (this.isOver) return;
      if (graceMs === 0) this.end();
      else this.timer = setTimeout(() => this.end(), graceMs);
    };
    if (clientGone.aborted) leave();
    else clientGone.addEventListener("abort", leave, { once: true });
  }

  /** What to end. */
  ends(upstream: Abortable): void {
    this.upstream = upstream;
    if (this.isDue) this.end();
  }

  /** The request has ended by itself. */
  done(): void {
    this.isOver = true;
    clearTimeout(this.timer);
  }

  private end(): void {
    this.isDue = true;
    this.upstream?.abort(new Error("The client has left."));
  }
}
