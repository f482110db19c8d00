import { tightest } from "../quota/headroom";
import type { Headroom } from "../quota/types";

const windowSeconds = { minute: 60, day: 86_400, month: 2_592_000 };

/**
 * The limits of a call in header fields: `x-ratelimit-*-tokens` of the tightest token limit, `-requests` of the limit per
 * minute (Drupal takes a small one for a free tier, so there is none of other windows), and all of them in
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers). Money is not told.
 */
export function limitHeaders(headroom: Headroom[], at: Date): Record<string, string> {
  const told = headroom.filter(({ metric }) => metric !== "cost");
  if (told.length === 0) return {};

  const headers: Record<string, string> = {};
  const tokens = tightest(told.filter(({ metric }) => metric === "tokens"));
  if (tokens) Object.assign(headers, limitFields("tokens", tokens, at));
  const perMinute = tightest(told.filter(({ window }) => window === "minute"));
  if (perMinute) Object.assign(headers, limitFields("requests", perMinute, at));
  headers["ratelimit-policy"] = told
    .map((each) => `"${policyName(each)}";q=${each.cap};w=${windowSeconds[each.window]}`)
    .join(", ");
  headers.ratelimit = told
    .map((each) => `"${policyName(each)}";r=${each.remaining};t=${secondsUntil(each.resetsAt, at)}`)
    .join(", ");
  return headers;
}

/** A span as OpenAI writes it: `38s`, `720m0s`. */
export function formatReset(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

export function secondsUntil(instant: Date, at: Date): number {
  return Math.max(0, Math.ceil((instant.getTime() - at.getTime()) / 1_000));
}

function limitFields(
  unit: "tokens" | "requests",
  { cap, remaining, resetsAt }: Headroom,
  at: Date,
): Record<string, string> {
  return {
    [`x-ratelimit-limit-${unit}`]: String(cap),
    [`x-ratelimit-remaining-${unit}`]: String(remaining),
    [`x-ratelimit-reset-${unit}`]: formatReset(secondsUntil(resetsAt, at)),
  };
}

function policyName({ subject, metric, window }: Headroom): string {
  return `${subject === "tenant" ? "client" : "key"}-${metric}-${window}`;
}
