import { tightest } from "../quota/headroom";
import type { Headroom } from "../quota/types";

const windowSeconds = { minute: 60, day: 86_400, month: 2_592_000 };

/**
 * The limits of a call in header fields: `x-ratelimit-*-tokens` of the tightest token limit, `-requests` of the limit per
 * minute (Drupal takes a small one for a free tier, so there is none of other windows), and all of them in
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers). Money is not told.
 */
export function limitHeaders(headroom: Headroom[], at: Date): Record<string, string> {
  const headers: Record<string, string> = {};
  const tokens = tightest(headroom.filter(({ metric }) => metric === "tokens"));
  if (tokens) addFields(headers, tokenFields, tokens, at);
  const perMinute = tightest(headroom.filter(({ window }) => window === "minute"));
  if (perMinute) addFields(headers, requestFields, perMinute, at);

  let policy = "";
  let state = "";
  for (const each of headroom) {
    if (each.metric === "cost") continue;
    const name = policyNames[each.subject][each.metric][each.window];
    const comma = policy === "" ? "" : ", ";
    policy += `${comma}${name};q=${each.cap};w=${windowSeconds[each.window]}`;
    state += `${comma}${name};r=${each.remaining};t=${secondsUntil(each.resetsAt, at)}`;
  }
  if (policy === "") return headers;
  headers["ratelimit-policy"] = policy;
  headers.ratelimit = state;
  return headers;
}

/** A span as OpenAI writes it: `38s`, `720m0s`. */
export function formatReset(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

export function secondsUntil(instant: Date, at: Date): number {
  return Math.max(0, Math.ceil((instant.getTime() - at.getTime()) / 1_000));
}

type Fields = { limit: string; remaining: string; reset: string };

const fieldsOf = (unit: string): Fields => ({
  limit: `x-ratelimit-limit-${unit}`,
  remaining: `x-ratelimit-remaining-${unit}`,
  reset: `x-ratelimit-reset-${unit}`,
});
const tokenFields = fieldsOf("tokens");
const requestFields = fieldsOf("requests");

function addFields(
  headers: Record<string, string>,
  fields: Fields,
  { cap, remaining, resetsAt }: Headroom,
  at: Date,
): void {
  headers[fields.limit] = String(cap);
  headers[fields.remaining] = String(remaining);
  headers[fields.reset] = formatReset(secondsUntil(resetsAt, at));
}

const namesOf = (subject: string, metric: string) => ({
  minute: `"${subject}-${metric}-minute"`,
  day: `"${subject}-${metric}-day"`,
  month: `"${subject}-${metric}-month"`,
});
const policyNames = {
  tenant: { requests: namesOf("client", "requests"), tokens: namesOf("client", "tokens") },
  key: { requests: namesOf("key", "requests"), tokens: namesOf("key", "tokens") },
};
