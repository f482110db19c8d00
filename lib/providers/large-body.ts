import type { JsonOutline } from "./json-outline";
import type { Form } from "./multipart";

/** Bytes that are kept outside of memory until the last who holds them has let go. */
export type StoredBytes = {
  /** From `start` to before `end`. */
  read(start: number, end: number): AsyncIterable<Buffer>;
  hold(): void;
  release(): void;
};

/** A body that is too large to be held, with what metering has read of it: its outline as JSON, its form, or nothing. */
export class LargeBody {
  constructor(
    private readonly stored: StoredBytes,
    private readonly storedLength: number,
    readonly content: JsonOutline | Form | null,
  ) {}

  /** In bytes, as it is sent. */
  get length(): number {
    return this.pieces().reduce(
      (sum, piece) => sum + (Buffer.isBuffer(piece) ? piece.length : piece.end - piece.start),
      0,
    );
  }

  withContent(content: JsonOutline): LargeBody {
    return new LargeBody(this.stored, this.storedLength, content);
  }

  /** The body as it is sent, read as whoever takes it asks. */
  async *chunks(): AsyncGenerator<Buffer, void, void> {
    this.stored.hold();
    try {
      for (const piece of this.pieces()) {
        if (Buffer.isBuffer(piece)) yield piece;
        else yield* this.stored.read(piece.start, piece.end);
      }
    } finally {
      this.stored.release();
    }
  }

  /** To be called by who has got it, when it will be sent no more. */
  release(): void {
    this.stored.release();
  }

  private pieces(): (Buffer | { start: number; end: number })[] {
    const { content } = this;
    return content && "pieces" in content ? content.pieces() : [{ start: 0, end: this.storedLength }];
  }
}
