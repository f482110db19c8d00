import { canBeSecret, hasValidChecksum } from "../keys/secret";
import type { HeaderFields } from "../providers/types";

const hopByHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Where a client's key may stand. */
const keyFields = ["authorization", "x-api-key", "api-key", "x-goog-api-key"];

const neverSentUp = new Set([
  ...hopByHop,
  ...keyFields,
  "host",
  "content-length",
  "accept-encoding",
  "expect",
  "cookie",
  "forwarded",
  "via",
  "x-real-ip",
  "openai-organization",
  "openai-project",
  "x-goog-user-project",
  // What is let through is let through by its method.
  "x-http-method",
  "x-http-method-override",
  "x-method-override",
  // Nor may a part of the answer be left out, or its use could be.
  "x-goog-fieldmask",
]);

const neverSentBack = new Set([
  ...hopByHop,
  "content-length",
  "set-cookie",
  "set-cookie2",
  "alt-svc",
  "strict-transport-security",
  "server",
  "via",
  "x-powered-by",
  "x-request-id",
  "request-id",
  "openai-organization",
  "openai-project",
  "anthropic-organization-id",
  "anthropic-workspace-id",
  "cf-ray",
  "cf-cache-status",
  "report-to",
  "nel",
]);
/**
 * What tells of the account's limits, whatever they are of, what is for browsers on other sites, and what Next would take
 * as said to it by the route that passes it on, and fail.
 */
const neverSentBackNames = /rate-?limit|^anthropic-(?:priority|fast)-|^access-control-|^x-middleware-/;

/**
 * The key that a call presents, wherever its SDK puts it. A place that is left empty is no place. Where several are filled,
 * one that holds a key of ours comes first, whatever login stands beside it, and what can be no key stands back.
 */
export function presentedKey(headers: HeaderFields, queryKey: string | null): string | null {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(first(headers.authorization) ?? "")?.[1];
  const others = [headers["x-api-key"], headers["api-key"], headers["x-goog-api-key"], queryKey ?? undefined];
  const given = [bearer, ...others.map(first)].filter((key) => key != null && key !== "") as string[];
  if (given.length < 2) return given[0] ?? null;
  return given.find(hasValidChecksum) ?? given.find(canBeSecret) ?? (given[0] as string);
}

/** What goes upstream: not the client's key, its cookies, or what concerns only the connection to us. */
export function headersUpstream(headers: HeaderFields): Record<string, string> {
  const ofConnection = namedByConnection(headers);
  const sent: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || neverSentUp.has(name) || name.startsWith("x-forwarded-")) continue;
    if (ofConnection.includes(name)) continue;
    sent[name] = typeof value === "string" ? value : value.join(", ");
  }
  // The meter reads the answer: it must come unencoded.
  sent["accept-encoding"] = "identity";
  return sent;
}

/** What comes back: not the agency's organisation, limits or cookies at the provider. */
export function headersBack(headers: HeaderFields): Record<string, string> {
  const ofConnection = namedByConnection(headers);
  const sent: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || neverSentBack.has(name)) continue;
    if (neverSentBackNames.test(name) || ofConnection.includes(name)) continue;
    sent[name] = typeof value === "string" ? value : value.join(", ");
  }
  return sent;
}

const usualConnection = /^(keep-alive|close)?$/i;

/** The fields that `connection` declares to be of this connection alone. */
function namedByConnection({ connection }: HeaderFields): string[] {
  const options = Array.isArray(connection) ? connection.join(",") : (connection ?? "");
  if (usualConnection.test(options)) return [];
  return options.split(",").map((option) => option.trim().toLowerCase());
}

export function first(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
