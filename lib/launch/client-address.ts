import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

/**
 * Leaves in `x-forwarded-for` the one address that can be believed: what the outermost of our own proxies saw, or without any
 * the connection's. Anybody can write these headers; only as many entries as there are proxies come from them.
 */
export function settleClientAddress(
  { headers, socket }: Pick<IncomingMessage, "headers"> & { socket: { remoteAddress?: string | undefined } },
  { proxies }: { proxies: number },
): void {
  const chain = [...forwardedFor(headers), socket.remoteAddress ?? "unknown"];
  headers["x-forwarded-for"] = chain[Math.max(0, chain.length - 1 - proxies)];
  if (proxies > 0) return;
  for (const name of ["forwarded", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto"]) delete headers[name];
}

function forwardedFor(headers: IncomingHttpHeaders): string[] {
  const field = headers["x-forwarded-for"];
  const text = Array.isArray(field) ? field.join(",") : (field ?? "");
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}
