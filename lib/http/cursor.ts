import { AppError } from "../errors";

/** Where a page of a list ended, opaque to whoever gets it. */
export function encodeCursor(parts: string[]): string {
  return Buffer.from(parts.join(" ")).toString("base64url");
}

/** Whether a part of a cursor can be one; a pattern is such. */
type PartRule = { test(part: string): boolean };

/** @throws AppError `invalid_request` for what `encodeCursor` did not make, judged by the rules of its parts. */
export function decodeCursor(cursor: string, rules: PartRule[]): string[] {
  const parts = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  if (parts.length === rules.length && rules.every((rule, index) => rule.test(parts[index] as string))) return parts;
  throw new AppError("invalid_request", "cursor is not one of ours.", { fields: { cursor: "is not one of ours" } });
}

export const cursorId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What looks like an instant may still be none, or one that the database cannot hold. */
export const cursorInstant: PartRule = {
  test: (part) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(part) && Date.parse(part) >= 0,
};
