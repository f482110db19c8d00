import { Readable } from "node:stream";
import { decodedBody, encodingOf } from "../providers/encoded-answer";
import { chunksOf, type GatewayAnswer, nobody, readableOf } from "./answer";
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
  const { status } = answer;
  if (withoutBody.has(status)) {
    // Its end is what settles the call.
    if (answer.body !== null && !Buffer.isBuffer(answer.body)) await answer.body.flowTo(nobody);
    return new Response(null, { status, headers: answer.headers });
  }
  const { headers, body } = unencoded(answer);
  return new Response(body, { status, headers });
}

/**
 * Next's route handlers leave `content-encoding` out of what they send, without which nobody could read what came encoded.
 * So it goes on decoded; Next encodes it for those who take that.
 */
function unencoded({ headers, body }: GatewayAnswer): { headers: GatewayAnswer["headers"]; body: BodyInit | null } {
  const encoding = encodingOf(headers);
  const decoded = encoding === null || body === null ? null : decodedBody(chunksOf(body), encoding);
  if (decoded === null) {
    return { headers, body: body === null || Buffer.isBuffer(body) ? (body as BodyInit | null) : readableOf(body) };
  }
  const { "content-encoding": _encoding, "content-length": _length, ...rest } = headers;
  return { headers: rest, body: Readable.toWeb(decoded) as ReadableStream<Uint8Array> };
}
