import type { IncomingMessage } from "node:http";
import { AppError } from "../errors";
import type { RequestBody } from "../providers/request-body";
import { type BodyReading, Upload } from "./upload";

/** The largest request body that is let through: media in base64 included. */
const maxBodyBytes = 25 * 1024 * 1024;

type Framing = { contentLength: string | null | undefined; contentEncoding: string | null | undefined };

/**
 * Reads the body of a `Request` to its end.
 * @throws AppError `too_large` as soon as it is known; `invalid_request` when it is encoded, ends before its time, or is a large
 * one that cannot be metered; `unavailable` when there is no room for a large one.
 */
export async function readBody(
  chunks: AsyncIterable<Uint8Array>,
  framing: Framing,
  reading: BodyReading,
): Promise<RequestBody> {
  const upload = uploadOf(framing, reading);
  try {
    for await (const chunk of chunks) {
      const stored = upload.push(chunk);
      if (stored) await stored;
    }
    return upload.end();
  } catch (cause) {
    upload.discard();
    throw cause instanceof AppError ? cause : endedEarly(cause);
  }
}

/**
 * Reads the body of a request of Node's server, by its events: that takes a quarter of the time.
 * @throws as `readBody`.
 */
export async function readNodeBody(request: IncomingMessage, reading: BodyReading): Promise<RequestBody> {
  const { "content-length": contentLength, "content-encoding": contentEncoding } = request.headers;
  const upload = uploadOf({ contentLength, contentEncoding }, reading);
  // The client may have left while its key was looked up: nothing more would tell of it.
  if (request.destroyed) throw endedEarly(request.errored);
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      request.off("data", take).pause();
      upload.discard();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      try {
        const stored = upload.push(chunk);
        if (stored) holdBack(request, stored).catch(fail);
      } catch (error) {
        fail(error);
      }
    };
    request.on("data", take);
    const breakOff = (cause?: unknown) => fail(endedEarly(cause));
    request.once("error", breakOff);
    request.once("close", breakOff);
    request.once("end", () => {
      request.off("close", breakOff);
      try {
        resolve(upload.end());
      } catch (error) {
        fail(error);
      }
    });
  });
}

/** Takes no more until what came has been stored. */
async function holdBack(request: IncomingMessage, stored: Promise<void>): Promise<void> {
  request.pause();
  await stored;
  request.resume();
}

function uploadOf({ contentLength, contentEncoding }: Framing, reading: BodyReading): Upload {
  if (contentEncoding && contentEncoding.trim().toLowerCase() !== "identity") {
    throw new AppError(
      "invalid_request",
      "The request body is compressed. Send it unencoded: its use could not be metered.",
    );
  }
  return new Upload({ mostBytes: maxBodyBytes, announcedBytes: Number(contentLength ?? 0), reading });
}

function endedEarly(cause: unknown): AppError {
  return new AppError("invalid_request", "The upload ended before its time.", { cause });
}
