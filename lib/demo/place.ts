import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { ensureDataDirectory } from "../launch/database";
import { LineError } from "../launch/line-error";

const state = z.object({
  /** Whether the data has been made to its end. */
  isComplete: z.boolean(),
  /** Where the mocked providers listen: it stands in the database. */
  upstreamPort: z.number(),
  /** How many past calls, clients and keys were asked for, where it was not the usual number. */
  calls: z.number().optional(),
  clients: z.number().optional(),
  keys: z.number().optional(),
  /** By client: what its apps call with. */
  secrets: z.record(z.string(), z.array(z.object({ key: z.string(), secret: z.string() }))),
});

export type DemoState = z.infer<typeof state>;

/** Where the demo keeps its data: a directory of its own, below that of an installation but never the same. */
export function demoDirectory(dataDirectory: string): string {
  return resolve(dataDirectory, "demo");
}

/** What an earlier demo has left here; null when there was none. @throws LineError when somebody else's data is here. */
export async function readState(directory: string): Promise<DemoState | null> {
  await ensureDataDirectory({ DATA_DIR: directory });
  const text = await readFile(pathOf(directory), "utf8").catch(() => null);
  if (text === null) {
    const found = await readdir(directory);
    if (found.length > 0)
      throw new LineError(
        `${directory} holds ${found[0]} but no demo; move it away, or set DATA_DIR to another directory.`,
      );
    return null;
  }
  const parsed = state.safeParse(parseJson(text));
  if (!parsed.success)
    throw new LineError(`${pathOf(directory)} is damaged; remove ${directory} to begin the demo anew.`);
  return parsed.data;
}

/** The secrets of the demo's clients are in it, so that it is readable to its user alone. */
export async function writeState(directory: string, given: DemoState): Promise<void> {
  await writeFile(pathOf(directory), `${JSON.stringify(given, null, 2)}\n`, { mode: 0o600 });
}

function pathOf(directory: string): string {
  return join(directory, "demo.json");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
