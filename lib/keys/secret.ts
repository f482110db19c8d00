import { createHmac, hkdfSync, randomInt } from "node:crypto";
import { env } from "../env";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const randomLength = 40;
const checksumLength = 6;
const shownLength = 12;
const wellFormed = new RegExp(`^slc_[${alphabet}]{${randomLength + checksumLength}}$`);

/** A secret from before Sluice that a client's app already uses. */
const legacySecretMinLength = 20;
const legacySecretMaxLength = 512;

/** A new secret: `slc_`, 40 random base62 characters, a checksum of 6. */
export function createSecret(): string {
  const random = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)]).join("");
  return `slc_${random}${checksum(random)}`;
}

/**
 * Whether this text can be a key at all: one of ours with the right checksum, or one of another make which may have been
 * entered as a legacy key. A mistyped key of ours is told apart here, without asking the database.
 */
export function canBeSecret(text: string): boolean {
  if (text.startsWith("slc_")) return hasValidChecksum(text);
  return text.length >= legacySecretMinLength && text.length <= legacySecretMaxLength;
}

export function hasValidChecksum(text: string): boolean {
  return wellFormed.test(text) && checksum(text.slice(4, 4 + randomLength)) === text.slice(4 + randomLength);
}

/** The part of a secret that may be shown. Of a legacy secret less is shown, since it may be short. */
export function prefixOf(secret: string): string {
  return secret.startsWith("slc_") ? secret.slice(0, shownLength) : secret.slice(0, 6);
}

/** HMAC-SHA-256 of the secret, keyed from `AUTH_SECRET`: the only form in which a secret is kept. 32 bytes. */
export function hashSecret(secret: string): Buffer {
  hashKey ??= Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", "sluice api key", 32));
  return createHmac("sha256", hashKey).update(secret).digest();
}

let hashKey: Buffer | undefined;

/** CRC-32 in base62, as GitHub's and npm's tokens carry it, so that secret scanners can tell a real key from noise. */
function checksum(random: string): string {
  let crc = 0xffffffff;
  for (let index = 0; index < random.length; index++) {
    crc ^= random.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let text = "";
  for (let index = 0; index < checksumLength; index++) {
    text = alphabet[rest % alphabet.length] + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}
