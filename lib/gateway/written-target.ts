import type { IncomingMessage } from "node:http";
import { processSingleton } from "../process-singleton";

/** Under which a request tells what stood in its request line: Next writes queries anew, and sends on who doubles a slash. */
const writtenTarget = "x-sluice-target";
const proxied = /^\/+api\/proxy\//;

/** Whether requests are seen before Next sees them. Otherwise the header is anybody's. */
function keeper(): { isKept: boolean } {
  return processSingleton("gateway.written-target", () => ({ isKept: false }));
}

/** To be called with each request before Next sees it. */
export function keepTarget(request: Pick<IncomingMessage, "headers" | "url">): void {
  keeper().isKept = true;
  const { url = "" } = request;
  delete request.headers[writtenTarget];
  if (!proxied.test(url)) return;
  request.headers[writtenTarget] = url;
  const mark = url.indexOf("?");
  const path = mark < 0 ? url : url.slice(0, mark);
  // The core judges what was written, and so has to be asked.
  request.url = path.replace(/[\\/]{2,}|\\/g, "/").replace(/\/$/, "") + (mark < 0 ? "" : url.slice(mark));
}

/** The headers of a request without that one, and what stood in its request line, as far as it was seen. */
export function takeTarget(headers: Headers): { headers: Record<string, string>; target: string | null } {
  const { [writtenTarget]: target, ...rest } = Object.fromEntries(headers);
  return { headers: rest, target: keeper().isKept ? (target ?? null) : null };
}
