import { ReadableStream } from "node:stream/web";

/** An answer that comes piece by piece: a JSON value per line, each sent as soon as it is there. */
export function jsonLines(values: AsyncIterable<unknown>): Response {
  const stream = ReadableStream.from(linesOf(values)) as unknown as BodyInit;
  return new Response(stream, { headers: { "content-type": "application/x-ndjson" } });
}

async function* linesOf(values: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const value of values) yield Buffer.from(`${JSON.stringify(value)}\n`);
}
