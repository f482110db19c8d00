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
  "cf-ray",
  "cf-cache-status",
  "report-to",
  "nel",
]);
const neverSentBackPrefixes = ["x-ratelimit-", "anthropic-ratelimit-", "ratelimit", "access-control-"];

/** The key that a call presents, wherever its SDK puts it. */
export function presentedKey(headers: HeaderFields, queryKey: string | null): string | null {
  const bearer = /^Bearer\s+(\S+)\s*$/i.exec(first(headers.authorization) ?? "")?.[1];
  return (
    bearer ?? first(headers["x-api-key"]) ?? first(headers["api-key"]) ?? first(headers["x-goog-api-key"]) ?? queryKey
  );
}

/** What goes upstream: not the client's key, its cookies, or what concerns only the connection to us. */
export function headersUpstream(headers: HeaderFields): Record<string, string> {
  const connectionOptions = (first(headers.connection) ?? "").toLowerCase();
  const sent: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || neverSentUp.has(name) || name.startsWith("x-forwarded-")) continue;
    if (
      connectionOptions !== "" &&
      connectionOptions !== "keep-alive" &&
      connectionOptions.split(/\s*,\s*/).includes(name)
    )
      continue;
    sent[name] = typeof value === "string" ? value : value.join(", ");
  }
  // The meter reads the answer: it must come unencoded.
  sent["accept-encoding"] = "identity";
  return sent;
}

/** What comes back: not the agency's organisation, limits or cookies at the provider. */
export function headersBack(headers: HeaderFields): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || neverSentBack.has(name)) continue;
    if (neverSentBackPrefixes.some((prefix) => name.startsWith(prefix))) continue;
    sent[name] = typeof value === "string" ? value : value.join(", ");
  }
  return sent;
}

export function first(value: string | string[] | undefined): string | null {
  return (Array.isArray(value) ? value[0] : value) ?? null;
}
