import { brotliDecompressSync, constants, gunzipSync, inflateSync, zstdDecompressSync } from "node:zlib";
import type { HeaderFields, UsageReader, UsageReport } from "./types";

/** More of an encoded answer is not kept: its use is then estimated. */
const keptBytes = 8_000_000;
const decodedBytes = 64_000_000;

/** An answer may have been broken off: what came of it is decoded. */
const zlibOptions = { maxOutputLength: decodedBytes, finishFlush: constants.Z_SYNC_FLUSH };

const decoders: Record<string, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => gunzipSync(bytes, zlibOptions),
  "x-gzip": (bytes) => gunzipSync(bytes, zlibOptions),
  deflate: (bytes) => inflateSync(bytes, zlibOptions),
  br: (bytes) =>
    brotliDecompressSync(bytes, {
      maxOutputLength: decodedBytes,
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
    }),
  zstd: (bytes) => zstdDecompressSync(bytes, { maxOutputLength: decodedBytes, finishFlush: constants.ZSTD_e_flush }),
};

/** The encoding of an answer; null when it came as it was asked for: unencoded. */
export function encodingOf(headers: HeaderFields): string | null {
  const encoding = String(headers["content-encoding"] ?? "identity").toLowerCase();
  return encoding === "identity" || encoding === "" ? null : encoding;
}

/**
 * Lets a reader read an answer that came encoded although the provider was asked not to. The client gets its bytes as they
 * are; the reader gets a decoded copy at the end.
 */
export function decodedFor(reader: UsageReader, encoding: string): UsageReader {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return {
    push: (chunk) => {
      size += chunk.length;
      if (size <= keptBytes) chunks.push(chunk);
    },
    end: (): UsageReport => {
      const decoded = size <= keptBytes ? decode(Buffer.concat(chunks), encoding) : null;
      if (decoded) reader.push(decoded);
      return reader.end();
    },
  };
}

function decode(bytes: Buffer, encoding: string): Buffer | null {
  try {
    return decoders[encoding]?.(bytes) ?? null;
  } catch {
    return null;
  }
}
