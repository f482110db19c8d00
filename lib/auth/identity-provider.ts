import type { OAuthConfig } from "next-auth/providers/oauth";
import { z } from "zod";
import { env } from "../env";
import { email } from "../http/fields";
import { signInByIdentity } from "./sign-in-by-identity";

/** How the sign-in page names the agency's identity provider; null where there is none. */
export function identityProviderName(): string | null {
  const { OIDC_ISSUER, OIDC_NAME } = env();
  return OIDC_ISSUER === undefined ? null : OIDC_NAME;
}

/** Stands for whoever was never invited: NextAuth wants a profile for everybody, with an id, or it turns them away unheard. */
const nobody = { id: "nobody" };

export const isNobody = ({ id }: { id: string }): boolean => id === nobody.id;

const claimsShape = z.object({
  iss: z.string(),
  sub: z.string(),
  email: email.optional().catch(undefined),
  // Some providers write it as a text.
  email_verified: z.union([z.boolean(), z.literal("true").transform(() => true)]).catch(false),
});

/** The agency's identity provider as NextAuth knows it, or none. Its tokens are checked and then forgotten. */
export function identityProviders(): OAuthConfig<object>[] {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, OIDC_NAME: name } = env();
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) return [];

  return [
    {
      id: "oidc",
      name,
      type: "oauth",
      wellKnown: `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`,
      clientId,
      clientSecret,
      authorization: { params: { scope: "openid email profile" } },
      idToken: true,
      checks: ["pkce", "state", "nonce"],
      profile: async (given) => {
        const { iss, sub, email: address, email_verified: isVerified } = claimsShape.parse(given);
        const isTrusted = isVerified || env().OIDC_TRUST_EMAIL === "true";
        const verifiedEmail = isTrusted && address !== undefined ? address : null;
        return (await signInByIdentity({ oidcSubject: `${iss} ${sub}`, verifiedEmail, now: new Date() })) ?? nobody;
      },
    },
  ];
}
