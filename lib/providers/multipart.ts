import { AppError } from "../errors";
import { heldCopy } from "./held-bytes";

/** The fields of a form by name, and its files by their size. */
export type Form = { fields: Map<string, string[]>; files: { name: string; size: number }[] };

const longestBoundary = 70;
const longestHeaders = 16_384;
/** Of a field's value, and of all of them together. */
const keptValueBytes = 65_536;
const keptBytes = 262_144;
const mostParts = 1_000;
const bytesAtOnce = 65_536;

const lineEnd = "\r\n";

/** @throws AppError `invalid_request` when the content type names none. */
export function boundaryOf(contentType: string | null): string {
  const match = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType ?? "");
  const boundary = match?.[1] ?? match?.[2] ?? "";
  if (boundary === "" || boundary.length > longestBoundary) {
    throw new AppError("invalid_request", "The content type of the form names no boundary.");
  }
  return boundary;
}

type Part = { name: string; isFile: boolean; size: number; kept: Buffer[]; keptSize: number };

/**
 * Reads a form, fed in any pieces, in bounded memory: the beginning of each field's value, of files only their size.
 * Source: RFC 7578 and RFC 2046, 5.1.
 */
export class MultipartReader {
  private readonly delimiter: Buffer;
  private readonly form: Form = { fields: new Map(), files: [] };
  /** What is not decided yet: it may hold the beginning of a delimiter, or of a part's headers. */
  private pending: Buffer = Buffer.from(lineEnd);
  private state: "preamble" | "headers" | "part" | "end" = "preamble";
  private part: Part | null = null;
  private parts = 0;
  private keptSize = 0;

  constructor(boundary: string) {
    this.delimiter = heldCopy(Buffer.from(`${lineEnd}--${boundary}`, "latin1"));
  }

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; at += bytesAtOnce) {
      this.append(bytes.subarray(at, at + bytesAtOnce));
      while (this.takeNext());
      // A copy: a view would hold on to all of the bytes that came with it.
      this.pending = heldCopy(this.pending);
    }
  }

  /** Where nothing that is pending goes on in the piece, it is what comes next: without a copy of it. */
  private append(piece: Buffer): void {
    const reach = this.delimiter.length + lineEnd.length;
    const seam = Buffer.concat([this.pending, piece.subarray(0, reach)]);
    const place = seam.indexOf(this.delimiter);
    const goesOn = place >= 0 && place < this.pending.length;
    if (this.state === "headers" || goesOn || piece.length < reach) {
      this.pending = Buffer.concat([this.pending, piece]);
    } else {
      this.addToPart(this.pending);
      this.pending = piece;
    }
  }

  /** Takes one part of the form's grammar; returns whether there may be another. */
  private takeNext(): boolean {
    if (this.state === "headers") return this.takeHeaders();
    if (this.state !== "end") return this.takeBody();
    this.pending = nothing;
    return false;
  }

  /** @throws AppError `invalid_request` when the form did not come to its end. */
  end(): Form {
    if (this.state !== "end") throw malformed("it ends before its last boundary");
    return this.form;
  }

  /** Up to the next delimiter. Returns whether it was there. */
  private takeBody(): boolean {
    const at = this.pending.indexOf(this.delimiter);
    const end = at + this.delimiter.length;
    if (at < 0) {
      this.passTo(Math.max(0, this.pending.length - this.delimiter.length + 1));
      return false;
    }
    if (this.pending.length < end + 2) {
      this.passTo(at);
      return false;
    }
    // Only a line of its own, or the last mark, makes a delimiter of it.
    if (!["--", lineEnd].includes(this.pending.toString("latin1", end, end + 2))) {
      this.passTo(end);
      return true;
    }
    this.passTo(at);
    this.endPart();
    this.pending = this.pending.subarray(this.delimiter.length);
    this.state = "headers";
    return true;
  }

  private passTo(end: number): void {
    this.addToPart(this.pending.subarray(0, end));
    this.pending = this.pending.subarray(end);
  }

  /** What stands behind a delimiter: the end of the form, or the headers of a part. Returns whether all of it was there. */
  private takeHeaders(): boolean {
    if (this.pending.length < 2) return false;
    if (this.pending.toString("latin1", 0, 2) === "--") {
      this.state = "end";
      return true;
    }
    const end = this.pending.indexOf(lineEnd + lineEnd);
    if (end > longestHeaders || (end < 0 && this.pending.length > longestHeaders))
      throw malformed("a part\u2019s headers are too long");
    if (end < 0) return false;
    this.beginPart(this.pending.toString("utf8", 0, end));
    this.pending = this.pending.subarray(end + 2 * lineEnd.length);
    this.state = "part";
    return true;
  }

  private beginPart(headers: string): void {
    this.parts += 1;
    if (this.parts > mostParts) throw malformed("it has too many parts");
    const disposition = /^content-disposition:\s*form-data\b(.*)$/im.exec(headers)?.[1];
    const parameters = new Map<string, string>();
    for (const [, name = "", value = ""] of (disposition ?? "").matchAll(
      /;\s*([\w*-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)/g,
    )) {
      parameters.set(name.toLowerCase(), value.replace(/^"|"$/g, "").replace(/\\(.)/g, "$1"));
    }
    const name = parameters.get("name");
    if (name === undefined) throw malformed("a part has no name");
    const isFile = parameters.has("filename") || parameters.has("filename*");
    this.part = { name, isFile, size: 0, kept: [], keptSize: 0 };
  }

  private addToPart(bytes: Buffer): void {
    const { part } = this;
    if (!part) return;
    part.size += bytes.length;
    if (part.isFile) return;
    const room = Math.min(keptValueBytes - part.keptSize, keptBytes - this.keptSize);
    const kept = bytes.subarray(0, Math.max(0, room));
    if (kept.length > 0) part.kept.push(heldCopy(kept));
    part.keptSize += kept.length;
    this.keptSize += kept.length;
  }

  private endPart(): void {
    const { part } = this;
    this.part = null;
    if (!part) return;
    if (part.isFile) {
      this.form.files.push({ name: part.name, size: part.size });
      return;
    }
    const value = Buffer.concat(part.kept).toString("utf8");
    this.form.fields.set(part.name, [...(this.form.fields.get(part.name) ?? []), value]);
  }
}

const nothing: Buffer = Buffer.alloc(0);

function malformed(why: string): AppError {
  return new AppError("invalid_request", `The form cannot be read: ${why}.`);
}
