import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { z } from "zod";
import { AppError } from "../errors";
import type { Upstream } from "./types";

/** Who signs for access tokens at Google, as its key file tells it. */
export type ServiceAccount = { email: string; keyId: string | undefined; key: KeyObject; tokenUrl: string };

const keyFile = z.object({
  type: z.literal("service_account"),
  client_email: z.string().min(3),
  private_key_id: z.string().optional(),
  private_key: z.string().min(1),
  token_uri: z.url({ protocol: /^https?$/ }).default("https://oauth2.googleapis.com/token"),
});

const scope = "https://www.googleapis.com/auth/cloud-platform";
const lifetimeSeconds = 3_600;

/** Whether a provider's credential is a key file, with which tokens are got, and not a token itself. */
export function isServiceAccount({ vendor, credential }: Pick<Upstream, "vendor" | "credential">): boolean {
  return vendor === "vertex" && credential !== null && credential.startsWith("{");
}

/** @throws AppError `invalid_request` for what is no key file of a service account; it repeats nothing of it. */
export function readServiceAccount(credential: string): ServiceAccount {
  try {
    const file = keyFile.parse(JSON.parse(credential));
    const key = createPrivateKey(file.private_key);
    if (key.asymmetricKeyType !== "rsa") throw new Error("Not an RSA key.");
    return { email: file.client_email, keyId: file.private_key_id, key, tokenUrl: file.token_uri };
  } catch {
    // Without its cause, which may tell some of the key.
    const problem = "must be an access token, or the whole key file (JSON) of a service account";
    throw new AppError("invalid_request", `credential ${problem}.`, { fields: { credential: problem } });
  }
}

/** What the account hands in for a token. Source: RFC 7523, and Google's rules for service accounts. */
export function assertionOf({ email, keyId, key, tokenUrl }: ServiceAccount, now: Date): string {
  const issuedAt = Math.floor(now.getTime() / 1_000);
  const header = { alg: "RS256", typ: "JWT", ...(keyId !== undefined && { kid: keyId }) };
  const claims = { iss: email, scope, aud: tokenUrl, iat: issuedAt, exp: issuedAt + lifetimeSeconds };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}
