import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Makes a directory, and those above it. Node's own way never returns where a file system takes none, such as /proc. */
export async function makeDirectory(path: string): Promise<void> {
  if (await isDirectory(path)) return;
  const above = dirname(path);
  if (above !== path && !(await exists(above))) await makeDirectory(above);
  await mkdir(path).catch(async (error) => {
    if (!(await isDirectory(path))) throw error;
  });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
