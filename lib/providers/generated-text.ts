/** Texts longer than this are counted by their beginning: open streams are many, and their memory is not. */
const keptLength = 12_000;
const piecesAtOnce = 128;

/** A text that comes in pieces: its beginning, and how long all of it is. Enough to estimate its tokens. */
export class GeneratedText {
  /** In characters, what was passed over included. */
  length = 0;
  private kept = "";
  private pieces: string[] = [];
  private piecesLength = 0;

  add(piece: string): void {
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

  toString(): string {
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
