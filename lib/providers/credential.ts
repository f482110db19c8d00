import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/**
 * Encrypts a provider's credential with AES-256-GCM. The text names the key's version, so that a new key can be brought
 * in while old texts stay readable: `v1.<iv>.<tag>.<ciphertext>`, base64url.
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
