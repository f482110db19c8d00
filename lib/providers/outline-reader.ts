import { randomBytes } from "node:crypto";
import { AppError } from "../errors";
import { heldBytes } from "./held-bytes";
import { Cut, JsonOutline } from "./json-outline";
import { JsonScanner, type JsonVisitor, type ValueKind } from "./json-scanner";
import { MediaCheck } from "./media-check";
import { type TextCount, TextTally } from "./text-tally";

/** How much is kept of what is long: where the tokens are to be bounded, parts are looked at one by one. */
export type Closeness = { mostBytes: number; isExact: boolean };

/** Texts up to this length are kept; longer ones where they count as input, as much in all as may come to be counted. */
const shortText = 512;
const keptText = 48_000;
/** Members up to this length are kept, so many bytes in all. */
const shortMember = 1_024;
const shortMembers = 64_000;
const firstBytes = 4_096;

/**
 * Makes the outline of a JSON object that is fed in any pieces, in bounded memory.
 * @throws AppError `invalid_request` as `JsonScanner` does, and when an object has too many members.
 */
export class OutlineReader {
  private readonly writer: OutlineWriter;
  private readonly scanner: JsonScanner;
  private readonly decoder: TextDecoder | null;
  private isUtf8: boolean;

  constructor({ mostBytes, isExact }: Closeness) {
    this.writer = new OutlineWriter({ mostBytes, isExact });
    this.scanner = new JsonScanner(this.writer);
    this.decoder = isExact ? new TextDecoder("utf-8", { fatal: true }) : null;
    this.isUtf8 = isExact;
  }

  push(chunk: Uint8Array): void {
    this.scanner.push(chunk);
    this.decode(chunk);
  }

  end(): JsonOutline {
    this.scanner.end();
    this.decode(null);
    return this.writer.outline(this.isUtf8);
  }

  private decode(chunk: Uint8Array | null): void {
    if (!this.decoder || !this.isUtf8) return;
    try {
      if (chunk) this.decoder.decode(chunk, { stream: true });
      else this.decoder.decode();
    } catch {
      this.isUtf8 = false;
    }
  }
}

/** Where a value begins: in the document, and in what is kept of it. */
type Begun = { start: number; keptBefore: number; isLeftOut: boolean };
type Member = Begun & { kind: ValueKind; cutsBefore: number; tally: TextTally };
type Text = Begun & { mostKept: number; isCounted: boolean; before: TextCount; media: MediaCheck | null };

class OutlineWriter implements JsonVisitor {
  private readonly mark = `cut:${randomBytes(9).toString("hex")}:`;
  private kept = heldBytes(firstBytes);
  private length = 0;
  private readonly cuts: Cut[] = [];
  private depth = 0;
  private spareText = keptText;
  /** How much may still be kept of long members. */
  private spare: number;
  /** The member of the whole that is being read, and in it the text. */
  private member: Member | null = null;
  private textRead: Text | null = null;

  constructor(private readonly closeness: Closeness) {
    this.spare = closeness.mostBytes;
  }

  outline(isUtf8: boolean): JsonOutline {
    return new JsonOutline(this.kept.toString("latin1", 0, this.length), this.mark, this.cuts, isUtf8);
  }

  bytes(chunk: Buffer, from: number, to: number): void {
    const { member, textRead } = this;
    if (member?.isLeftOut || textRead?.isLeftOut) return;
    if (textRead && this.length - textRead.keptBefore + to - from > textRead.mostKept) this.leaveOut(textRead);
    else if (member && this.length - member.keptBefore + to - from > Math.max(shortMember, this.spare))
      this.leaveOut(member);
    else this.keep(chunk, from, to);
  }

  name(name: string | null): void {
    this.member?.tally.name(name);
  }

  begin(kind: ValueKind, start: number): void {
    const begun = { start, keptBefore: this.length, isLeftOut: false };
    if (this.depth === 1) this.member = { ...begun, kind, cutsBefore: this.cuts.length, tally: new TextTally() };
    const tally = this.member?.tally;
    if (kind === "text" && tally) {
      const { isCounted } = tally;
      const mostKept = isCounted ? Math.max(shortText, this.spareText) : shortText;
      const media = this.closeness.isExact && !isCounted ? new MediaCheck() : null;
      this.textRead = { ...begun, mostKept, isCounted, before: { ...tally.count }, media };
      tally.beginText();
    } else if (kind !== "atom") {
      tally?.open(kind === "list");
      this.depth += 1;
    }
  }

  text(chunk: Buffer, from: number, to: number): void {
    this.member?.tally.text(to - from);
    this.textRead?.media?.text(chunk, from, to);
  }

  escape(codeUnit: number): void {
    this.member?.tally.escape(codeUnit);
    this.textRead?.media?.escape(codeUnit);
  }

  end(end: number, atom: string | null): void {
    const { member, textRead } = this;
    if (textRead && member) this.endText(textRead, member, end);
    else if (atom !== null) member?.tally.atom(/^[-\d]/.test(atom));
    else {
      this.depth -= 1;
      if (this.depth > 0) member?.tally.close();
    }
    if (this.depth === 1 && member) this.endMember(member, end);
  }

  private endText(text: Text, { tally, isLeftOut }: Member, end: number): void {
    this.textRead = null;
    const { start, isCounted, media, before } = text;
    if (text.isLeftOut && !isLeftOut) {
      const { bytes, media: counted } = tally.count;
      const count = { texts: isCounted ? 1 : 0, bytes: bytes - before.bytes, media: counted - before.media };
      this.cut(
        new Cut({
          start,
          end,
          count,
          media: media?.found() ?? null,
          list: null,
          hasObjects: false,
          namesModels: false,
        }),
      );
    }
    const kept = this.length - text.keptBefore;
    // Where one is missing, the others are not counted one by one either.
    if (isCounted && text.isLeftOut) this.spareText = 0;
    else if (isCounted && kept > shortText) this.spareText -= kept;
  }

  private endMember({ start, keptBefore, kind, tally, isLeftOut }: Member, end: number): void {
    this.member = null;
    const kept = this.length - keptBefore;
    if (kept > shortMember) this.spare -= kept;
    if (!isLeftOut) return;
    const { count, elements, beginsWithNumber, hasObjects, namesModels } = tally;
    const list = kind === "list" ? { length: elements, beginsWithNumber } : null;
    this.cut(new Cut({ start, end, count, media: null, list, hasObjects, namesModels }));
  }

  /** Of what is left out nothing is kept, nor of what was left out in it. */
  private leaveOut(value: Begun & { cutsBefore?: number }): void {
    value.isLeftOut = true;
    this.length = value.keptBefore;
    if (value.cutsBefore !== undefined) this.cuts.length = value.cutsBefore;
    this.makeRoom(firstBytes);
  }

  private cut(cut: Cut): void {
    const mark = Buffer.from(`"${this.mark}${this.cuts.length}"`);
    this.cuts.push(cut);
    this.keep(mark, 0, mark.length);
  }

  /** For as much as is kept and as much again: not for what was left out. */
  private makeRoom(bytes: number): void {
    const kept = heldBytes(Math.max(firstBytes, this.length + bytes));
    kept.set(this.kept.subarray(0, this.length));
    this.kept = kept;
  }

  private keep(chunk: Buffer, from: number, to: number): void {
    const needed = this.length + to - from;
    if (needed > this.closeness.mostBytes + shortMembers) {
      throw new AppError("invalid_request", "The request body has too many members.");
    }
    if (needed > this.kept.length) this.makeRoom(needed);
    chunk.copy(this.kept, this.length, from, to);
    this.length = needed;
  }
}
