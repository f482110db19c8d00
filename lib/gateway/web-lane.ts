import { decodedBody, encodingOf } from "../providers/encoded-answer";
import type { GatewayAnswer } from "./failure";
import { handleCall } from "./handle-call";
import { readBody } from "./read-body";
import { takeTarget } from "./written-target";

/** They come without a body, and a `Response` takes none for them. */
const withoutBody = new Set([204, 205, 304]);

/** The portable lane: a `Request` in, a `Response` out, for any host that runs Next's route handlers. */
export async function answerProxy(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { headers: given, target } = takeTarget(request.headers);
  const answer = await handleCall({
    method: request.method,
    url: target ?? pathname + search,
    headers: given,
    readBody: (reading) =>
      readBody(
        (request.body ?? []) as unknown as AsyncIterable<Uint8Array>,
        {
          contentLength: request.headers.get("content-length"),
          contentEncoding: request.headers.get("content-encoding"),
        },
        reading,
      ),
    clientGone: request.signal,
  });
  if (answer.status === 499) return new Response(null, { status: 502 });
  const { status, headers, body } = unencoded(answer);
  if (withoutBody.has(status)) {
    // Its end is what settles the call.
    if (body !== null) for await (const _none of body);
    return new Response(null, { status, headers });
  }
  if (body === null || Buffer.isBuffer(body)) return new Response(body as BodyInit | null, { status, headers });
  return new Response(streamOf(body), { status, headers });
}

/**
 * Next's route handlers leave `content-encoding` out of what they send, without which nobody could read what came encoded.
 * So it goes on decoded; Next encodes it for those who take that.
 */
function unencoded(answer: GatewayAnswer): GatewayAnswer {
  const encoding = encodingOf(answer.headers);
  if (encoding === null || answer.body === null) return answer;
  const body = decodedBody(Buffer.isBuffer(answer.body) ? piecesOf(answer.body) : answer.body, encoding);
  if (body === null) return answer;
  const { "content-encoding": _encoding, "content-length": _length, ...headers } = answer.headers;
  return { status: answer.status, headers, body };
}

async function* piecesOf(body: Buffer): AsyncGenerator<Uint8Array> {
  yield body;
}

/** Pulls as its reader asks, so that a slow client slows the provider; a reader that leaves ends the iteration. */
function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
