import { openai } from "./openai";
import type { Dialect, DialectName } from "./types";

/** The dialects whose use can be metered. */
const dialects: Partial<Record<DialectName, Dialect>> = { openai };

/** The dialect of a provider; null for one whose use cannot be metered yet, so that nothing of it is let through. */
export function findDialect(name: DialectName): Dialect | null {
  return dialects[name] ?? null;
}
