import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** What credentials are encrypted with, and, while it is being rotated, what they were encrypted with before. */
export type EncryptionKeys = { ENCRYPTION_KEY: Buffer; ENCRYPTION_KEY_PREVIOUS?: Buffer | undefined };

/**
 * Encrypts a provider's credential with AES-256-GCM. The text names the way in which it is encrypted:
 * `v1.<iv>.<tag>.<ciphertext>`, base64url. With which key shows when it is decrypted: GCM takes no other.
 */
export function encryptCredential(credential: string, key: Buffer): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  const ciphertext = Buffer.concat([cipher.update(credential, "utf8"), cipher.final()]);
  return ["v1", iv, cipher.getAuthTag(), ciphertext]
    .map((part) => (typeof part === "string" ? part : part.toString("base64url")))
    .join(".");
}

/** @throws Error when the text was encrypted with another key or has been altered. */
export function decryptCredential(text: string, key: Buffer): string {
  const [version, iv, tag, ciphertext] = text.split(".");
  if (version !== "v1" || !iv || !tag || ciphertext === undefined) throw new Error("Unknown form of credential.");

  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(iv, "base64url"), { authTagLength: 16 });
  decipher.setAuthTag(Buffer.from(tag, "base64url"));
  return Buffer.concat([decipher.update(Buffer.from(ciphertext, "base64url")), decipher.final()]).toString("utf8");
}

/** @throws Error when the text was encrypted with neither key or has been altered. */
export function readCredential(text: string, { ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS }: EncryptionKeys): string {
  try {
    return decryptCredential(text, ENCRYPTION_KEY);
  } catch (error) {
    if (ENCRYPTION_KEY_PREVIOUS === undefined) throw error;
    return decryptCredential(text, ENCRYPTION_KEY_PREVIOUS);
  }
}
