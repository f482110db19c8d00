import type { Dialect as AnyDialect, Upstream } from "./types";
import { factsOf } from "./vendors";

/**
 * The header that carries a provider's credential; none where the provider needs none. `spoken` is what the call speaks: who
 * speaks OpenAI's dialect beside its own takes the credential there as OpenAI does.
 */
export function authorizationOf(
  { vendor, dialect, credential }: Pick<Upstream, "vendor" | "dialect" | "credential">,
  spoken: AnyDialect["name"] = dialect,
): Record<string, string> {
  if (!credential) return {};
  const { authentication, beside } = factsOf(vendor);
  const ofVendor = spoken === "openai" && beside === "openai" ? "bearer" : authentication;
  const place = vendor === "custom" ? placeByDialect[dialect] : ofVendor;
  return place === "bearer" ? { authorization: `Bearer ${credential}` } : { [place]: credential };
}

const placeByDialect = { openai: "bearer", anthropic: "x-api-key", gemini: "x-goog-api-key" } as const;
