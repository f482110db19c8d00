import { z } from "zod";
import { AppError } from "../errors";

/** A number of tokens or answers, as requests state it. */
export const count = z.number().int().min(0).max(1_000_000_000);

/** Beyond this no limit has room. Larger numbers would not be whole ones any more. */
const maxOutputBound = 1_000_000_000_000;

/** The most output that a request allows, as a number that can be reserved. */
export function reservable(bound: number | null): number | null {
  return bound === null ? null : Math.min(bound, maxOutputBound);
}

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function readJson<Fields extends z.ZodType>(
  bytes: Buffer,
  fields: Fields,
): z.output<Fields> & Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new AppError("invalid_request", "The request body is not valid JSON.", { cause });
  }
  return checked(parsed, fields);
}

/** @throws AppError `invalid_request` when a field that metering reads has a wrong type. */
export function checked<Fields extends z.ZodType>(
  parsed: unknown,
  fields: Fields,
): z.output<Fields> & Record<string, unknown> {
  const result = fields.safeParse(parsed);
  // What metering does not read stays as it is, without a copy.
  if (result.success) return parsed as z.output<Fields> & Record<string, unknown>;

  const issue = result.error.issues[0];
  const field = issue?.path.join(".");
  throw new AppError(
    "invalid_request",
    field ? `\`${field}\`: ${issue?.message}.` : "The request body must be a JSON object.",
  );
}
