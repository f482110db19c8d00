import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { lstat, mkdir, readlink, realpath, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeKept, readKept } from "./kept-file";
import { LineError } from "./line-error";
import { binariesFor, type PostgresBinaries, placeFor } from "./postgres-place";
import { superuser } from "./postgres-session";
import type { Report } from "./report";
import { chownAll, findPostgresAccount, type SystemAccount } from "./system-account";

/** The files of one database, and as whom and by which programs it runs. */
export type Cluster = { directory: string; account: SystemAccount | null; binaries: PostgresBinaries };

/** The cluster of a data directory, made if there is none. @throws LineError when it cannot serve. */
export async function ensureCluster({
  dataDirectory,
  password,
  report,
}: {
  dataDirectory: string;
  password: string;
  report: Report;
}): Promise<Cluster> {
  const link = join(dataDirectory, "postgres");
  const found = await findCluster(link);
  const account = await findPostgresAccount(found);
  if (found !== null && !existsSync(join(found, "PG_VERSION")))
    throw new LineError(`${link} holds no PostgreSQL database; move it away to begin anew.`);
  const binaries = await binariesFor(account, report);
  if (found !== null) return { directory: found, account, binaries };

  report("Database: making a new PostgreSQL database …");
  const directory = await placeFor({ dataDirectory, account, report });
  await initialise({ directory, account, binaries, password });
  if (directory !== link) await symlink(directory, link);
  return { directory, account, binaries };
}

async function findCluster(link: string): Promise<string | null> {
  const entry = await lstat(link).catch(() => null);
  if (entry === null) return null;
  const directory = await realpath(link).catch(() => null);
  if (directory === null)
    throw new LineError(
      `${link} points to ${await readlink(link)}, which is gone; bring it back, or remove the link to begin anew.`,
    );
  return directory;
}

/** Made beside its place and moved there when whole, so that an interrupted start leaves no half database behind. */
async function initialise({
  directory,
  account,
  binaries,
  password,
}: Omit<Cluster, "link"> & { password: string }): Promise<void> {
  const staging = `${directory}.new-${process.pid}`;
  const passwordFile = join(staging, "password");
  try {
    await mkdir(staging, { recursive: true, mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    if (account) await chownAll(staging, account);

    const options = [
      ...[
        "--pgdata",
        join(staging, "cluster"),
        "--username",
        superuser,
        "--pwfile",
        passwordFile,
        "--auth",
        "scram-sha-256",
      ],
      // The same order of text on every machine, whatever its C library.
      ...[
        "--encoding",
        "UTF8",
        "--locale",
        "C",
        "--locale-provider",
        "builtin",
        "--builtin-locale",
        "C.UTF-8",
        "--no-instructions",
      ],
    ];
    await run(binaries.initdb, options, account);
    await rename(join(staging, "cluster"), directory).catch((error) => {
      throw new LineError(`${directory} could not be made (${error.code}); is another server starting in it?`);
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The superuser's password, made at the first start. @throws LineError when its file is empty or cannot be made. */
export async function ensurePassword(dataDirectory: string): Promise<string> {
  const path = passwordPath(dataDirectory);
  const kept =
    (await readPassword(dataDirectory)) ??
    (await makeKept(path, `${randomBytes(24).toString("base64url")}\n`).catch((error) => {
      throw new LineError(`${path} cannot be written: ${error.code}.`);
    }));
  if (kept.trim() === "")
    throw new LineError(`${path} is empty; restore it from a backup, or remove it if no database was made yet.`);
  return kept.trim();
}

/** Null when none was made. */
export async function readPassword(dataDirectory: string): Promise<string | null> {
  return (await readKept(passwordPath(dataDirectory)).catch(() => null))?.trim() ?? null;
}

export function passwordPath(dataDirectory: string): string {
  return join(dataDirectory, "postgres-password");
}

async function run(program: string, options: string[], account: SystemAccount | null): Promise<void> {
  const child = spawn(program, options, {
    ...account?.ids,
    cwd: "/",
    stdio: ["ignore", "ignore", "pipe"],
    windowsHide: true,
  });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  const [code] = (await once(child, "close").catch((error) => {
    throw new LineError(`${program} could not be run: ${error.message}`);
  })) as [number | null];
  if (code !== 0) throw new LineError(`${program} failed: ${complaint.trim().split("\n").join(" ")}`);
}
