import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { PrepareError } from "./prepare-error.mjs";

const pollMs = 500;
const writingMs = 10_000;

/** Several instances may start from one checkout at once: one does the work and the others wait, for the file that it holds. */
export async function underLock(file, work) {
  for (let attempt = 0; !(await take(file)); attempt++) {
    if (attempt === 0) console.error("Another start is preparing this checkout; waiting for it …");
    await delay(pollMs);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/** What a process that is gone has left behind is thrown away, to be taken the next time. */
async function take(file) {
  try {
    await writeFile(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") {
      await rm(file, { force: true });
      throw new PrepareError(`${file} cannot be written (${error.code}).`);
    }
    if (await isLeft(file)) await rm(file, { force: true });
    return false;
  }
}

/** An empty file is of one that is just writing its number, or ended before it had. */
async function isLeft(file) {
  const holder = Number(await readFile(file, "utf8").catch(() => ""));
  if (holder > 0) return isGone(holder);
  const madeAt = (await stat(file).catch(() => null))?.mtimeMs ?? Date.now();
  return Date.now() - madeAt > writingMs;
}

/** A container that is started again gives the same numbers, so what ended over its lock may have had our own. */
function isGone(holder) {
  if (holder === process.pid) return true;
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code !== "EPERM";
  }
}
