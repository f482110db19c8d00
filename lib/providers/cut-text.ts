import { heldBytes } from "./held-bytes";

/** So many characters of the texts of one object are kept. */
export const keptCharacters = 12_000;
/** Small texts get room for as much again when they grow. */
const mostDoubled = keptCharacters / 2;

/** Bytes that are added piece by piece, copied: a view would hold on to all that came with it. */
export class KeptBytes {
  length = 0;
  private storage: Buffer = Buffer.alloc(0);

  add(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.storage.length) {
      const larger = heldBytes(needed > mostDoubled ? Math.max(needed, keptCharacters) : 2 * needed);
      larger.set(this.storage.subarray(0, this.length));
      this.storage = larger;
    }
    this.storage.set(bytes, this.length);
    this.length = needed;
  }

  toString(): string {
    return this.storage.toString("utf8", 0, this.length);
  }
}

/** A JSON text without its quotes; one that was cut may end in the middle of an escape or a character. */
export function decoded(text: string, wasCut: boolean): string {
  let raw = text;
  for (let tries = wasCut ? 7 : 1; tries > 0; tries--) {
    try {
      return JSON.parse(`"${raw}"`) as string;
    } catch {
      raw = raw.slice(0, -1);
    }
  }
  return "";
}
