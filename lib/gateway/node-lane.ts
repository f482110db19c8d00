import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { keyDirectory } from "../keys/directory";
import { upstreamDirectory } from "../providers/upstreams";
import type { GatewayAnswer } from "./failure";
import { handleCall } from "./handle-call";
import { readNodeBody } from "./read-body";

/**
 * Makes what both lanes of this process share from this lane's code, which runs faster than Next's bundle of it: to be
 * called before Next is loaded.
 */
export function prepareFastLane(): void {
  keyDirectory();
  upstreamDirectory();
}

const lingerMs = 2_000;

/** The fast lane: hands a request straight from Node's HTTP server to the core. */
export async function serveProxy(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  const answer = await handleCall({
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: request.headers,
    readBody: (reading) => readNodeBody(request, reading),
    clientGone: gone.signal,
  });
  await writeAnswer(answer, { request, response, clientGone: gone.signal });
}

async function writeAnswer(
  { status, headers, body }: GatewayAnswer,
  { request, response, clientGone }: { request: IncomingMessage; response: ServerResponse; clientGone: AbortSignal },
): Promise<void> {
  if (!request.complete) await passOver(request);
  if (response.destroyed) return discard(body);
  // A body that was refused unread must not be taken for the next request.
  if (!request.complete) response.setHeader("connection", "close");
  response.writeHead(status, headers);
  if (body === null || Buffer.isBuffer(body)) {
    if (request.complete) response.end(body ?? undefined);
    else await endAfterUpload(body, { request, response });
    return;
  }
  response.flushHeaders();
  try {
    for await (const chunk of body) {
      if (response.destroyed) break;
      if (!response.write(chunk)) await once(response, "drain", { signal: clientGone });
    }
    response.end();
  } catch {
    // The client has left, or the provider broke off in mid-answer: so does this answer, or it would pass for complete.
    response.destroy();
  }
}

/** A client that is still sending would lose the answer with its connection: what it sends is let go by for a while. */
async function endAfterUpload(
  body: Buffer | null,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  if (body !== null) response.write(body);
  const heardOut = AbortSignal.timeout(lingerMs);
  request.resume();
  await Promise.race([once(request, "end", { signal: heardOut }), once(request, "close", { signal: heardOut })]).catch(
    () => {},
  );
  response.end();
}

/** Reads on for one turn: a body that came with its head need not cost its client the connection. */
async function passOver(request: IncomingMessage): Promise<void> {
  request.resume();
  await new Promise((turn) => setImmediate(turn));
}

/** Ends a stream that nobody will read, so that its call is settled. */
async function discard(body: GatewayAnswer["body"]): Promise<void> {
  if (body === null || Buffer.isBuffer(body)) return;
  await (body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>).return?.();
}
