/** What a client gets for its call. */
export type GatewayAnswer = {
  status: number;
  headers: Record<string, string>;
  body: Buffer | AnswerStream | null;
};

/** An answer that is passed on as it comes. */
export type AnswerStream = {
  /** Begins. Resolves when the answer is over and has been settled; also when its client has left meanwhile. */
  flowTo(sink: Sink): Promise<void>;
  /** Goes on after a `write` that wanted no more for now. */
  resume(): void;
  /** Nobody takes it any more. */
  leave(): void;
};

/** Who takes an answer. Is called no more after its end, or its failure, which a client that leaves is as well. */
export type Sink = {
  /** @returns false when nothing more may come until `resume`. */
  write(chunk: Uint8Array): boolean;
  end(): void;
  /** It broke off, and must not pass for complete. */
  fail(cause: unknown): void;
};

/** Who takes all and looks at nothing. */
export const nobody: Sink = { write: () => true, end: () => {}, fail: () => {} };

/** An answer as the web's standard has it. Its reader is not sent more than it asks for. */
export function readableOf(answer: AnswerStream): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      start(controller) {
        void answer.flowTo({
          write: (chunk) => {
            controller.enqueue(chunk);
            return (controller.desiredSize ?? 0) > 0;
          },
          end: () => controller.close(),
          fail: (cause) => controller.error(cause),
        });
      },
      pull: () => answer.resume(),
      cancel: () => answer.leave(),
    },
    { highWaterMark: 0 },
  );
}

/** The parts of an answer's body, as they come. */
export function chunksOf(body: GatewayAnswer["body"]): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (body === null) return [];
  return Buffer.isBuffer(body) ? [body] : (readableOf(body) as unknown as AsyncIterable<Uint8Array>);
}
