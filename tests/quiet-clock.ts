import { setTimeout as delay } from "node:timers/promises";

/** In every time zone hours, days and months begin at a quarter of an hour of UTC. */
const quarterMs = 15 * 60_000;

/**
 * Resolves when no hour, day or month begins anywhere for so long. What a test then does stays in one of each: a call that is
 * made before midnight is none of the day that is looked at after it, and so it should be.
 */
export async function quietClock({ forMs, everyMs = quarterMs }: { forMs: number; everyMs?: number }): Promise<void> {
  const leftMs = everyMs - (Date.now() % everyMs);
  if (leftMs < forMs) await delay(leftMs + 20);
}
