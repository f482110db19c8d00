import type { AuthOptions } from "next-auth";
import credentialsProvider from "next-auth/providers/credentials";
import { env } from "../env";
import type { AppError } from "../errors";
import { nameFailure } from "../http/respond";
import { addressOf } from "./address";
import { identityProviders, isNobody } from "./identity-provider";
import { signInInput } from "./schema";
import { isSecure, type RequestHeaders, sessionSeconds } from "./session";
import { signIn } from "./sign-in";

/**
 * NextAuth for one request: cookies are for https only when the browser speaks https. What fails here, and is not the
 * caller's doing, is told to `onFailure`: NextAuth takes it for a wrong password.
 */
export function authOptionsFor(headers: RequestHeaders, onFailure: (failure: AppError) => void): AuthOptions {
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
        credentials: { email: {}, password: {}, code: {} },
        authorize: async (given) => {
          const input = signInInput.safeParse({ email: given?.email, password: given?.password, code: given?.code });
          if (!input.success) return null;
          return await signIn({ ...input.data, address: addressOf(headers), now: new Date() }).catch((error) => {
            const failure = nameFailure(error);
            if (isOurs(failure)) onFailure(failure);
            // NextAuth hands the form nothing but a text: that a code is missing is told by its name.
            throw new Error(failure.code === "second_step_required" ? failure.code : failure.message);
          });
        },
      }),
      ...identityProviders(),
    ],
    callbacks: {
      signIn: ({ user }) => !isNobody(user),
      // `user` is there at sign-in only. Name and e-mail stay out of the token: they are read with the user.
      jwt: ({ token, user }) =>
        user ? { sub: user.id, version: (user as { sessionVersion?: number }).sessionVersion } : token,
      // What NextAuth tells the browser; the pages ask /api/auth/me.
      session: ({ session }) => ({ expires: session.expires }),
    },
    logger: { error: () => {}, warn: () => {}, debug: () => {} },
  };
}

function isOurs({ code }: AppError): boolean {
  return code === "unavailable" || code === "internal";
}
