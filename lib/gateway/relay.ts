import { finished, type Readable } from "node:stream";
import { EventSplitter } from "../providers/sse";
import type { UsageReader } from "../providers/types";
import { type AnswerStream, nobody, type Sink } from "./answer";
import type { ClientGone } from "./client-gone";

/** What became of an answer on its way to the client. */
export type RelayEnd = { kind: "complete" } | { kind: "broken"; byClient: boolean; cause: unknown };

type Relayed = {
  body: Readable;
  reader: UsageReader;
  /**
   * Tells the events that are kept from the client, all of which tell of `"usage"`; null when all are passed on, byte for byte
   * and at once.
   */
  hidden: ((data: string) => boolean) | null;
  clientGone: ClientGone;
  /** A stream ends when its client leaves; of others the rest is read all the same, as their use stands at the end. */
  endsWithClient: boolean;
  /** Is told the end once, on every path: also when the client leaves before anybody has begun to read. */
  ended(end: RelayEnd): Promise<void>;
};

/**
 * Passes an answer on chunk by chunk as it comes, with a copy to the usage reader. The client sees the end when `ended` has
 * resolved. Nothing is made for a chunk that outlives it: with a thousand streams open, its collection is what chunks wait for.
 */
export class Relay implements AnswerStream {
  private readonly splitter: EventSplitter | null;
  private sink: Sink = nobody;
  private end: RelayEnd | null = null;
  private readonly told = Promise.withResolvers<RelayEnd>();
  private isFull = false;
  private isReaderBehind = false;

  constructor(private readonly relayed: Relayed) {
    const { body, hidden, clientGone } = relayed;
    this.splitter = hidden && new EventSplitter();
    finished(body, { writable: false }, (cause) => {
      this.showRest();
      this.conclude(cause ? { kind: "broken", byClient: clientGone.aborted, cause } : { kind: "complete" });
    });
    if (clientGone.aborted) this.leave();
    else clientGone.addEventListener("abort", () => this.leave(), { once: true });
  }

  async flowTo(sink: Sink): Promise<void> {
    if (this.relayed.clientGone.aborted) sink.fail(clientHasLeft);
    else this.sink = sink;
    this.start();
    const end = await this.told.promise;
    const taker = this.sink;
    this.sink = nobody;
    if (end.kind === "complete") taker.end();
    else taker.fail(end.cause);
  }

  resume(): void {
    this.isFull = false;
    if (!this.isReaderBehind) this.relayed.body.resume();
  }

  leave(): void {
    // Also while its end is being settled, which nobody may be told any more; and who waits for a part must not wait on.
    const { sink } = this;
    this.sink = nobody;
    sink.fail(clientHasLeft);
    if (this.end) return;
    if (this.relayed.endsWithClient) {
      this.conclude({ kind: "broken", byClient: true, cause: null });
      this.relayed.body.destroy();
    } else {
      this.start();
      this.resume();
    }
  }

  private start(): void {
    const { body } = this.relayed;
    if (body.listenerCount("data") === 0) body.on("data", (chunk: Buffer) => this.pass(chunk));
  }

  private pass(chunk: Buffer): void {
    const { body, reader } = this.relayed;
    try {
      reader.push(chunk);
      this.show(this.shownOf(chunk));
      const behind = reader.behind?.();
      if (behind) this.awaitReader(behind);
    } catch (cause) {
      body.destroy(cause as Error);
    }
    if (this.isFull || this.isReaderBehind) body.pause();
  }

  private awaitReader(behind: Promise<void>): void {
    this.isReaderBehind = true;
    void behind.then(() => {
      this.isReaderBehind = false;
      if (!this.isFull) this.relayed.body.resume();
    });
  }

  private shownOf(chunk: Buffer): Buffer[] {
    const { splitter } = this;
    if (!splitter || (splitter.isBetweenEvents && isOfNoUse(chunk))) return [chunk];
    return this.shownEvents(splitter.push(chunk));
  }

  private shownEvents(events: { data: string; bytes: Buffer }[]): Buffer[] {
    const { hidden } = this.relayed;
    return events.filter(({ data }) => !hidden?.(data)).map(({ bytes }) => bytes);
  }

  private show(parts: Buffer[]): void {
    if (parts.length === 0) return;
    // Before it is written: who takes it may ask for more at once.
    this.isFull = true;
    if (this.sink.write(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts))) this.isFull = false;
  }

  /** Also of what broke off in the midst of an event: what has come of it is the client's. */
  private showRest(): void {
    if (this.splitter) this.show(this.shownEvents(this.splitter.end()));
  }

  /** The first end counts. */
  private conclude(end: RelayEnd): void {
    if (this.end) return;
    this.end = end;
    this.relayed.ended(end).then(
      () => this.told.resolve(end),
      (cause) => this.told.resolve({ kind: "broken", byClient: false, cause }),
    );
  }
}

const clientHasLeft = new Error("The client has left.");
const usageName = '"usage"';
const LF = 10;

/** Whole events, none of which is to be hidden: nearly all of a stream, which need not be taken apart for it. */
function isOfNoUse(chunk: Buffer): boolean {
  return chunk.at(-1) === LF && chunk.at(-2) === LF && !chunk.includes(usageName);
}
