/** A text that is sent in place of a picture: how long it is, and whether it may be left out of a bound by bytes. */
export type Media = { length: number; isBase64: boolean; isImage: boolean };

const isOfBase64 = Array.from({ length: 256 }, (_, byte) => /[\w+/=-]/.test(String.fromCharCode(byte)));
const imageStart = /^data:image\/[\w+.-]+;base64,$/;
const longestStart = 100;
const comma = 0x2c;

/** Tells of a text that is read piece by piece whether it is nothing but base64, or the address of a picture that holds it. */
export class MediaCheck {
  private length = 0;
  private isBase64 = true;
  private isImage = true;
  /** What stands before the first comma, with it; null once it has been looked at. */
  private start: string | null = "";

  text(chunk: Buffer, from: number, to: number): void {
    this.length += to - from;
    for (let at = from; at < to; at++) {
      // Most of what comes here is base64, of which there is nothing more to tell.
      if (this.start === null) while (at < to && isOfBase64[chunk[at] as number]) at += 1;
      if (at === to || (this.start === null && !this.isBase64 && !this.isImage)) return;
      this.take(chunk[at] as number);
    }
  }

  escape(codeUnit: number): void {
    this.take(codeUnit);
    this.length += 1;
  }

  found(): Media {
    return { length: this.length, isBase64: this.isBase64, isImage: this.isImage && this.start === null };
  }

  private take(codeUnit: number): void {
    const isBase64 = codeUnit < 256 && isOfBase64[codeUnit] === true;
    if (!isBase64) this.isBase64 = false;
    if (this.start === null) {
      if (!isBase64) this.isImage = false;
      return;
    }
    this.start += String.fromCharCode(codeUnit);
    if (codeUnit !== comma && this.start.length < longestStart) return;
    this.isImage = imageStart.test(this.start);
    this.start = null;
  }
}
