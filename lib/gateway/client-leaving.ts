/** Something that can be ended before its time. */
type Abortable = { abort(reason: Error): void };

/** A client that has left ends its upstream request: after the grace, or at once when that is zero. */
export class Departure {
  private upstream: Abortable | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isOver = false;
  private isDue = false;

  constructor(clientGone: AbortSignal, graceMs: number) {
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

/** Ends an answer when its client leaves, also one that nobody reads. */
export function endWithClient(chunks: AsyncGenerator<Uint8Array, void, void>, clientGone: AbortSignal): void {
  const leave = () => void chunks.return().catch(() => {});
  if (clientGone.aborted) leave();
  else clientGone.addEventListener("abort", leave, { once: true });
}

/**
 * Passes an answer on after what has already come of it. When its client leaves, the rest is read all the same, as its use
 * stands at the end.
 */
export async function drainAfterClient({
  begun,
  rest,
  clientGone,
}: {
  begun: Uint8Array[];
  rest: AsyncGenerator<Uint8Array, void, void>;
  clientGone: AbortSignal;
}): Promise<AsyncGenerator<Uint8Array, void, void>> {
  const chunks = drained(begun, rest);
  // Up to its first `yield`: only a generator that has begun runs its `finally` when it is ended.
  await chunks.next();
  endWithClient(chunks, clientGone);
  return chunks;
}

async function* drained(
  begun: Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield nothing;
    yield* begun;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    for await (const _ of rest);
  }
}

const nothing = Buffer.alloc(0);
