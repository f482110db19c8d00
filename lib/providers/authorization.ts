import type { Upstream } from "./types";
import { factsOf } from "./vendors";

/** The header that carries a provider's credential; none where the provider needs none. */
export function authorizationOf({
  vendor,
  dialect,
  credential,
}: Pick<Upstream, "vendor" | "dialect" | "credential">): Record<string, string> {
  if (!credential) return {};
  const place = vendor === "custom" ? placeByDialect[dialect] : factsOf(vendor).authentication;
  return place === "bearer" ? { authorization: `Bearer ${credential}` } : { [place]: credential };
}

const placeByDialect = { openai: "bearer", anthropic: "x-api-key", gemini: "x-goog-api-key" } as const;
