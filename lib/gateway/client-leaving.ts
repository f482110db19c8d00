/**
 * The signal that ends an upstream request when its client has left: after the grace, or at once when that is zero.
 * `done` is to be called when the request has ended by itself.
 */
export function abortAfterClient({ clientGone, graceMs }: { clientGone: AbortSignal; graceMs: number }): {
  signal: AbortSignal;
  done(): void;
} {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const leave = () => {
    if (graceMs === 0) controller.abort();
    else timer = setTimeout(() => controller.abort(), graceMs);
  };
  if (clientGone.aborted) leave();
  else clientGone.addEventListener("abort", leave, { once: true });
  return {
    signal: controller.signal,
    done: () => {
      clearTimeout(timer);
      clientGone.removeEventListener("abort", leave);
    },
  };
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
