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
