import { ignored, leading, leadingDepth, naming, sealed, wanted } from "./answer-members";
import { decoded, KeptBytes, keptCharacters } from "./cut-text";
import type { Json } from "./json";

/** What is kept of one object, in values and characters, and apart from that of what is wanted: a loop may have many passes. */
const keptValues = 400;
const wantedValues = 4_000;
const longestName = 300;
const longestAtom = 40;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

type Frame = {
  value: Json | unknown[];
  name: string | null;
  isWanted: boolean;
  /** Whether what is wanted may stand here: at the top, and in what leads on from there. */
  leadsOn: boolean;
};
type Allowance = { values: number; characters: number };
/** A text that is being read: its first bytes, and how many more there were. */
type Text = { kept: KeptBytes; limit: number; dropped: number; isCounted: boolean };

/** An object of which long texts are cut and most of many values left out; `cutLength` bytes of text are missing. */
type Found = (object: Json, cutLength: number) => void;

/**
 * Reads JSON of any length, fed in any pieces, in bounded memory: one object, an array of them, or one after the other, on
 * lines of their own or not. Of each it keeps what metering needs: all of `usage` and its like where providers put them, and the
 * beginning of the texts. It never fails: what is no JSON is passed over, and an object that does not end is not found.
 */
export class JsonSieve {
  private frames: Frame[] = [];
  /** How deep it is in values of which nothing is kept. */
  private skipped = 0;
  private isInRootArray = false;
  private text: Text | null = null;
  private isEscaped = false;
  private isInText = false;
  private atom = "";
  /** A text that may be a member's name: a colon tells. */
  private lastText: string | null = null;
  private ordinary: Allowance = { values: 0, characters: 0 };
  private reserved: Allowance = { values: 0, characters: 0 };
  private cutLength = 0;

