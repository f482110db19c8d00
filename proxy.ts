import { type NextRequest, NextResponse } from "next/server";
import { pagePathHeader } from "./lib/auth/page-path";
import { env } from "./lib/env";
import { pageHeaders } from "./lib/http/security-headers";

/** Gives each page its security policy and its address. Next takes the nonce for its own scripts from the request's header. */
export function proxy(request: NextRequest): NextResponse {
  const given = pageHeaders({
    nonce: Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64"),
    secure: env().PUBLIC_URL?.startsWith("https:") ?? false,
    development: process.env.NODE_ENV === "development",
  });
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(given)) headers.set(name, value);
  const { pathname, search } = request.nextUrl;
  headers.set(pagePathHeader, request.method === "GET" ? `${pathname}${search}` : "");

  const response = NextResponse.next({ request: { headers } });
  for (const [name, value] of Object.entries(given)) response.headers.set(name, value);
  return response;
}

/** Pages alone: Next would keep a copy of the body of every call that comes by here. */
export const config = { matcher: "/((?!api/|_next/static/|_next/image).*)" };
