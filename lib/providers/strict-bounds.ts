import { isUtf8 } from "node:buffer";
import { AppError } from "../errors";
import { findMember, listMembers, replaced, withMember } from "./json-edit";

/** What hosts put before a conversation of their own accord: a chat template, a system prompt, the frame of tools. */
const hostTokens = 1_024;
/** The most that a known model counts for one image, whatever its size (gpt-4o-mini: 2,833, and eight tiles of 5,667). */
const imageTokens = 50_000;

/** A token is at least one byte of the request; an image is what the model makes of it, however it is sent. */
export function inputBound(bytes: Buffer, images: string[]): number {
  const length = isUtf8(bytes) ? bytes.length : Buffer.byteLength(bytes.toString("utf8"));
  const sent = images.reduce((sum, image) => sum + image.length, 0);
  return length - sent + images.length * imageTokens + hostTokens;
}

/** Base64 that may be left out of a bound by bytes: of anything else the provider might read text. */
export function base64Of(data: unknown): string {
  return typeof data === "string" && /^[\w+/=-]*$/.test(data) ? data : "";
}

/** The same of an image's address, which may hold the image itself. */
export function imageDataOf(url: unknown): string {
  return typeof url === "string" && /^data:image\/[\w+.-]+;base64,[\w+/=-]*$/.test(url) ? url : "";
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

export function unbounded(what: string): AppError {
  return new AppError(
    "invalid_request",
    `This client's plan is strict, so a call is let through only if the tokens that it can come to are known beforehand. They are not with ${what}.`,
  );
}

/** The object with this member no higher than `cap`; put in where there is none. `from`: where the object begins. */
export function withCap(text: string, from: number, { name, cap }: { name: string; cap: number }): string {
  const member = findMember(text, from, name);
  if (!member) return withMember(text, from, `"${name}":${cap}`);

  const given = text.slice(member.start, member.end);
  return /^\d/.test(given) && Number(given) <= cap ? text : replaced(text, member, String(cap));
}

/** An edit of a body in which one character stands for one byte. The body itself where nothing is changed. */
export function edited(body: Buffer, edit: (text: string) => string): Buffer {
  const given = body.toString("latin1");
  const text = edit(given);
  return text === given ? body : Buffer.from(text, "latin1");
}

export function fieldSet(names: string): Set<string> {
  return new Set(names.split(/\s+/));
}