  constructor(private readonly found: Found) {}

  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let at = 0;
    while (at < bytes.length) {
      if (this.isInText) at = this.readText(bytes, at);
      else {
        this.readMark(bytes[at] as number);
        at += 1;
      }
    }
  }

  /** What has not ended by now is not found. */
  end(): void {
    this.frames = [];
    this.text = null;
  }

  private readMark(byte: number): void {
    switch (byte) {
      case quote:
        this.endAtom();
        this.openText();
        return;
      case openBrace:
        this.open({});
        return;
      case openBracket:
        this.open([]);
        return;
      case closeBrace:
      case closeBracket:
        this.endAtom();
        this.endText();
        this.close();
        return;
      case colon:
        this.takeName();
        return;
      case comma:
      case 0x20:
      case 0x0a:
      case 0x0d:
      case 0x09:
        this.endAtom();
        if (byte === comma) this.endText();
        return;
      default:
        if (this.skipped === 0 && this.frames.length > 0 && this.atom.length < longestAtom)
          this.atom += String.fromCharCode(byte);
    }
  }

  /** Up to the end of the text or of these bytes; returns where that is. */
  private readText(bytes: Buffer, start: number): number {
    const { length } = bytes;
    let at = start;
    let nextQuote = -1;
    let nextBackslash = -1;
    while (at < length) {
      if (this.isEscaped) {
        this.isEscaped = false;
        at += 1;
        continue;
      }
      if (nextQuote < at) nextQuote = placeOf(quote, bytes, at);
      if (nextBackslash < at) nextBackslash = placeOf(backslash, bytes, at);
      if (nextBackslash < nextQuote) {
        this.isEscaped = true;
        at = nextBackslash + 1;
        continue;
      }
      this.keep(bytes, start, nextQuote);
      if (nextQuote === length) return length;
      this.isInText = false;
      this.closeText();
      return nextQuote + 1;
    }
    this.keep(bytes, start, length);
    return length;
  }

  private keep(bytes: Buffer, start: number, end: number): void {
    if (!this.text) return;
    const length = Math.min(this.text.limit - this.text.kept.length, end - start);
    if (length > 0) this.text.kept.add(bytes.subarray(start, start + length));
    this.text.dropped += end - start - length;
  }

  private openText(): void {
    this.endText();
    this.isInText = true;
    this.isEscaped = false;
    this.text = null;
    const frame = this.frames.at(-1);
    if (this.skipped > 0 || !frame) return;
    const isName = !Array.isArray(frame.value) && frame.name === null;
    const isIgnored = frame.name !== null && ignored.has(frame.name) && !frame.isWanted;
    const isNaming = isName || isIgnored || (frame.name !== null && naming.has(frame.name));
    const { characters } = this.allowanceOf(frame);
    this.text = {
      kept: new KeptBytes(),
      limit: isNaming ? longestName : characters,
      dropped: 0,
      isCounted: !isNaming,
    };
  }

  private closeText(): void {
    const text = this.text;
    this.text = null;
    const frame = this.frames.at(-1);
    if (!text || !frame) return;
    if (frame.name !== null && sealed.has(frame.name) && !frame.isWanted) {
      this.put(text.kept.length + text.dropped);
      return;
    }
    if (text.isCounted) {
      this.allowanceOf(frame).characters -= text.kept.length;
      this.cutLength += text.dropped;
    }
    this.lastText = decoded(text.kept.toString(), text.dropped > 0);
  }

  private takeName(): void {
    const frame = this.frames.at(-1);
    if (this.skipped > 0 || !frame || Array.isArray(frame.value)) return;
    frame.name = this.lastText;
    this.lastText = null;
  }

  /** A text that no colon followed is a value. */
  private endText(): void {
    if (this.lastText === null) return;
    const text = this.lastText;
    this.lastText = null;
    this.put(text);
  }

  private endAtom(): void {
    if (this.atom === "") return;
    const atom = this.atom;
    this.atom = "";
    const value = atomOf(atom);
    if (value !== undefined) this.put(value);
  }

  private open(value: Json | unknown[]): void {
    this.endAtom();
    this.endText();
    const frame = this.frames.at(-1);
    if (this.skipped > 0) this.skipped += 1;
    else if (!frame) this.openRoot(value);
    else if (this.isKept(frame)) {
      const name = frame.name;
      this.put(value);
      this.frames.push({
        value,
        name: null,
        isWanted: frame.isWanted || (frame.leadsOn && name !== null && wanted.has(name)),
        leadsOn: frame.leadsOn && this.frames.length < leadingDepth && (name === null || leading.has(name)),
      });
    } else {
      frame.name = null;
      this.skipped = 1;
    }
  }

  private openRoot(value: Json | unknown[]): void {
    if (!Array.isArray(value)) {
      this.ordinary = { values: keptValues, characters: keptCharacters };
      this.reserved = { values: wantedValues, characters: keptCharacters };
      this.cutLength = 0;
      this.frames = [{ value, name: null, isWanted: false, leadsOn: true }];
    } else if (this.isInRootArray) this.skipped = 1;
    else this.isInRootArray = true;
  }

  private close(): void {
    if (this.skipped > 0) {
      this.skipped -= 1;
      return;
    }
    const frame = this.frames.pop();
    if (!frame) this.isInRootArray = false;
    else if (this.frames.length === 0) this.found(frame.value as Json, this.cutLength);
  }

  /** Whether a list or an object that begins here is kept. */
  private isKept(frame: Frame): boolean {
    const { name } = frame;
    if (!frame.isWanted && name !== null) {
      if (ignored.has(name)) return false;
      if (frame.leadsOn && wanted.has(name)) return this.reserved.values > 0;
      if (frame.leadsOn && leading.has(name)) return true;
    }
    return this.allowanceOf(frame).values > 0;
  }

  private put(value: unknown): void {
    const frame = this.frames.at(-1);
    if (this.skipped > 0 || !frame) return;
    const allowance = this.allowanceOf(frame);
    const isSpared =
      frame.name !== null &&
      (naming.has(frame.name) || (frame.leadsOn && (wanted.has(frame.name) || leading.has(frame.name))));
    if (allowance.values <= 0 && !isSpared) {
      frame.name = null;
      return;
    }
    allowance.values -= 1;
    if (Array.isArray(frame.value)) frame.value.push(value);
    else {
      if (frame.name !== null && frame.name !== "__proto__") frame.value[frame.name] = value;
      frame.name = null;
    }
  }

  private allowanceOf(frame: Frame): Allowance {
    return frame.isWanted ? this.reserved : this.ordinary;
  }
}

function placeOf(byte: number, bytes: Buffer, from: number): number {
  const found = bytes.indexOf(byte, from);
  return found < 0 ? bytes.length : found;
}

function atomOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
