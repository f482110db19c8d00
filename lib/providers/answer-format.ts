import { AppError } from "../errors";

/** Google's services take these with any call: which parts of an answer are sent, and in which format. */
const partial = new Set(["fields", "$fields"]);
const format = new Set(["alt", "$alt"]);
const readable = /^(?:json|sse)(?:;|$)/i;
const unreadable = /^application\/(?:x-)?(?:protobuf|grpc|msgpack|cbor)\b/i;

/**
 * An answer without its usage, or in a format that cannot be read here, would be used and not be counted.
 * @throws AppError `invalid_request`.
 */
export function requireReadableAnswer(query: string): void {
  if (query === "") return;
  for (const [name, value] of new URLSearchParams(query.replaceAll(";", "%3B"))) {
    const asked = name.toLowerCase();
    if (partial.has(asked) || (format.has(asked) && !readable.test(value))) throw notReadable(name);
  }
}

function notReadable(name: string): AppError {
  return new AppError(
    "invalid_request",
    `\`${name}\` is not let through like this: the use of such an answer could not be read.`,
  );
}

/** Whether what such an answer holds cannot be read here. */
export function isUnreadable(contentType: string): boolean {
  return unreadable.test(contentType);
}
