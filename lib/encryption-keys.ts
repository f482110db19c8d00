import { readFileSync, statSync } from "node:fs";
import { env, parseLaunchEnv } from "./env";
import { processSingleton } from "./process-singleton";
import type { EncryptionKeys } from "./providers/credential";

type Kept = { path: string | null; keys: EncryptionKeys | null; changedAtMs: number };

function kept(): Kept {
  return processSingleton("encryption-keys", () => ({ path: null, keys: null, changedAtMs: 0 }));
}

/** To be called at the start of an installation that keeps its keys itself: in this file. */
export function keepKeysIn(path: string): void {
  kept().path = path;
}

/**
 * What is encrypted with, and what it may have been encrypted with before. Where an installation keeps its keys itself, they
 * are those of this moment: they may be rotated while it runs.
 */
export function encryptionKeys(): EncryptionKeys {
  const state = kept();
  if (state.path === null) return env();
  const { mtimeMs } = statSync(state.path);
  if (state.keys === null || mtimeMs !== state.changedAtMs) {
    const { ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS } = JSON.parse(readFileSync(state.path, "utf8"));
    const keys = parseLaunchEnv({ ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS });
    if (keys.ENCRYPTION_KEY === undefined) throw new Error("The file of secrets has no encryption key.");
    state.keys = { ENCRYPTION_KEY: keys.ENCRYPTION_KEY, ENCRYPTION_KEY_PREVIOUS: keys.ENCRYPTION_KEY_PREVIOUS };
    state.changedAtMs = mtimeMs;
  }
  return state.keys;
}
