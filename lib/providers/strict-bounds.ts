import { isUtf8 } from "node:buffer";
import { AppError } from "../errors";
import { findMember, listMembers, replaced, withMember } from "./json-edit";
import { Cut, JsonOutline } from "./json-outline";
import type { Form } from "./multipart";
import type { RequestBody } from "./request-body";

/** The most that a known model counts for one image, whatever its size (gpt-4o-mini: 2,833, and eight tiles of 5,667). */
const imageTokens = 50_000;

/** What may stand for one byte that is no UTF-8. */
const replacementBytes = 3;

/**
 * A token is at least one byte of the request; an image is what the model makes of it, however it is sent. `images`: how
 * many bytes of the request each of them takes. `hostTokens`: what the host may add.
 * @throws AppError `invalid_request` when more is in the request than can be looked at.
 */
export function inputBound(
  body: RequestBody,
  { images, hostTokens }: { images: number[]; hostTokens: number },
): number {
  const sent = images.reduce((sum, image) => sum + image, 0);
  return lengthOf(body) - sent + images.length * imageTokens + hostTokens;
}

/** The same of a form: its fields are text, its files images. */
export function formBound({ fields, files }: Form, hostTokens: number): number {
  const texts = [...fields].flatMap(([name, values]) => [name, ...values]);
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) + files.length * imageTokens + hostTokens;
}

function lengthOf(body: RequestBody): number {
  if (Buffer.isBuffer(body)) return isUtf8(body) ? body.length : Buffer.byteLength(body.toString("utf8"));
  if (!(body.content instanceof JsonOutline) || body.content.hidesObjects)
    throw unbounded("so many parts in a request");
  return body.content.isUtf8 ? body.length : body.length * replacementBytes;
}

/** What a text comes to beyond its own length in the request, where it is sent as base64: whatever it is read as, a byte may become three. */
export function encodedTextBound(data: unknown): number {
  const length = data instanceof Cut ? (data.media?.length ?? 0) : typeof data === "string" ? data.length : 0;
  return length * (replacementBytes - 1);
}

/** The length of base64 that may be left out of a bound by bytes: of anything else the provider might read text. */
export function base64Length(data: unknown): number {
  if (data instanceof Cut) return data.media?.isBase64 ? data.media.length : 0;
  return typeof data === "string" && /^[\w+/=-]*$/.test(data) ? data.length : 0;
}

/** The same of an image's address, which may hold the image itself. */
export function imageDataLength(url: unknown): number {
  if (url instanceof Cut) return url.media?.isImage ? url.media.length : 0;
  return typeof url === "string" && /^data:image\/[\w+.-]+;base64,[\w+/=-]*$/.test(url) ? url.length : 0;
}

/**
 * A field that is not known may add input that nobody sees: searches, stored conversations, files. Of one that is given
 * twice the provider may read another value than is read here. `from`: where the object begins.
 * @throws AppError `invalid_request`.
 */
export function refuseUnknownFields(text: string, from: number, known: Set<string>): void {
  const seen = new Set<string>();
  for (const { name, start, end } of listMembers(text, from)) {
    if (seen.has(name)) throw unbounded(`\`${name}\`, which is given twice`);
    seen.add(name);
    if (!known.has(name) && text.slice(start, end) !== "null") throw unbounded(`\`${shown(name)}\``);
  }
}

export function shown(name: unknown): string {
  return String(name).slice(0, 100);
}

/** `remedy`: what to do instead. */
export function unbounded(
  what: string,
  remedy = "Leave that out, or ask the agency for a plan that is not strict.",
): AppError {
  return new AppError(
    "invalid_request",
    `This client's plan is strict, so a call is let through only if the tokens that it can come to are known beforehand. They are not with ${what}. ${remedy}`,
  );
}

/** The object with this member no higher than `cap`; put in where there is none. `from`: where the object begins. */
export function withCap(text: string, from: number, { name, cap }: { name: string; cap: number }): string {
  const member = findMember(text, from, name);
  if (!member) return withMember(text, from, `"${name}":${cap}`);

  const given = text.slice(member.start, member.end);
  return /^\d/.test(given) && Number(given) <= cap ? text : replaced(text, member, String(cap));
}

export function fieldSet(names: string): Set<string> {
  return new Set(names.split(/\s+/));
}
