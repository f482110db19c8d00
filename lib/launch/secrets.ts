import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { makeKept, readKept, replaceKept } from "./kept-file";
import { LineError } from "./line-error";

const kept = z.object({
  AUTH_SECRET: z.string(),
  ENCRYPTION_KEY: z.string(),
  /** Only while the key is being rotated. */
  ENCRYPTION_KEY_PREVIOUS: z.string().optional(),
});

export type Secrets = z.infer<typeof kept>;

/**
 * The secrets of an installation with its own database: made at its first start, read at every later one. Two that start
 * for the first time at once have the same.
 */
export async function keepSecrets(dataDirectory: string): Promise<Secrets> {
  const path = secretsPath(dataDirectory);
  const text = await readKept(path).catch((error) => {
    throw new LineError(`${path} cannot be read: ${error.code}.`);
  });
  if (text !== null) return parse(text, path);

  const secrets = { AUTH_SECRET: randomBytes(32).toString("base64url"), ENCRYPTION_KEY: newKey() };
  const kept = await makeKept(path, textOf(secrets)).catch((error) => {
    throw new LineError(`${path} cannot be written: ${error.code}.`);
  });
  return parse(kept, path);
}

/** Brings in a new encryption key beside the old one, on disk before anything is encrypted with it. One that was begun goes on. */
export async function beginKeyRotation(dataDirectory: string): Promise<Secrets> {
  const secrets = await keepSecrets(dataDirectory);
  if (secrets.ENCRYPTION_KEY_PREVIOUS !== undefined) return secrets;

  const begun = { ...secrets, ENCRYPTION_KEY: newKey(), ENCRYPTION_KEY_PREVIOUS: secrets.ENCRYPTION_KEY };
  await replaceKept(secretsPath(dataDirectory), textOf(begun));
  return begun;
}

/** Forgets the old key: to be called when nothing is encrypted with it any more. */
export async function endKeyRotation(dataDirectory: string): Promise<void> {
  const { ENCRYPTION_KEY_PREVIOUS: _, ...secrets } = await keepSecrets(dataDirectory);
  await replaceKept(secretsPath(dataDirectory), textOf(secrets));
}

/** Where they stand. */
export function secretsPath(dataDirectory: string): string {
  return join(dataDirectory, "secrets.json");
}

function newKey(): string {
  return randomBytes(32).toString("hex");
}

function parse(text: string, path: string): Secrets {
  try {
    return kept.parse(JSON.parse(text));
  } catch {
    throw new LineError(
      `${path} is damaged; restore it from a backup: without its ENCRYPTION_KEY stored credentials cannot be read.`,
    );
  }
}

function textOf(secrets: Secrets): string {
  return `${JSON.stringify(secrets, null, 2)}\n`;
}
