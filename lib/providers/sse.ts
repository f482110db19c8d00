import { heldBytes, heldCopy } from "./held-bytes";
import { LongEvent } from "./long-event";

const LF = 10;
const CR = 13;

/** Longer events are not held until they are complete: they are handed out in parts. */
const longestEventBytes = 8_192;

/** One event of a stream: its bytes as they came, the name it was given, if any, and its `data` lines joined. */
export type StreamEvent = {
  bytes: Buffer;
  name: string | null;
  data: string;
  /** Of an event that is too long to hold, a part: then `data` is empty, its bytes are here, and the last part has the name. */
  part?: { data: Buffer[]; isLast: boolean };
};

/**
 * Splits a stream of server-sent events, fed in any pieces, in bounded memory. Lines end in LF, CRLF or CR; an event ends
 * with a blank line, or with the stream. Source: WHATWG HTML, "Server-sent events"; what providers really send is wider, so
 * a blank before the value is optional and a byte order mark is skipped.
 */
export class EventSplitter {
  /** What has not been handed out yet. There may be room behind it in `storage`, never something else. */
  private pending: Buffer = nothing;
  private storage: Buffer = nothing;
  /** Up to where `pending` has been searched, and where its current line begins. */
  private scanned = 0;
  private lineStart = 0;
  private lines: string[] = [];
  private name: string | null = null;
  private isFirstLine = true;
  private isFirstEvent = true;
  /** The event whose first parts have been handed out. */
  private long: LongEvent | null = null;

  constructor(private readonly longestBytes = longestEventBytes) {}

  /** Nothing is held: what comes next begins an event. */
  get isBetweenEvents(): boolean {
    return this.pending.length === 0 && this.long === null;
  }

  /** The events that are complete now. An event is handed out once its blank line is there, CRLF in full. */
  push(chunk: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    const rest = this.long ? this.continueLong(chunk, events) : chunk;
    if (rest.length === 0) return events;

    if (this.pending.length === 0) this.pending = this.storage = bufferOf(rest);
    else this.append(rest);
    this.drain(events, false);
    if (this.pending.length > this.longestBytes) this.beginLong(events);
    else if (this.storage.buffer === chunk.buffer || this.storage.length > 2 * this.pending.length + 1_024)
      this.keepOnlyPending();
    return events;
  }

  /** What is left when the stream has ended: the last event may lack its blank line. */
  end(): StreamEvent[] {
    const events: StreamEvent[] = [];
    this.drain(events, true);
    if (this.lineStart < this.pending.length) this.takeLine(this.lineStart, this.pending.length);
    if (this.pending.length > 0) this.handOut(this.pending, events);
    if (this.long) events.push(partOf(nothing, [], this.long.end()));
    this.long = null;
    this.reset(this.pending.length);
    return events;
  }

  private append(chunk: Uint8Array): void {
    const { length } = this.pending;
    let start = this.pending.byteOffset - this.storage.byteOffset;
    if (start + length + chunk.length > this.storage.length) {
      // With room for as much again, so that a long event is not copied anew with each of its pieces.
      this.storage = heldBytes(2 * (length + chunk.length));
      this.storage.set(this.pending);
      start = 0;
    }
    this.storage.set(chunk, start + length);
    this.pending = this.storage.subarray(start, start + length + chunk.length);
  }

  /** A whole chunk, or much room, must not be held on to for the beginning of an event. */
  private keepOnlyPending(): void {
    if (this.pending.length === 0) this.pending = this.storage = nothing;
    else this.pending = this.storage = heldCopy(this.pending);
  }

  private drain(events: StreamEvent[], ended: boolean): void {
    if (this.isFirstLine && this.lineStart === 0 && hasMark(this.pending)) this.lineStart = byteOrderMark.length;
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
        const isWhole = this.scanned === this.pending.length;
        this.handOut(isWhole ? this.pending : this.pending.subarray(0, this.scanned), events);
        this.reset(this.scanned);
      }
    }
  }

  private handOut(bytes: Buffer, events: StreamEvent[]): void {
    if (bytes.length <= this.longestBytes) events.push({ bytes, name: this.name, data: this.dataOfLines() });
    else {
      const event = new LongEvent();
      const { data } = event.take(this.withoutMark(bytes));
      events.push(partOf(bytes, data, event.end()));
    }
    this.isFirstEvent = false;
  }

  private beginLong(events: StreamEvent[]): void {
    this.long = new LongEvent();
    const { data } = this.long.take(this.withoutMark(this.pending));
    events.push({ bytes: this.pending, name: null, data: "", part: { data, isLast: false } });
    this.isFirstEvent = false;
    this.reset(this.pending.length);
    this.storage = this.pending = nothing;
  }

  /** Returns what is behind the event, if it ends here. */
  private continueLong(chunk: Uint8Array, events: StreamEvent[]): Uint8Array {
    const long = this.long as LongEvent;
    const bytes = bufferOf(chunk);
    const { data, taken, ended } = long.take(bytes);
    const passed = bytes.subarray(0, taken);
    if (ended) this.long = null;
    events.push(
      ended ? partOf(passed, data, long.end()) : { bytes: passed, name: null, data: "", part: { data, isLast: false } },
    );
    return bytes.subarray(taken);
  }

  private withoutMark(bytes: Buffer): Buffer {
    return this.isFirstEvent && hasMark(bytes) ? bytes.subarray(byteOrderMark.length) : bytes;
  }

  private dataOfLines(): string {
    return this.lines.length === 1 ? (this.lines[0] as string) : this.lines.join("\n");
  }

  private takeLine(start: number, end: number): void {
    const line = this.pending.toString("utf8", start, end);
    this.isFirstLine = false;
    if (line.startsWith("data:")) this.lines.push(line.slice(line[5] === " " ? 6 : 5));
    if (line.startsWith("event:")) this.name = line.slice(line[6] === " " ? 7 : 6);
  }

  private reset(consumed: number): void {
    if (consumed > 0) this.isFirstLine = false;
    this.pending = consumed === this.pending.length ? nothing : this.pending.subarray(consumed);
    this.scanned = 0;
    this.lineStart = 0;
    this.lines.length = 0;
    this.name = null;
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const nothing: Buffer = Buffer.alloc(0);
const byteOrderMark = Buffer.from("\uFEFF");

function hasMark(bytes: Buffer): boolean {
  return bytes[0] === byteOrderMark[0] && bytes[1] === byteOrderMark[1] && bytes[2] === byteOrderMark[2];
}

function partOf(bytes: Buffer, data: Buffer[], name: string | null): StreamEvent {
  return { bytes, name, data: "", part: { data, isLast: true } };
}
