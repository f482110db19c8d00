import type { RequestHeaders } from "./session";

/** Where a request came from: of each, one address is left there that can be believed. */
export function addressOf(headers: RequestHeaders): string {
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || "unknown";
}
