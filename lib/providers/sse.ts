const LF = 10;
const CR = 13;

/** One event of a stream: its bytes as they came, the name it was given, if any, and its `data` lines joined. */
export type StreamEvent = { bytes: Buffer; name: string | null; data: string };

/**
 * Splits a stream of server-sent events, fed in any pieces. Lines end in LF, CRLF or CR; an event ends with a blank line,
 * or with the stream. Source: WHATWG HTML, "Server-sent events"; what providers really send is wider, so a blank before
 * the value is optional and a byte order mark is skipped.
 */
export class EventSplitter {
  /** What has not been handed out yet. There may be room behind it in `storage`, never something else. */
  private pending: Buffer = Buffer.alloc(0);
  private storage: Buffer = this.pending;
  /** Up to where `pending` has been searched, and where its current line begins. */
  private scanned = 0;
  private lineStart = 0;
  private lines: string[] = [];
  private name: string | null = null;
  private isFirstLine = true;

  /** The events that are complete now. An event is handed out once its blank line is there, CRLF in full. */
  push(chunk: Uint8Array): StreamEvent[] {
    if (this.pending.length === 0) this.pending = this.storage = Buffer.from(chunk);
    else this.append(chunk);
    return this.drain(false);
  }

  /** What is left when the stream has ended: the last event may lack its blank line. */
  end(): StreamEvent[] {
    const events = this.drain(true);
    if (this.lineStart < this.pending.length) this.takeLine(this.lineStart, this.pending.length);
    if (this.pending.length > 0) events.push(this.eventOf(this.pending));
    this.reset(this.pending.length);
    return events;
  }

  private append(chunk: Uint8Array): void {
    const { length } = this.pending;
    let start = this.pending.byteOffset - this.storage.byteOffset;
    if (start + length + chunk.length > this.storage.length) {
      // With room for as much again, so that a long event is not copied anew with each of its pieces.
      this.storage = Buffer.allocUnsafe(2 * (length + chunk.length));
      this.storage.set(this.pending);
      start = 0;
    }
    this.storage.set(chunk, start + length);
    this.pending = this.storage.subarray(start, start + length + chunk.length);
  }

  private drain(ended: boolean): StreamEvent[] {
    const events: StreamEvent[] = [];
    while (this.scanned < this.pending.length) {
      const byte = this.pending[this.scanned];
      if (byte !== LF && byte !== CR) {
        this.scanned += 1;
        continue;
      }
      // Whether an LF follows this CR is only known with the next byte.
      if (byte === CR && this.scanned + 1 === this.pending.length && !ended) break;

      const lineEnd = this.scanned;
      const isPair = byte === CR && this.pending[lineEnd + 1] === LF;
      this.scanned = lineEnd + (isPair ? 2 : 1);
      const isBlank = lineEnd === this.lineStart;
      if (!isBlank) this.takeLine(this.lineStart, lineEnd);
      this.lineStart = this.scanned;
      if (isBlank) {
        events.push(this.eventOf(this.pending.subarray(0, this.scanned)));
        this.reset(this.scanned);
      }
    }
    return events;
  }

  private takeLine(start: number, end: number): void {
    let line = this.pending.toString("utf8", start, end);
    if (this.isFirstLine && line.startsWith("\uFEFF")) line = line.slice(1);
    this.isFirstLine = false;
    if (line.startsWith("data:")) this.lines.push(line.slice(line[5] === " " ? 6 : 5));
    if (line.startsWith("event:")) this.name = line.slice(line[6] === " " ? 7 : 6);
  }

  private eventOf(bytes: Buffer): StreamEvent {
    return { bytes, name: this.name, data: this.lines.join("\n") };
  }

  private reset(consumed: number): void {
    this.pending = this.pending.subarray(consumed);
    this.scanned = 0;
    this.lineStart = 0;
    this.lines = [];
    this.name = null;
  }
}
