import { randomInt } from "node:crypto";
import { hashToken } from "../auth/token";

const codeCount = 10;
/** 32 characters, so 5 bits each: 80 bits a code, which cannot be guessed back from a digest. */
const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
const groups = 4;
const groupLength = 4;

export function createRecoveryCodes(): string[] {
  return Array.from({ length: codeCount }, () => Array.from({ length: groups }, () => word(groupLength)).join("-"));
}

/** The form in which a code is kept; null for what is none. Case, spaces and hyphens do not matter. */
export function hashRecoveryCode(text: string): Buffer | null {
  const plain = text.toLowerCase().replace(/[\s-]/g, "");
  return /^[a-z2-7]{16}$/.test(plain) ? hashToken(plain) : null;
}

function word(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
