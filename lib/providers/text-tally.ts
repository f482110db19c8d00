import { isNoText, mediaUnder } from "./media";
import { namesModels } from "./reachable-models";
import { bytesOfNumber } from "./request-text";

/** How many texts there are, how many bytes of UTF-8, and how many pictures and the like beside them. */
export type TextCount = { texts: number; bytes: number; media: number };

type Level = { isList: boolean; isCounted: boolean; isMedia: boolean; numbers: number; others: number };

/**
 * Counts the text in a value that is read piece by piece, as `inputOf` counts that of a value that is there: what stands
 * under certain names is no text, and numbers are tokens.
 */
export class TextTally {
  readonly count: TextCount = { texts: 0, bytes: 0, media: 0 };
  /** Of the value itself: how many values are in it, where it is a list, and whether the first is a number. */
  elements = 0;
  beginsWithNumber = false;
  /** Whether there is any object in it. */
  hasObjects = false;
  /** Whether an object in it, where it is a list, names models. */
  namesModels = false;
  private readonly levels: Level[] = [];
  private isNamedText = true;
  /** Whether a text that comes next, or each in a list, is a picture or the like. */
  private isNamedMedia = false;
  private isInText = false;
  private afterHighSurrogate = false;

  /** Whether what comes next counts as text. */
  get isCounted(): boolean {
    return this.isNamedText && (this.levels.at(-1)?.isCounted ?? true);
  }

  name(name: string | null): void {
    this.isNamedText = name === null || !isNoText(name);
    const media = name !== null && (this.levels.at(-1)?.isCounted ?? true) ? mediaUnder(name) : null;
    this.isNamedMedia = media === "each";
    if (media === "one") this.count.media += 1;
    if (this.levels.length === 2 && name !== null && namesModels(name)) this.namesModels = true;
  }

  beginText(): void {
    this.isInText = this.isCounted;
    if (this.isMedia) this.count.media += 1;
    this.afterHighSurrogate = false;
    this.add(false);
    if (this.isInText) this.count.texts += 1;
  }

  text(length: number): void {
    this.afterHighSurrogate = false;
    if (this.isInText) this.count.bytes += length;
  }

  escape(codeUnit: number): void {
    if (!this.isInText) return;
    const isPair = this.afterHighSurrogate && codeUnit >= 0xdc00 && codeUnit < 0xe000;
    this.afterHighSurrogate = codeUnit >= 0xd800 && codeUnit < 0xdc00;
    // A pair is one character of four bytes, of which its first half was taken for one of three.
    if (isPair) this.count.bytes += 1;
    else if (codeUnit < 0x80) this.count.bytes += 1;
    else this.count.bytes += codeUnit < 0x800 ? 2 : 3;
  }

  atom(isNumber: boolean): void {
    const level = this.levels.at(-1);
    const isCounted = this.isCounted;
    this.add(isNumber);
    if (!isNumber || !isCounted || level?.isList) return;
    this.count.texts += 1;
    this.count.bytes += bytesOfNumber;
  }

  open(isList: boolean): void {
    const isCounted = this.isCounted;
    this.add(false);
    if (!isList) this.hasObjects = true;
    this.levels.push({ isList, isCounted, isMedia: isList && this.isNamedMedia, numbers: 0, others: 0 });
    this.isNamedText = true;
    this.isNamedMedia = false;
  }

  close(): void {
    const level = this.levels.pop();
    this.isNamedText = true;
    this.isNamedMedia = false;
    if (!level?.isList || !level.isCounted) return;
    // A list of numbers alone is one text of tokens.
    this.count.texts += level.others === 0 ? 1 : level.numbers;
    this.count.bytes += level.numbers * bytesOfNumber;
  }

  private get isMedia(): boolean {
    const level = this.levels.at(-1);
    return level?.isList ? level.isMedia : this.isNamedMedia;
  }

  /** Notes a value in the list that it is in. */
  private add(isNumber: boolean): void {
    const level = this.levels.at(-1);
    if (!level?.isList) return;
    if (isNumber) level.numbers += 1;
    else level.others += 1;
    if (this.levels.length > 1) return;
    if (this.elements === 0) this.beginsWithNumber = isNumber;
    this.elements += 1;
  }
}
