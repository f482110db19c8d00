import type { Media } from "./media-check";
import type { TextCount } from "./text-tally";

/** A value that an outline leaves out: where it stands, and what metering needs to know of it. */
export class Cut {
  readonly start: number;
  readonly end: number;
  /** The text in it that counts as input. */
  readonly count: TextCount;
  /** Of a text what picture it may stand for; null of a list or an object. */
  readonly media: Media | null;
  /** Of a list how many values it has, and whether the first is a number; null of anything else. */
  readonly list: { length: number; beginsWithNumber: boolean } | null;
  readonly hasObjects: boolean;
  /** Whether it is a list of objects of which one names models. */
  readonly namesModels: boolean;

  constructor(found: Pick<Cut, "start" | "end" | "count" | "media" | "list" | "hasObjects" | "namesModels">) {
    ({
      start: this.start,
      end: this.end,
      count: this.count,
      media: this.media,
      list: this.list,
      hasObjects: this.hasObjects,
      namesModels: this.namesModels,
    } = found);
  }
}

/** A JSON document in short: as it is written, but for long values, in whose place there are marks. */
export class JsonOutline {
  constructor(
    /** One character for each byte. */
    readonly text: string,
    /** A text that the document cannot hold by chance or malice, and behind it the number of a cut. */
    private readonly mark: string,
    private readonly cuts: readonly Cut[],
    /** Whether all of the document is known to be UTF-8. */
    readonly isUtf8: boolean,
  ) {}

  /** The document, with a `Cut` for each value that was left out. */
  parse(): unknown {
    const { mark, cuts } = this;
    return JSON.parse(Buffer.from(this.text, "latin1").toString("utf8"), (_name, value: unknown) =>
      typeof value === "string" && value.startsWith(mark) ? cuts[Number(value.slice(mark.length))] : value,
    );
  }

  /** Whether there are objects in it that can be told nothing of. */
  get hidesObjects(): boolean {
    return this.cuts.some(({ hasObjects }) => hasObjects);
  }

  withText(text: string): JsonOutline {
    return new JsonOutline(text, this.mark, this.cuts, this.isUtf8);
  }

  /** What the document consists of: what is here, and the places of what is not. */
  pieces(): (Buffer | Cut)[] {
    return this.text
      .split(new RegExp(`"${this.mark}(\\d+)"`))
      .map((piece, index) => (index % 2 === 0 ? Buffer.from(piece, "latin1") : (this.cuts[Number(piece)] as Cut)));
  }
}
