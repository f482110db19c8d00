import { randomBytes } from "node:crypto";
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { LineError } from "./line-error";

const kept = z.object({ AUTH_SECRET: z.string(), ENCRYPTION_KEY: z.string() });

export type Secrets = z.infer<typeof kept>;

/** The secrets of an installation with its own database: made at its first start, read at every later one. */
export async function keepSecrets(dataDirectory: string): Promise<Secrets> {
  const path = join(dataDirectory, "secrets.json");
  const text = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return null;
    throw new LineError(`${path} cannot be read: ${error.code}.`);
  });
  if (text !== null) return parse(text, path);

  const secrets = {
    AUTH_SECRET: randomBytes(32).toString("base64url"),
    ENCRYPTION_KEY: randomBytes(32).toString("hex"),
  };
  await writeWhole(path, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
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

/** On disk before it is used, and never half: what is encrypted with a lost key is lost. */
async function writeWhole(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
}
