import { z } from "zod";
import { AppError } from "../errors";
import type { Json } from "./json";
import { listMembers } from "./json-edit";
import { Cut, JsonOutline } from "./json-outline";
import { LargeBody } from "./large-body";

/** What a client sends: in memory, or on disk where it is large. */
export type RequestBody = Buffer | LargeBody;

/** A number of tokens or answers, as requests state it. */
export const count = z.number().int().min(0).max(1_000_000_000);

/** The same where it may be written as a text, as JSON of protocol buffers may (ProtoJSON). */
export const protoCount = z.union([count, z.string().regex(/^\d{1,9}$/, { error: "Invalid input: expected number" })]);

/** Beyond this no limit has room. Larger numbers would not be whole ones any more. */
const maxOutputBound = 1_000_000_000_000;

/** The most output that a request allows, as a number that can be reserved. */
export function reservable(bound: number | null): number | null {
  return bound === null ? null : Math.min(bound, maxOutputBound);
}

/** @throws AppError `invalid_request` when the body is no JSON object or a field that metering reads has a wrong type. */
export function readJson<Fields extends z.ZodObject>(
  body: RequestBody,
  fields: Fields,
): z.output<Fields> & Record<string, unknown> {
  if (body instanceof LargeBody) {
    const outline = outlineOf(body);
    const parsed = requireShort(outline.parse() as Json, fields);
    refuseDoubled(outline.text);
    return checked(parsed, fields);
  }
  const text = body.toString("utf8");
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid_request", "The request body is not valid JSON.", { cause });
  }
  refuseDoubled(text);
  return checked(parsed, fields);
}

/** What decides whether a call is let through. */
const decisive = ["model", "background", "deferred"];
const quoted = decisive.map((name) => `"${name}"`);
/** Of letters that need none: a name may be written so. */
const escapedLetter = /\\u00[4-7]/i;

/** Of a member that is given twice one provider believes the first and another the last. */
function refuseDoubled(text: string): void {
  if (!quoted.some((name) => standsTwice(text, name)) && !escapedLetter.test(text)) return;
  const names = listMembers(text, 0).map(({ name }) => name);
  const doubled = decisive.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
  if (doubled) throw new AppError("invalid_request", `\`${doubled}\` is given twice.`);
}

function standsTwice(text: string, part: string): boolean {
  const first = text.indexOf(part);
  return first >= 0 && text.includes(part, first + 1);
}

/** Of a field that metering reads, all must be there to be read. */
function requireShort(parsed: Json, { shape }: z.ZodObject): Json {
  const cut = Object.keys(shape).find((name) => parsed[name] instanceof Cut);
  if (cut === undefined) return parsed;
  throw new AppError("invalid_request", `\`${cut}\` is too long.`);
}

/** The JSON text of a body, one character for each byte: of a large one its outline. @throws AppError as `readJson`. */
export function jsonText(body: RequestBody): string {
  return body instanceof LargeBody ? outlineOf(body).text : body.toString("latin1");
}

/** An edit of a body's JSON, in which one character stands for one byte. The body itself where nothing is changed. */
export function edited<Body extends RequestBody>(body: Body, edit: (text: string) => string): Body;
export function edited(body: RequestBody, edit: (text: string) => string): RequestBody {
  const given = jsonText(body);
  const text = edit(given);
  if (text === given) return body;
  return body instanceof LargeBody ? body.withContent(outlineOf(body).withText(text)) : Buffer.from(text, "latin1");
}

function outlineOf({ content }: LargeBody): JsonOutline {
  if (content instanceof JsonOutline) return content;
  throw new AppError("invalid_request", "The request body is not valid JSON.");
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
