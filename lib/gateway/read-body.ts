import type { IncomingMessage } from "node:http";
import { AppError } from "../errors";

/** The largest request body that is let through: media in base64 included. */
const maxBodyBytes = 25 * 1024 * 1024;

type Framing = { contentLength: string | null | undefined; contentEncoding: string | null | undefined };

/**
 * Reads the body of a `Request` to its end.
 * @throws AppError `too_large` as soon as it is known, `invalid_request` when it is encoded or ends before its time.
 */
export async function readBody(chunks: AsyncIterable<Uint8Array>, framing: Framing): Promise<Buffer> {
  requireReadable(framing);
  const body = new Upload();
  try {
    for await (const chunk of chunks) body.push(chunk);
  } catch (cause) {
    throw cause instanceof AppError ? cause : endedEarly(cause);
  }
  return body.whole();
}

/**
 * Reads the body of a request of Node's server, by its events: that takes a quarter of the time.
 * @throws as `readBody`.
 */
export async function readNodeBody(request: IncomingMessage): Promise<Buffer> {
  const { "content-length": contentLength, "content-encoding": contentEncoding } = request.headers;
  requireReadable({ contentLength, contentEncoding });
  // The client may have left while its key was looked up: nothing more would tell of it.
  if (request.destroyed) throw endedEarly(request.errored);
  const body = new Upload();
  return await new Promise((resolve, reject) => {
    const take = (chunk: Buffer) => {
      try {
        body.push(chunk);
      } catch (error) {
        request.off("data", take).pause();
        reject(error);
      }
    };
    request.on("data", take);
    const breakOff = (cause?: unknown) => reject(endedEarly(cause));
    request.once("error", breakOff);
    request.once("close", breakOff);
    request.once("end", () => {
      request.off("close", breakOff);
      resolve(body.whole());
    });
  });
}

class Upload {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;

  /** @throws AppError `too_large`. */
  push(chunk: Uint8Array): void {
    this.size += chunk.length;
    if (this.size > maxBodyBytes) throw tooLarge();
    this.chunks.push(chunk);
  }

  whole(): Buffer {
    const [first] = this.chunks;
    return this.chunks.length === 1 && Buffer.isBuffer(first) ? first : Buffer.concat(this.chunks);
  }
}

function requireReadable({ contentLength, contentEncoding }: Framing): void {
  if (contentEncoding && contentEncoding !== "identity") {
    throw new AppError(
      "invalid_request",
      "The request body is compressed. Send it unencoded: its use could not be metered.",
    );
  }
  if (Number(contentLength ?? 0) > maxBodyBytes) throw tooLarge();
}

function endedEarly(cause: unknown): AppError {
  return new AppError("invalid_request", "The upload ended before its time.", { cause });
}

function tooLarge(): AppError {
  return new AppError("too_large", `The request body is larger than ${maxBodyBytes / 1024 / 1024} MB.`);
}
