import { AppError } from "../errors";

/** Where a page of a list ended, opaque to whoever gets it. */
export function encodeCursor(parts: string[]): string {
  return Buffer.from(parts.join(" ")).toString("base64url");
}

/** @throws AppError `invalid_request` for what `encodeCursor` did not make, judged by the patterns of its parts. */
export function decodeCursor(cursor: string, patterns: RegExp[]): string[] {
  const parts = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  if (parts.length === patterns.length && patterns.every((pattern, index) => pattern.test(parts[index] as string)))
    return parts;
  throw new AppError("invalid_request", "cursor is not one of ours.", { fields: { cursor: "is not one of ours" } });
}

export const cursorId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const cursorInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
