import { decode, encode } from "next-auth/jwt";
import { env } from "../env";
import { AppError } from "../errors";
import { requireSameOrigin } from "./same-origin";
import { findUser, type User } from "./store";

/** The headers of a request, be it a handler's or a page's. */
export type RequestHeaders = Pick<Headers, "get">;

/** The user who is signed in; null when nobody is, or when the session was ended (signed out everywhere, removed). */
export async function findSignedInUser(headers: RequestHeaders): Promise<User | null> {
  const cookie = cookiesOf(headers).get(sessionCookieName(isSecure(headers)));
  if (!cookie) return null;

  const token = await decode({ token: cookie, secret: env().AUTH_SECRET }).catch(() => null);
  if (typeof token?.sub !== "string") return null;

  const user = await findUser(token.sub);
  return user?.sessionVersion === token.version ? user : null;
}

export const sessionSeconds = 14 * 24 * 60 * 60;

/** A new session for a user whose others have just been ended, as `Set-Cookie` has it. */
export async function sessionCookie(
  { id, sessionVersion }: Pick<User, "id" | "sessionVersion">,
  headers: RequestHeaders,
): Promise<string> {
  const secure = isSecure(headers);
  const token = await encode({
    token: { sub: id, version: sessionVersion },
    secret: env().AUTH_SECRET,
    maxAge: sessionSeconds,
  });
  const attributes = ["Path=/", `Max-Age=${sessionSeconds}`, "HttpOnly", "SameSite=Lax", ...(secure ? ["Secure"] : [])];
  return [`${sessionCookieName(secure)}=${token}`, ...attributes].join("; ");
}

/** The signed-in user who changes something of their own. @throws AppError `unauthenticated`, `forbidden`. */
export async function requireOwnChange(request: Request): Promise<User> {
  const user = await requireUser(request.headers);
  requireSameOrigin(request);
  return user;
}

/** @throws AppError `unauthenticated`. */
export async function requireUser(headers: RequestHeaders): Promise<User> {
  const user = await findSignedInUser(headers);
  if (user === null) throw new AppError("unauthenticated", "Sign in first.");
  return user;
}

/** Whether the browser speaks https to us, so that cookies are for https only. */
export function isSecure(headers: RequestHeaders): boolean {
  const publicUrl = env().PUBLIC_URL;
  if (publicUrl !== undefined) return publicUrl.startsWith("https:");
  return headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
}

function sessionCookieName(secure: boolean): string {
  return secure ? "__Secure-next-auth.session-token" : "next-auth.session-token";
}

function cookiesOf(headers: RequestHeaders): Map<string, string> {
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  return new Map(
    pairs
      .filter((pair) => pair.includes("="))
      .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
  );
}
