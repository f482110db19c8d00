import type { GatewayFailure } from "./failure";

/** Where a call goes: which provider, and the path and query there. */
export type Target = {
  /** Null for the agency's default provider. */
  providerSlug: string | null;
  path: string;
  query: string;
  /** A key given as `?key=`, as Gemini's clients do. It is taken out of the query. */
  queryKey: string | null;
};

const base = "/api/proxy";

/**
 * Reads `/api/proxy/{provider}/{upstream path}` or `/api/proxy/v1/…` (the default provider). Null when the path is
 * neither, or could be read as another path upstream than here.
 */
export function readTarget(url: string): Target | null {
  const mark = url.indexOf("?");
  const fullPath = mark < 0 ? url : url.slice(0, mark);
  if (!fullPath.startsWith(`${base}/`) || isAmbiguous(fullPath)) return null;

  const rest = fullPath.slice(base.length + 1);
  const slash = rest.indexOf("/");
  if (slash <= 0) return null;
  const first = rest.slice(0, slash);
  const { query, queryKey } = takeKey(mark < 0 ? "" : url.slice(mark + 1));
  if (/^v\d/.test(first)) return { providerSlug: null, path: `/${rest}`, query, queryKey };
  return { providerSlug: first, path: rest.slice(slash), query, queryKey };
}

/**
 * Dot segments (with parameters, too), doubled or encoded slashes, backslashes, fragments and control characters mean
 * different things to different hosts.
 */
function isAmbiguous(path: string): boolean {
  return /\/\/|\/\.{1,2}([/;]|$)|[\\#]|%2f|%5c|%2e|%0|%1|%7f|[^\x21-\x7e]/i.test(path);
}

/** Every other parameter stays as it was written, in its place. */
function takeKey(query: string): { query: string; queryKey: string | null } {
  const parts = query.split("&");
  const given = parts.find(isKey);
  if (given === undefined) return { query, queryKey: null };
  return {
    query: parts.filter((part) => !isKey(part)).join("&"),
    queryKey: decode(given.slice(given.indexOf("=") + 1)),
  };
}

/** Also when letters of its name are encoded. */
function isKey(part: string): boolean {
  const mark = part.indexOf("=");
  return mark > 0 && decode(part.slice(0, mark)) === "key";
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const doubled = /\/{2,}/;

/** The path that a call would have had but for doubled slashes; null where there are none, or it would lead nowhere. */
export function pathMeant(url: string): string | null {
  const path = url.split("?")[0] as string;
  return doubled.test(path) ? (readTarget(path.replaceAll(/\/{2,}/g, "/"))?.path ?? null) : null;
}

export function unknownEndpoint({ method, url }: { method: string; url: string }): GatewayFailure {
  const path = url.split("?")[0]?.slice(0, 200) ?? "";
  const why = doubled.test(path)
    ? "has two slashes in a row, so it is not let through: look at the end of the base URL"
    : "is not an endpoint whose use can be metered here, so it is not let through";
  return {
    status: 404,
    code: "unknown_endpoint",
    message: `${method} ${path} ${why}. Nothing was sent to the provider.`,
  };
}

export function unknownProvider({ providerSlug }: Pick<Target, "providerSlug">): GatewayFailure {
  const message =
    providerSlug === null
      ? "No default provider is set up here. Use /api/proxy/{provider}/… or ask the agency."
      : `There is no provider "${providerSlug.slice(0, 100)}" here. The base URL is /api/proxy/{provider}/….`;
  return { status: 404, code: "unknown_provider", message };
}
