import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { keyDirectory } from "../keys/directory";
import { upstreamDirectory } from "../providers/upstreams";
import type { AnswerStream, GatewayAnswer } from "./answer";
import { Leaving } from "./client-gone";
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
  const clientGone = new Leaving();
  response.once("close", () => {
    if (!response.writableFinished) clientGone.leave();
  });
  const answer = await handleCall({
    method: request.method ?? "GET",
    url: request.url ?? "/",
    headers: request.headers,
    readBody: (reading) => readNodeBody(request, reading),
    clientGone,
  });
  await writeAnswer(answer, { request, response });
}

async function writeAnswer(
  { status, headers, body }: GatewayAnswer,
  { request, response }: { request: IncomingMessage; response: ServerResponse },
): Promise<void> {
  if (!request.complete) await passOver(request);
  if (!response.destroyed) {
    // A body that was refused unread must not be taken for the next request.
    if (!request.complete) response.setHeader("connection", "close");
    response.writeHead(status, headers);
  }
  if (body !== null && !Buffer.isBuffer(body)) await writeStream(body, response);
  else if (response.destroyed) return;
  else if (request.complete) response.end(body ?? undefined);
  else await endAfterUpload(body, { request, response });
}

async function writeStream(answer: AnswerStream, response: ServerResponse): Promise<void> {
  if (!response.destroyed) response.flushHeaders();
  response.on("drain", () => answer.resume());
  await answer.flowTo({
    write: (chunk) => response.destroyed || response.write(chunk),
    end: () => response.end(),
    // Or the answer would pass for complete.
    fail: () => response.destroy(),
  });
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
