import type { Readable } from "node:stream";
import { EventSplitter } from "../providers/sse";
import type { UsageReader } from "../providers/types";
import { ChunkReader } from "./chunk-reader";
import { endWithClient } from "./client-leaving";

/** What became of an answer on its way to the client. */
export type RelayEnd = { kind: "complete" } | { kind: "broken"; byClient: boolean; cause: unknown };

type Relayed = {
  body: Readable;
  reader: UsageReader;
  /**
   * Tells the events that are kept from the client, all of which tell of `"usage"`; null when all are passed on, byte for byte
   * and at once.
   */
  hidden: ((data: string) => boolean) | null;
  clientGone: AbortSignal;
  /** A stream ends when its client leaves; a plain answer is read to its end. */
  endsWithClient: boolean;
  ended(end: RelayEnd): Promise<void>;
};

/**
 * Passes an answer on chunk by chunk as it comes, with a copy to the usage reader. `ended` is awaited before the client
 * sees the end, on every path: also when the client leaves before anybody has begun to read.
 */
export async function startRelay(relayed: Relayed): Promise<AsyncGenerator<Uint8Array, void, void>> {
  const chunks = relay(relayed);
  // Up to its first `yield`: only a generator that has begun runs its `finally` when it is ended.
  await chunks.next();
  if (relayed.endsWithClient) endWithClient(chunks, relayed.clientGone);
  return chunks;
}

async function* relay({ body, reader, hidden, clientGone, ended }: Relayed): AsyncGenerator<Uint8Array, void, void> {
  const splitter = hidden ? new EventSplitter() : null;
  let end: RelayEnd = { kind: "broken", byClient: true, cause: null };
  try {
    yield nothing;
    const source = new ChunkReader(body);
    try {
      for (let chunk = await source.next(); chunk !== null; chunk = source.take() ?? (await source.next())) {
        reader.push(chunk);
        const behind = reader.behind?.();
        if (behind) await behind;
        if (!splitter || !hidden || (splitter.isBetweenEvents && isOfNoUse(chunk))) {
          yield chunk;
          continue;
        }
        const shown = splitter.push(chunk).filter(({ data }) => !hidden(data));
        if (shown.length > 0) yield joined(shown.map(({ bytes }) => bytes));
      }
    } finally {
      source.close();
    }
    end = { kind: "complete" };
    if (splitter && hidden) {
      const rest = splitter.end().filter(({ data }) => !hidden(data));
      if (rest.length > 0) yield joined(rest.map(({ bytes }) => bytes));
    }
  } catch (cause) {
    end = { kind: "broken", byClient: clientGone.aborted, cause };
    throw cause;
  } finally {
    await ended(end);
  }
}

const nothing = Buffer.alloc(0);
const usageName = '"usage"';
const LF = 10;

/** Whole events, none of which is to be hidden: nearly all of a stream, which need not be taken apart for it. */
function isOfNoUse(chunk: Buffer): boolean {
  return chunk.at(-1) === LF && chunk.at(-2) === LF && !chunk.includes(usageName);
}

function joined(parts: Buffer[]): Buffer {
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}
