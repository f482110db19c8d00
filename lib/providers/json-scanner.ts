import { AppError } from "../errors";

export type ValueKind = "object" | "list" | "text" | "atom";

/** What is told of a JSON document while it is read, in its order. Places are counted in bytes from its beginning. */
export type JsonVisitor = {
  /** Every byte of the document: those of `chunk` from `from` to before `to`. */
  bytes(chunk: Buffer, from: number, to: number): void;
  /** A member's name; null where it is too long to matter. */
  name(name: string | null): void;
  begin(kind: ValueKind, place: number): void;
  /** Of the text that began last: bytes as they stand there, or the code unit that an escape stands for. */
  text(chunk: Buffer, from: number, to: number): void;
  escape(codeUnit: number): void;
  /** The innermost open value ends before this place; an atom is told as it is written. */
  end(place: number, atom: string | null): void;
};

const mostDepth = 500;
const longestAtom = 400;
const longestName = 160;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const backslash = 0x5c;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const blank = 0x20;

/** Letters and marks of `true`, `false`, `null` and of numbers. */
const isOfAtom = Array.from({ length: 256 }, (_, byte) => /[a-zA-Z0-9.+-]/.test(String.fromCharCode(byte)));
const atoms = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const escaped: Record<string, string> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "/": "/" };

/** What may come next: a value or the end of its list, a name or the end of its object, and so on. */
type Expected = "value" | "value or end" | "name" | "name or end" | "colon" | "comma or end" | "nothing";

/**
 * Reads one JSON object of any length, fed in any pieces, and tells what stands where. It takes what `JSON.parse` takes:
 * whoever gets the same bytes must not read them otherwise.
 * @throws AppError `invalid_request` as soon as it is no JSON object, or one that is nested too deeply.
 */
export class JsonScanner {
  private expected: Expected = "value";
  /** For each object or list that is open whether it is a list. */
  private readonly open: boolean[] = [];
  private reading: "marks" | "name" | "text" | "atom" = "marks";
  private atom = "";
  /** What has come of an escape, without its backslash; null outside of one. */
  private escape: string | null = null;
  /** What has come of a name, as it is written. */
  private name: string | null = "";
  /** How many bytes came before this chunk. */
  private before = 0;

  constructor(private readonly visitor: JsonVisitor) {}

  push(given: Uint8Array): void {
    const chunk = Buffer.from(given.buffer, given.byteOffset, given.length);
    for (let at = 0; at < chunk.length; ) {
      if (this.reading === "marks") at = this.readMark(chunk, at);
      else if (this.reading === "atom") at = this.readAtom(chunk, at);
      else if (this.escape !== null) at = this.readEscape(chunk, at);
      else at = this.readText(chunk, at);
    }
    this.before += chunk.length;
  }

  end(): void {
    if (this.expected !== "nothing") throw malformed();
  }

  private readMark(chunk: Buffer, at: number): number {
    const byte = chunk[at] as number;
    if (byte > blank) return this.takeMark(byte, chunk, at);
    if (byte !== blank && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) throw malformed();
    this.visitor.bytes(chunk, at, at + 1);
    return at + 1;
  }

  private takeMark(byte: number, chunk: Buffer, at: number): number {
    const { expected } = this;
    const isList = this.open[this.open.length - 1] === true;
    if (byte === closeBracket || byte === closeBrace) {
      const isEnd = expected === "comma or end" || expected === (isList ? "value or end" : "name or end");
      if (!isEnd || isList !== (byte === closeBracket)) throw malformed();
      return this.close(chunk, at);
    }
    if (expected === "value" || expected === "value or end") return this.beginValue(byte, chunk, at);
    if (byte === quote && (expected === "name" || expected === "name or end")) {
      this.reading = "name";
      this.name = "";
    } else if (byte === colon && expected === "colon") this.expected = "value";
    else if (byte === comma && expected === "comma or end") this.expected = isList ? "value" : "name";
    else throw malformed();
    this.visitor.bytes(chunk, at, at + 1);
    return at + 1;
  }

  private close(chunk: Buffer, at: number): number {
    this.open.pop();
    this.visitor.bytes(chunk, at, at + 1);
    this.endValue(at + 1, null);
    return at + 1;
  }

