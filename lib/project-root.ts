import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/** The project's root, seen from its sources as from the bundle that is made of them. */
export const projectRoot = rootAbove(import.meta.dirname);

function rootAbove(directory: string): string {
  if (existsSync(join(directory, "prisma/schema.prisma"))) return directory;
  const above = dirname(directory);
  if (above === directory)
    throw new Error("The project's files (prisma/schema.prisma) are not where they were installed.");
  return rootAbove(above);
}
