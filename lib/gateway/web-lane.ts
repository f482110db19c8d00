import { handleCall } from "./handle-call";
import { readBody } from "./read-body";
import { takeTarget } from "./written-target";

/** The portable lane: a `Request` in, a `Response` out, for any host that runs Next's route handlers. */
export async function answerProxy(request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { headers: given, target } = takeTarget(request.headers);
  const { status, headers, body } = await handleCall({
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
  if (status === 499) return new Response(null, { status: 502 });
  if (body === null || Buffer.isBuffer(body)) return new Response(body as BodyInit | null, { status, headers });
  return new Response(streamOf(body), { status, headers });
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