  private beginValue(byte: number, chunk: Buffer, at: number): number {
    const kind = kindOf(byte);
    if (this.open.length === 0 && kind !== "object") throw notAnObject();
    this.visitor.begin(kind, this.before + at);
    if (kind === "atom") {
      this.reading = "atom";
      this.atom = "";
      return this.readAtom(chunk, at);
    }
    this.visitor.bytes(chunk, at, at + 1);
    if (kind === "text") this.reading = "text";
    else this.openValue(kind);
    return at + 1;
  }

  private openValue(kind: "object" | "list"): void {
    if (this.open.length === mostDepth) throw new AppError("invalid_request", "The request body is nested too deeply.");
    this.open.push(kind === "list");
    this.expected = kind === "list" ? "value or end" : "name or end";
  }

  /** `end`: in this chunk, the place after it. */
  private endValue(end: number, atom: string | null): void {
    this.reading = "marks";
    this.expected = this.open.length === 0 ? "nothing" : "comma or end";
    this.visitor.end(this.before + end, atom);
  }

  private readAtom(chunk: Buffer, start: number): number {
    let at = start;
    while (at < chunk.length && isOfAtom[chunk[at] as number]) at += 1;
    this.visitor.bytes(chunk, start, at);
    this.atom += chunk.toString("latin1", start, at);
    if (this.atom.length > longestAtom) throw malformed();
    if (at === chunk.length) return at;
    if (!atoms.test(this.atom)) throw malformed();
    this.endValue(at, this.atom);
    return at;
  }

  /** Of a text or a name, up to an escape, its end, or the end of this chunk; returns where that is. */
  private readText(chunk: Buffer, start: number): number {
    const { length } = chunk;
    let at = start;
    for (; at < length; at++) {
      const byte = chunk[at] as number;
      if (byte === quote || byte === backslash || byte < blank) break;
    }
    if (at > start) this.takeText(chunk, start, at);
    if (at === length) return at;

    const mark = chunk[at];
    if (mark !== quote && mark !== backslash) throw malformed();
    this.visitor.bytes(chunk, at, at + 1);
    if (mark === backslash) this.escape = "";
    else if (this.reading === "text") this.endValue(at + 1, null);
    else this.endName();
    return at + 1;
  }

  private takeText(chunk: Buffer, from: number, to: number): void {
    this.visitor.bytes(chunk, from, to);
    if (this.reading === "text") this.visitor.text(chunk, from, to);
    else this.addToName(chunk, from, to);
  }

  private addToName(chunk: Buffer, from: number, to: number): void {
    if (this.name === null) return;
    this.name = this.name.length + to - from > longestName ? null : this.name + chunk.toString("latin1", from, to);
  }

  private readEscape(chunk: Buffer, at: number): number {
    const given = (this.escape ?? "") + String.fromCharCode(chunk[at] as number);
    const character = given[0] === "u" ? characterOf(given) : escaped[given];
    if (character === undefined) throw malformed();
    this.visitor.bytes(chunk, at, at + 1);
    this.escape = character === null ? given : null;
    if (character === null) return at + 1;

    if (this.reading === "text") this.visitor.escape(character.charCodeAt(0));
    else if (this.name !== null) this.name = this.name.length > longestName ? null : `${this.name}\\${given}`;
    return at + 1;
  }

  private endName(): void {
    this.reading = "marks";
    this.expected = "colon";
    const written = this.name === null ? null : Buffer.from(`"${this.name}"`, "latin1").toString("utf8");
    this.visitor.name(written === null ? null : (JSON.parse(written) as string));
  }
}

function kindOf(byte: number): ValueKind {
  if (byte === openBrace) return "object";
  if (byte === openBracket) return "list";
  return byte === quote ? "text" : "atom";
}

/** The character of an escape by its number; null while it is not complete, undefined where it is none. */
function characterOf(given: string): string | null | undefined {
  if (!/^u[\da-fA-F]{0,4}$/.test(given)) return undefined;
  return given.length < 5 ? null : String.fromCharCode(Number.parseInt(given.slice(1), 16));
}

function malformed(): AppError {
  return new AppError("invalid_request", "The request body is not valid JSON.");
}

function notAnObject(): AppError {
  return new AppError("invalid_request", "The request body must be a JSON object.");
}
