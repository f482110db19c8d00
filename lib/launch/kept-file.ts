import { randomBytes } from "node:crypto";
import { type FileHandle, link, open, readFile, rename, rm, stat } from "node:fs/promises";

/** File systems without hard links answer so. */
const noLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/** What a file holds; null when there is none. */
export async function readKept(path: string): Promise<string | null> {
  return await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

/**
 * Makes a file that only its owner reads, whole and on disk, or not at all. Of several that make it at once one is first:
 * what all of them are answered is what it holds.
 */
export async function makeKept(path: string, text: string): Promise<string> {
  return await beside(path, text, async (made) => {
    try {
      await link(made, path);
      return text;
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return await readFile(path, "utf8");
      if (!noLinks.includes(code)) throw error;
      await rename(made, path);
      return text;
    }
  });
}

/** Replaces such a file, which stays its owner's whoever replaces it. */
export async function replaceKept(path: string, text: string): Promise<void> {
  const { uid, gid } = await stat(path);
  await beside(path, text, async (made, file) => {
    // Its group reads nothing of it, and may be one that we are not in.
    if ((await file.stat()).uid !== uid) await file.chown(uid, gid);
    await rename(made, path);
  });
}

/** What is written is on disk when it takes its place. */
async function beside<Result>(
  path: string,
  text: string,
  place: (made: string, file: FileHandle) => Promise<Result>,
): Promise<Result> {
  const made = `${path}.new-${randomBytes(4).toString("hex")}`;
  const file = await open(made, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    return await place(made, file);
  } finally {
    await file.close();
    await rm(made, { force: true });
  }
}
