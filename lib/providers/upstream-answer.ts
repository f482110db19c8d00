import { Readable } from "node:stream";
import { type Dispatcher, errors } from "undici";

export type UpstreamAnswer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The whole body where it was collected, or what came of it; else the body as it comes. */
  body: Buffer | BrokenBody | Readable;
};

/** What came of a body that broke off while it was being collected, and an UpstreamFailure, or why it was ended before its time. */
export class BrokenBody {
  constructor(
    readonly chunks: Buffer[],
    readonly cause: unknown,
  ) {}
}

/** Why no answer came. */
export class UpstreamFailure extends Error {
  constructor(
    readonly kind: "unreachable" | "timeout",
    cause: unknown,
  ) {
    super(kind, { cause });
  }
}

type Given = {
  /** Up to this size an answer that is no stream of events is collected before it is handed over. */
  collectBytes: number;
  firstByte(): void;
};

/**
 * Takes one answer from undici. A small plain one is handed over whole, without a stream in between; any other as a stream
 * that holds the provider back while nobody reads.
 */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | null = null;
  private aborted: Error | null = null;
  private head: Pick<UpstreamAnswer, "status" | "headers"> | null = null;
  private collected: Buffer[] = [];
  private size = 0;
  private stream: Readable | null = null;

  constructor(
    private readonly given: Given,
    private readonly resolve: (answer: UpstreamAnswer) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  /** Ends the request, whether it has begun or not. */
  abort(reason: Error): void {
    this.aborted ??= reason;
    this.controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.aborted) controller.abort(this.aborted);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: UpstreamAnswer["headers"]): void {
    if (status < 200) return;
    this.head = { status, headers };
    const isEvents = String(headers["content-type"] ?? "").startsWith("text/event-stream");
    if (this.given.collectBytes === 0 || isEvents) this.open();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.size === 0) this.given.firstByte();
    this.size += chunk.length;
    if (this.stream) {
      if (!this.stream.push(chunk)) controller.pause();
      return;
    }
    this.collected.push(chunk);
    if (this.size > this.given.collectBytes) this.open();
  }

  onResponseEnd(): void {
    if (this.stream) this.stream.push(null);
    else if (this.head) this.resolve({ ...this.head, body: wholeOf(this.collected) });
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.stream) {
      this.stream.destroy(error);
      return;
    }
    const cause = this.aborted ?? new UpstreamFailure(isTimeout(error) ? "timeout" : "unreachable", error);
    if (this.head) this.resolve({ ...this.head, body: new BrokenBody(this.collected, cause) });
    else this.reject(cause);
  }

  /** Hands over what has come, and the rest as it comes. */
  private open(): void {
    if (!this.head) return;
    const stream = new Readable({
      read: () => this.controller?.resume(),
      destroy: (error, done) => {
        // Whoever reads has gone, or the answer has ended: undici passes over an abort of what has ended.
        this.abort(error ?? new errors.RequestAbortedError());
        done(error);
      },
    });
    this.stream = stream;
    for (const chunk of this.collected) stream.push(chunk);
    this.collected = [];
    this.resolve({ ...this.head, body: stream });
  }
}

function wholeOf(chunks: Buffer[]): Buffer {
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

function isTimeout(error: unknown): boolean {
  return error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
}
