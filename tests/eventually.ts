import { vi } from "vitest";

/**
 * Waits until this no longer throws, and gives what it then tells. What is awaited comes in the end or never: how soon depends
 * on the machine, and is promised nowhere.
 */
export function eventually<T>(check: () => T | Promise<T>, { everyMs = 50 }: { everyMs?: number } = {}): Promise<T> {
  return vi.waitFor(check, { timeout: 120_000, interval: everyMs });
}
