import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { upstreamAgent } from "./agent";
import { authorizationOf } from "./authorization";
import { LargeBody } from "./large-body";
import type { RequestBody } from "./request-body";
import type { Dialect, Upstream } from "./types";
import { AnswerHandler, type UpstreamAnswer, UpstreamFailure } from "./upstream-answer";

export type UpstreamRequest = {
  dialect: Dialect["name"];
  method: string;
  path: string;
  headers: Record<string, string>;
  body: RequestBody | null;
  /** Up to this size an answer that is no stream of events is read to its end before it is handed over. */
  collectBytes: number;
  firstByte(): void;
  /** Is given the way to end the request before its time. */
  abortable(request: { abort(reason: Error): void }): void;
};

/**
 * Sends a request to a provider and resolves with its answer, or with the beginning of it. Redirects are not followed:
 * they would carry the credential elsewhere.
 * @throws UpstreamFailure when no answer came; the reason with which it was ended before its time.
 */
export function callUpstream(upstream: Upstream, request: UpstreamRequest): Promise<UpstreamAnswer> {
  return new Promise((resolve, reject) => {
    const handler = new AnswerHandler(request, resolve, reject);
    request.abortable(handler);
    try {
      upstreamAgent().dispatch(
        {
          origin: upstream.origin,
          path: upstream.prefix + request.path,
          method: request.method as Dispatcher.HttpMethod,
          headers: { ...request.headers, ...authorizationOf(upstream, request.dialect), ...lengthOf(request.body) },
          body: request.body instanceof LargeBody ? Readable.from(request.body.chunks(), onDemand) : request.body,
        },
        handler,
      );
    } catch (cause) {
      reject(new UpstreamFailure("unreachable", cause));
    }
  });
}

/** One piece is read from disk while another is on its way. */
const onDemand = { objectMode: false, highWaterMark: 1 };

/** Of a body in memory undici tells the length by itself. */
function lengthOf(body: RequestBody | null): Record<string, string> {
  return body instanceof LargeBody ? { "content-length": String(body.length) } : {};
}
