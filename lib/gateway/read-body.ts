import { AppError } from "../errors";

/** The largest request body that is let through: media in base64 included. */
const maxBodyBytes = 25 * 1024 * 1024;

/**
 * Reads a request's body to its end.
 * @throws AppError `too_large` as soon as it is known, `invalid_request` when it is encoded or ends before its time.
 */
export async function readBody({
  chunks,
  contentLength,
  contentEncoding,
}: {
  chunks: AsyncIterable<Uint8Array>;
  contentLength: string | null | undefined;
  contentEncoding: string | null | undefined;
}): Promise<Buffer> {
  if (contentEncoding && contentEncoding !== "identity") {
    throw new AppError(
      "invalid_request",
      "The request body is compressed. Send it unencoded: its use could not be metered.",
    );
  }
  if (Number(contentLength ?? 0) > maxBodyBytes) throw tooLarge();

  const read: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > maxBodyBytes) throw tooLarge();
      read.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("invalid_request", "The upload ended before its time.", { cause });
  }
  return Buffer.concat(read);
}

function tooLarge(): AppError {
  return new AppError("too_large", `The request body is larger than ${maxBodyBytes / 1024 / 1024} MB.`);
}
