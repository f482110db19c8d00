import type { AuthOptions } from "next-auth";
import credentialsProvider from "next-auth/providers/credentials";
import { env } from "../env";
import { signInInput } from "./schema";
import { isSecure, type RequestHeaders } from "./session";
import { signIn } from "./sign-in";

const sessionSeconds = 14 * 24 * 60 * 60;

/** NextAuth for one request: cookies are for https only when the browser speaks https. */
export function authOptionsFor(headers: RequestHeaders): AuthOptions {
  const { AUTH_SECRET, PUBLIC_URL } = env();
  // NextAuth reads its own address from the environment alone; without one it takes the request's.
  if (PUBLIC_URL !== undefined) process.env.NEXTAUTH_URL = PUBLIC_URL;
  else process.env.AUTH_TRUST_HOST = "true";

  return {
    secret: AUTH_SECRET,
    useSecureCookies: isSecure(headers),
    session: { strategy: "jwt", maxAge: sessionSeconds },
    pages: { signIn: "/login", error: "/login" },
    providers: [
      credentialsProvider({
        credentials: { email: { label: "E-mail", type: "email" }, password: { label: "Password", type: "password" } },
        authorize: async (given) => {
          const input = signInInput.safeParse({ email: given?.email, password: given?.password });
          if (!input.success) return null;
          return await signIn({ ...input.data, address: addressOf(headers), now: new Date() });
        },
      }),
    ],
    callbacks: {
      // `user` is there at sign-in only. Name and e-mail stay out of the token: they are read with the user.
      jwt: ({ token, user }) =>
        user ? { sub: user.id, version: (user as { sessionVersion?: number }).sessionVersion } : token,
      // What NextAuth tells the browser; the pages ask /api/auth/me.
      session: ({ session }) => ({ expires: session.expires }),
    },
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
  };
}

/** `server.ts` leaves one address there that can be believed; on another host of Next this is its nearest proxy's word. */
export function addressOf(headers: RequestHeaders): string {
  return headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() || "unknown";
}
