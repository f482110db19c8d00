import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as TcpServer } from "node:net";
import { finished } from "node:stream/promises";

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What is left of a request after its answer has been cut off: it settles its call. */
const lastWordsMs = 5_000;

/** Counts the requests whose answers are not yet sent in full, so that a server can stop when they are. */
export class OpenRequests {
  private readonly open = new Set<Promise<void>>();

  track(handle: Handler): Handler {
    return async (request, response) => {
      const handled = handle(request, response).then(() => sent(response));
      this.open.add(handled);
      await handled.finally(() => this.open.delete(handled));
    };
  }

  get size(): number {
    return this.open.size;
  }

  async finished(): Promise<void> {
    while (this.open.size > 0) await Promise.allSettled(this.open);
  }
}

/** An answer that is written is still on its way to a client that reads slowly; one whose client has left is done with. */
async function sent(response: ServerResponse): Promise<void> {
  await finished(response).catch(() => {});
}

/**
 * Takes no new connections and lets the requests that have begun finish. Those that take longer than `timeoutMs` are cut off.
 */
export async function drain({
  server,
  requests,
  timeoutMs,
}: {
  server: Server;
  requests: OpenRequests;
  timeoutMs: number;
}): Promise<void> {
  // Not as an HTTP server closes: that would also cut off answers that are written and not yet sent.
  TcpServer.prototype.close.call(server);
  // A connection that is kept alive would bring ever new requests: each ends with the answer that it waits for.
  server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
  await within(requests.finished(), timeoutMs);
  server.closeAllConnections();
  await within(requests.finished(), lastWordsMs);
}

async function within(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
