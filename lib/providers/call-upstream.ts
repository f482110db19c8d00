import type { Readable } from "node:stream";
import { Agent, type Dispatcher, errors } from "undici";
import { env } from "../env";
import { processSingleton } from "../process-singleton";
import { authorizationOf } from "./authorization";
import type { Upstream } from "./types";

const connectTimeoutMs = 10_000;

export type UpstreamAnswer = { status: number; headers: Record<string, string | string[] | undefined>; body: Readable };

/** Why no answer came. */
export class UpstreamFailure extends Error {
  constructor(
    readonly kind: "unreachable" | "timeout",
    cause: unknown,
  ) {
    super(kind, { cause });
  }
}

/**
 * Sends a request to a provider and resolves with the beginning of its answer. Redirects are not followed: they would
 * carry the credential elsewhere.
 * @throws UpstreamFailure when no answer came; the signal's reason when it was aborted.
 */
export async function callUpstream(
  upstream: Upstream,
  request: { method: string; path: string; headers: Record<string, string>; body: Buffer | null; signal: AbortSignal },
): Promise<UpstreamAnswer> {
  try {
    const { statusCode, headers, body } = await agent().request({
      origin: upstream.origin,
      path: upstream.prefix + request.path,
      method: request.method as Dispatcher.HttpMethod,
      headers: { ...request.headers, ...authorizationOf(upstream) },
      body: request.body,
      signal: request.signal,
    });
    return { status: statusCode, headers, body };
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new UpstreamFailure(isTimeout(error) ? "timeout" : "unreachable", error);
  }
}

function agent(): Agent {
  return processSingleton("providers.agent", () => {
    const timeoutMs = env().SLUICE_UPSTREAM_TIMEOUT_SECONDS * 1_000;
    return new Agent({
      connect: { timeout: connectTimeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      keepAliveTimeout: 20_000,
      pipelining: 1,
    });
  });
}

function isTimeout(error: unknown): boolean {
  return error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
}
