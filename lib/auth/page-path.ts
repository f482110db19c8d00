import { localPath } from "./local-path";

/** Pages are not told their own address: it is left here, and what a client has sent under that name is thrown away. */
export const pagePathHeader = "x-sluice-page";

type RequestHeaders = Pick<Headers, "get">;

/** Where to sign in, and then come back to the page that was asked for. */
export function signInPath(headers: RequestHeaders): string {
  const { pathname, search } = pageUrl(headers);
  const path = `${pathname}${search}`;
  return path === "/" ? "/login" : `/login?to=${encodeURIComponent(path)}`;
}

/** Whether it is the page to which everybody comes first. */
export function isStartPage(headers: RequestHeaders): boolean {
  return pageUrl(headers).pathname === "/";
}

function pageUrl(headers: RequestHeaders): URL {
  const url = new URL(localPath(headers.get(pagePathHeader) ?? ""), "http://localhost");
  // By which Next's own navigation tells its requests apart.
  url.searchParams.delete("_rsc");
  return url;
}
