import type { IncomingMessage } from "node:http";
import { localPath } from "./local-path";

/** Pages are not told their own address; the server leaves it here. */
const header = "x-sluice-page";

/** Leaves the page's address where `signInPath` finds it. What a client has sent under that name is thrown away. */
export function tellPagePath(request: IncomingMessage): void {
  request.headers[header] = request.method === "GET" ? (request.url ?? "") : "";
}

/** Where to sign in, and then come back to the page that was asked for. */
export function signInPath(headers: Pick<Headers, "get">): string {
  const asked = headers.get(header) ?? "";
  const url = new URL(localPath(asked), "http://localhost");
  // By which Next's own navigation tells its requests apart.
  url.searchParams.delete("_rsc");
  const path = `${url.pathname}${url.search}`;
  return path === "/" ? "/login" : `/login?to=${encodeURIComponent(path)}`;
}
