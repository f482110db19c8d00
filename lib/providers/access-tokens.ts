import { createHash } from "node:crypto";
import { request } from "undici";
import { z } from "zod";
import { processSingleton } from "../process-singleton";
import { upstreamAgent } from "./agent";
import { assertionOf, isServiceAccount, readServiceAccount } from "./service-account";
import type { Upstream } from "./types";

const failureName = "TokenFailure";

/** Why there is no access token. It tells nothing of the account. */
export class TokenFailure extends Error {
  /** Next bundles a copy of its own of this class, and tokens are shared with it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === failureName;
  }

  constructor(
    /** Whether the account was turned down, and will be until its credential is entered again. */
    readonly isRefused: boolean,
    readonly status: number | null,
    cause?: unknown,
  ) {
    super(isRefused ? "The service account was refused." : "No access token could be had.", { cause });
    this.name = failureName;
  }
}

type Token = { token: string; usableUntil: number };

const timeoutMs = 10_000;
/** A token is renewed so long before its end, as a call may still be on its way when it comes. */
const renewedBeforeMs = 5 * 60_000;
const mostTokens = 100;

const answerFields = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** The access tokens of service accounts, each got once for all calls that wait for it. */
class AccessTokens {
  private readonly tokens = new Map<string, Token>();
  private readonly pending = new Map<string, Promise<string>>();

  /** @throws TokenFailure. */
  get(credential: string, now: Date): Promise<string> | string {
    const name = createHash("sha256").update(credential).digest("base64url");
    const known = this.tokens.get(name);
    if (known && now.getTime() < known.usableUntil) return known.token;

    const pending = this.pending.get(name) ?? this.renew(name, credential, now);
    this.pending.set(name, pending);
    return pending;
  }

  private async renew(name: string, credential: string, now: Date): Promise<string> {
    try {
      const { access_token: token, expires_in: seconds } = await exchange(credential, now);
      // One that ends sooner than that is used once.
      if (this.tokens.size >= mostTokens) this.tokens.clear();
      this.tokens.set(name, { token, usableUntil: now.getTime() + seconds * 1_000 - renewedBeforeMs });
      return token;
    } finally {
      this.pending.delete(name);
    }
  }
}

/**
 * The provider with the credential that its calls carry: of a service account an access token.
 * @throws TokenFailure.
 */
export async function withAccessToken<Provider extends Pick<Upstream, "vendor" | "credential">>(
  provider: Provider,
  now: Date,
): Promise<Provider> {
  if (!isServiceAccount(provider)) return provider;
  const tokens = processSingleton("providers.access-tokens", () => new AccessTokens());
  return { ...provider, credential: await tokens.get(provider.credential as string, now) };
}

async function exchange(credential: string, now: Date): Promise<z.infer<typeof answerFields>> {
  const account = readServiceAccount(credential);
  const { statusCode, text } = await ask(account.tokenUrl, assertionOf(account, now));
  if (statusCode >= 400 && statusCode < 500 && statusCode !== 429) throw new TokenFailure(true, statusCode);
  const answer = answerFields.safeParse(parsed(text));
  if (statusCode !== 200 || !answer.success) throw new TokenFailure(false, statusCode);
  return answer.data;
}

async function ask(url: string, assertion: string): Promise<{ statusCode: number; text: string }> {
  try {
    const { statusCode, body } = await request(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
      body: new URLSearchParams({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }).toString(),
      dispatcher: upstreamAgent(),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { statusCode, text: await body.text() };
  } catch (cause) {
    throw new TokenFailure(false, null, cause);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
