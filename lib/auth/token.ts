import { createHash, randomBytes } from "node:crypto";

const randomByteCount = 32;

/** A new secret of 256 random bits behind a prefix that tells what it is for. */
export function createToken(prefix: string): string {
  return `${prefix}${randomBytes(randomByteCount).toString("base64url")}`;
}

/** The only form in which a token is kept. It is random and long, so a plain digest cannot be guessed back. 32 bytes. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
