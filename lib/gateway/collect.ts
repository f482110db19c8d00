import { drainAfterClient } from "./client-leaving";
import type { GatewayAnswer } from "./failure";

/** A plain answer up to this size is read to its end before it is passed on, so that it can be settled first. */
export const collectedBytes = 1_000_000;

/**
 * Reads a plain answer to its end, unless it is large: then what has come is passed on, and the rest as it comes. When its
 * client has left, the rest is read all the same, as its use stands at the end.
 * @throws what the answer breaks off with before that.
 */
export async function collect({
  status,
  headers,
  chunks,
  clientGone,
}: {
  status: number;
  headers: Record<string, string>;
  chunks: AsyncGenerator<Uint8Array, void, void>;
  clientGone: AbortSignal;
}): Promise<GatewayAnswer> {
  const collected: Uint8Array[] = [];
  for (let size = 0; size <= collectedBytes; ) {
    const next = await chunks.next();
    if (next.done) {
      const body = Buffer.concat(collected);
      return { status, headers: { ...headers, "content-length": String(body.length) }, body };
    }
    collected.push(next.value);
    size += next.value.length;
  }
  return { status, headers, body: await drainAfterClient({ begun: collected, rest: chunks, clientGone }) };
}
