import { once } from "node:events";
import { pipeline, type Readable, type Transform } from "node:stream";
import { finished } from "node:stream/promises";
import { constants, createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from "node:zlib";
import type { HeaderFields, UsageReader, UsageReport } from "./types";

/** More is not decoded of one answer: a few bytes can stand for gigabytes. */
const decodedBytes = 1_000_000_000;
/** How far back an answer may refer, and so what is held of it: 2 to this power. */
const longestWindow = 23;

/** By encoding; `lenient` decodes what came of an answer that may have been broken off, where that is no failure. */
const decoders: Record<string, (lenient: boolean) => Transform> = {
  gzip: (lenient) => createGunzip(lenient ? zlibOptions : {}),
  "x-gzip": (lenient) => createGunzip(lenient ? zlibOptions : {}),
  deflate: (lenient) => createInflate(lenient ? zlibOptions : {}),
  br: (lenient) => createBrotliDecompress(lenient ? { finishFlush: constants.BROTLI_OPERATION_FLUSH } : {}),
  zstd: (lenient) =>
    createZstdDecompress({
      ...(lenient && { finishFlush: constants.ZSTD_e_flush }),
      params: { [constants.ZSTD_d_windowLogMax]: longestWindow },
    }),
};

const zlibOptions = { finishFlush: constants.Z_SYNC_FLUSH };

/** The encoding of an answer; null when it came as it was asked for: unencoded. */
export function encodingOf(headers: HeaderFields): string | null {
  const encoding = String(headers["content-encoding"] ?? "identity").toLowerCase();
  return encoding === "identity" || encoding === "" ? null : encoding;
}

/**
 * Lets a reader read an answer that came encoded although the provider was asked not to. The client gets its bytes as they
 * are; the reader gets a decoded copy as they come. Of an encoding that is not known it gets nothing, and says so.
 */
export function decodedFor(reader: UsageReader, encoding: string): UsageReader {
  const decoder = decoders[encoding]?.(true);
  if (decoder) return new DecodingReader(reader, decoder);
  return { push: () => {}, end: () => ({ ...reader.end(), isUnreadable: true }) };
}

/** What an encoded body says, as it comes; null of an encoding that is not known. What is no such encoding, or not all of it, fails on the way. */
export function decodedBody(body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, encoding: string): Readable | null {
  const decoder = decoders[encoding]?.(false);
  // Whoever reads the decoder is told of a failure.
  return decoder ? pipeline(body, decoder, () => {}) : null;
}

class DecodingReader implements UsageReader {
  private size = 0;
  private isFull = false;
  private hasFailed = false;

  constructor(
    private readonly reader: UsageReader,
    private readonly decoder: Transform,
  ) {
    decoder.on("data", (chunk: Buffer) => this.take(chunk));
    // What is no such encoding is passed on all the same; what came of it before has been read.
    decoder.on("error", () => {
      this.hasFailed = true;
    });
  }

  push(chunk: Uint8Array): void {
    if (!this.decoder.destroyed) this.isFull = !this.decoder.write(chunk);
  }

  behind(): Promise<void> | null {
    if (!this.isFull || this.decoder.destroyed) return null;
    const over = new AbortController();
    const { signal } = over;
    return Promise.race([once(this.decoder, "drain", { signal }), once(this.decoder, "close", { signal })])
      .catch(() => {})
      .then(() => over.abort());
  }

  async finish(): Promise<void> {
    if (this.decoder.destroyed) return;
    this.decoder.end();
    await finished(this.decoder).catch(() => {});
    this.decoder.destroy();
  }

  end(): UsageReport {
    return { ...this.reader.end(), ...(this.hasFailed && { isUnreadable: true }) };
  }

  private take(chunk: Buffer): void {
    this.size += chunk.length;
    if (this.size <= decodedBytes) {
      this.reader.push(chunk);
      return;
    }
    this.hasFailed = true;
    this.decoder.destroy();
  }
}
