/** Texts longer than this are counted by their beginning: open streams are many, and their memory is not. */
const keptLength = 12_000;
const piecesAtOnce = 128;
/** A token of reasoning that is encrypted and written in base64, as measured on answers that told both. */
const sealedLengthOfToken = 6;

/** What shows of the reasoning behind an answer. */
export type Reasoning = {
  /** How many characters of the text are reasoning, or a summary of it. */
  shownLength: number;
  /** Whether it is shown as it is, so that there is no more of it. */
  isShown: boolean;
  /** So many tokens at least came sealed, as far as the length of what is encrypted tells. */
  sealedTokens: number;
  /** It went on after the answer had begun: the time until then was not that of all of it. */
  isResumed?: true;
};

/** A text that comes in pieces: its beginning, and how long all of it is. Enough to estimate its tokens. */
export class GeneratedText {
  /** In characters, what was passed over included. */
  length = 0;
  /** Null where there was none. */
  private reasoning: Reasoning | null = null;
  private hasAnswered = false;
  private kept = "";
  private pieces: string[] = [];
  private piecesLength = 0;

  /** `answerBegins` is called when the first of what is no reasoning comes. */
  constructor(private readonly answerBegins?: () => void) {}

  add(piece: string): void {
    if (!this.hasAnswered && piece !== "") {
      this.hasAnswered = true;
      this.answerBegins?.();
    }
    this.append(piece);
  }

  /** The same of reasoning that is shown. */
  addReasoning(piece: string): void {
    if (piece === "") return;
    this.addSummary(piece);
    this.beginReasoning().isShown = true;
  }

  /** The same of what is told of reasoning. */
  addSummary(piece: string): void {
    const reasoning = this.beginReasoning();
    reasoning.shownLength += piece.length;
    if (this.hasAnswered && piece !== "") reasoning.isResumed = true;
    this.append(piece);
  }

  beginReasoning(): Reasoning {
    this.reasoning ??= { shownLength: 0, isShown: false, sealedTokens: 0 };
    return this.reasoning;
  }

  /** Reasoning that comes encrypted, by the text that holds it or how long that is; `frameLength` of it holds nothing. */
  addSealed(sealed: unknown, frameLength: number): void {
    if (typeof sealed !== "string" && typeof sealed !== "number") return;
    const length = typeof sealed === "string" ? sealed.length : sealed;
    this.beginReasoning().sealedTokens += Math.max(0, Math.floor((length - frameLength) / sealedLengthOfToken));
  }

  private append(piece: string): void {
    this.length += piece.length;
    const room = keptLength - this.kept.length - this.piecesLength;
    if (room <= 0) return;
    this.pieces.push(piece.slice(0, room));
    this.piecesLength += Math.min(piece.length, room);
    if (this.pieces.length === piecesAtOnce) this.join();
  }

  /** So much more was generated that is not at hand. */
  passOver(length: number): void {
    this.length += length;
  }

  /** What a report tells of it. */
  seen(): { text: string; textLength: number; reasoning?: Reasoning } {
    const { reasoning } = this;
    return { text: this.toString(), textLength: this.length, ...(reasoning && { reasoning }) };
  }

  private toString(): string {
    this.join();
    return this.kept;
  }

  /** One flat text: a chain of pieces takes several times its memory. */
  private join(): void {
    this.kept = [this.kept, ...this.pieces].join("");
    this.pieces = [];
    this.piecesLength = 0;
  }
}
