import { finished, type Readable } from "node:stream";

/**
 * Reads a stream chunk by chunk, as its own iterator does, which makes several promises for each: with a thousand streams
 * open, that and their collection is what chunks wait for.
 */
export class ChunkReader {
  /** Undefined until the stream is over; then what broke it off, or null. */
  private end: Error | null | undefined;
  private wake = () => {};

  constructor(private readonly stream: Readable) {
    stream.on("readable", () => this.wake());
    finished(stream, { writable: false }, (error) => {
      this.end = error ?? null;
      this.wake();
    });
  }

  /** What has come already; null if that is nothing. */
  take(): Buffer | null {
    return this.stream.destroyed ? null : this.stream.read();
  }

  /** The next chunk; null when the stream has ended. @throws what broke it off. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const chunk = this.take();
      if (chunk !== null) return chunk;
      if (this.end) throw this.end;
      if (this.end === null) return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Nobody reads on. */
  close(): void {
    this.stream.destroy();
  }
}
