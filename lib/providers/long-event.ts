const LF = 10;
const CR = 13;
const blank = 0x20;

/** As much of a line as is looked at to tell its field. */
const headLength = "event:".length;
const longestName = 64;

type Taken = {
  /** The bytes of the `data` lines, joined as they are in a short event. */
  data: Buffer[];
  taken: number;
  ended: boolean;
};

/** One server-sent event that is too long to be held: fed in any pieces, its data is given back as it comes. */
export class LongEvent {
  private head = "";
  private field: "data" | "event" | "other" | null = null;
  private isLineEmpty = true;
  private isValueBegun = false;
  private hasData = false;
  /** Its bytes as characters, as one of several bytes may come in pieces. */
  private name: string | null = null;
  /** The last byte was a CR: an LF that follows belongs to it. */
  private isAfterCr = false;
  private isEnding = false;

  take(bytes: Buffer): Taken {
    const data: Buffer[] = [];
    let at = 0;
    if (this.isAfterCr && bytes.length > 0) {
      this.isAfterCr = false;
      if (bytes[0] === LF) at = 1;
      if (this.isEnding) return { data, taken: at, ended: true };
    }
    while (at < bytes.length) {
      const end = lineEnd(bytes, at);
      this.readLine(bytes.subarray(at, end), data);
      at = end;
      if (end === bytes.length) break;

      const isBlank = this.isLineEmpty;
      this.endLine();
      at += 1;
      if (bytes[end] === CR && at === bytes.length) {
        this.isAfterCr = true;
        this.isEnding = isBlank;
        break;
      }
      if (bytes[end] === CR && bytes[at] === LF) at += 1;
      if (isBlank) return { data, taken: at, ended: true };
    }
    return { data, taken: at, ended: false };
  }

  /** The name it was given, if any. */
  end(): string | null {
    return this.name === null ? null : Buffer.from(this.name, "latin1").toString("utf8");
  }

  private readLine(bytes: Buffer, data: Buffer[]): void {
    if (bytes.length === 0) return;
    this.isLineEmpty = false;
    let at = 0;
    while (this.field === null && at < bytes.length) {
      this.head += String.fromCharCode(bytes[at] as number);
      at += 1;
      this.field = fieldOf(this.head);
      if (this.field !== null) this.beginValue(data);
    }
    if (at === bytes.length || this.field === "other" || this.field === null) return;
    if (!this.isValueBegun && bytes[at] === blank) at += 1;
    this.isValueBegun = true;
    if (this.field === "data" && at < bytes.length) data.push(bytes.subarray(at));
    if (this.field === "event") this.name = ((this.name ?? "") + bytes.toString("latin1", at)).slice(0, longestName);
  }

  private beginValue(data: Buffer[]): void {
    if (this.field === "event") this.name = "";
    if (this.field !== "data") return;
    if (this.hasData) data.push(lineFeed);
    this.hasData = true;
  }

  private endLine(): void {
    this.head = "";
    this.field = null;
    this.isLineEmpty = true;
    this.isValueBegun = false;
  }
}

const lineFeed = Buffer.from("\n");

function fieldOf(head: string): "data" | "event" | "other" | null {
  if (head === "data:") return "data";
  if (head === "event:") return "event";
  return head.length < headLength && !head.endsWith(":") ? null : "other";
}

function lineEnd(bytes: Buffer, from: number): number {
  const lf = bytes.indexOf(LF, from);
  const end = lf < 0 ? bytes.length : lf;
  const cr = bytes.subarray(from, end).indexOf(CR);
  return cr < 0 ? end : from + cr;
}
