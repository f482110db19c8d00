import { factsOf, type Vendor } from "./vendors";

/**
 * Whether a request names a version of its vendor's API that refuses what came later: `stream_options` and
 * `max_completion_tokens`. One without a date is the newest.
 */
export function isOldVersion(vendor: Vendor, query: string): boolean {
  const { knowsNewFieldsSince } = factsOf(vendor);
  if (knowsNewFieldsSince === undefined) return false;
  const version = new URLSearchParams(query).get("api-version") ?? "";
  return /^\d{4}-/.test(version) && version < knowsNewFieldsSince;
}
