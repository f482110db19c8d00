import { AppError } from "../errors";
import { heldCopy } from "./held-bytes";
import { malformed, type PartHead, readPartHead } from "./part-headers";

/** The fields of a form by name, and its files by their size. */
export type Form = { fields: Map<string, string[]>; files: { name: string; size: number }[] };

const longestHeaders = 16_384;
/** Of a field's value, and of all of them together. */
const keptValueBytes = 65_536;
const keptBytes = 262_144;
const mostParts = 1_000;
const bytesAtOnce = 65_536;

const lineEnd = "\r\n";
const CR = 13;
const LF = 10;

/** @throws AppError `invalid_request` unless the content type names one, of the characters that one may have. */
export function boundaryOf(contentType: string | null): string {
  const [given, ...more] = [...(contentType ?? "").matchAll(/\bboundary\b[\d*]*\s*=\s*(?:"([^"]*)"|([^\s;]*))/gi)];
  const boundary = given?.[1] ?? given?.[2] ?? "";
  if (more.length > 0 || !/^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary)) {
    throw new AppError("invalid_request", "The content type of the form names no boundary, or not one alone.");
  }
  return boundary;
}

type Part = PartHead & { size: number; kept: Buffer[]; keptSize: number };

/**
 * Reads a form, fed in any pieces, in bounded memory: the beginning of each field's value, of files only their size.
 * Source: RFC 7578 and RFC 2046, 5.1. What another reader could take for another form, as some take line feeds for line
 * ends, or read on behind the end, is refused.
 */
export class MultipartReader {
  /** Without the CR before it, which some do not ask for. */
  private readonly delimiter: Buffer;
  private readonly form: Form = { fields: new Map(), files: [] };
  /** What is not decided yet: it may hold the beginning of a delimiter, or of a part's headers. */
  private pending: Buffer = Buffer.from(lineEnd);
  private state: "preamble" | "headers" | "part" | "end" = "preamble";
  private part: Part | null = null;
  private parts = 0;
  private keptSize = 0;

  constructor(boundary: string) {
    this.delimiter = heldCopy(Buffer.from(`\n--${boundary}`, "latin1"));
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
    const goesOn = place >= 0 && place <= this.pending.length;
    if (this.state === "headers" || goesOn || piece.length < reach) {
      this.pending = Buffer.concat([this.pending, piece]);
    } else {
      this.pass(this.pending);
      this.pending = piece;
    }
  }

  /** Takes one part of the form's grammar; returns whether there may be another. */
  private takeNext(): boolean {
    if (this.state === "headers") return this.takeHeaders();
    if (this.state !== "end") return this.takeBody();
    this.pass(this.pending);
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
      this.passTo(Math.max(0, this.pending.length - this.delimiter.length));
      return false;
    }
    if (this.pending.length < end + 2) {
      this.passTo(Math.max(0, at - 1));
      return false;
    }
    // Of a line of its own, or with the last mark, everybody makes a delimiter.
    const isClear = ["--", lineEnd].includes(this.pending.toString("latin1", end, end + 2));
    if (!isClear || this.pending[at - 1] !== CR)
      throw malformed("a line begins with its boundary and does not end there");
    this.passTo(at - 1);
    this.endPart();
    this.pending = this.pending.subarray(1 + this.delimiter.length);
    this.state = "headers";
    return true;
  }

  private passTo(end: number): void {
    this.pass(this.pending.subarray(0, end));
    this.pending = this.pending.subarray(end);
  }

  /** Outside of its parts there is nothing in a form but the ends of lines. */
  private pass(bytes: Buffer): void {
    if (this.state === "part") this.addToPart(bytes);
    else if (bytes.some((byte) => byte !== CR && byte !== LF)) throw malformed("there is something beside its parts");
  }

  /** What stands behind a delimiter: the end of the form, or the headers of a part. Returns whether all of it was there. */
  private takeHeaders(): boolean {
    if (this.pending.length < 2) return false;
    if (this.pending.toString("latin1", 0, 2) === "--") {
      this.pending = this.pending.subarray(2);
      this.state = "end";
      return true;
    }
    const end = this.pending.indexOf(lineEnd + lineEnd);
    if (end > longestHeaders || (end < 0 && this.pending.length > longestHeaders))
      throw malformed("a part\u2019s headers are too long");
    const content = end + 2 * lineEnd.length;
    const line = this.delimiter.subarray(1);
    // Any content has a delimiter behind it, so that there is as much to come.
    if (end < 0 || this.pending.length < content + line.length) return false;
    if (this.pending.subarray(content).indexOf(line) === 0) throw malformed("a part ends where it begins");
    this.beginPart(this.pending.toString("utf8", 0, end));
    this.pending = this.pending.subarray(content);
    this.state = "part";
    return true;
  }

  private beginPart(headers: string): void {
    this.parts += 1;
    if (this.parts > mostParts) throw malformed("it has too many parts");
    this.part = { ...readPartHead(headers), size: 0, kept: [], keptSize: 0 };
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
