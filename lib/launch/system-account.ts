import { execFileSync } from "node:child_process";
import { chown, lstat, readdir, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LineError } from "./line-error";

/** An account of the operating system as which PostgreSQL runs when we are root. */
export type SystemAccount = { name: string; ids: { uid: number; gid: number } };

/** Tried in this order; `nobody` is what is left where no account can be made. */
const accountNames = ["postgres", "sluice", "nobody"];

/**
 * As whom PostgreSQL, which refuses to run as root, shall run: the owner of the cluster, else an account fit for it, which is made
 * when there is none. Null when we are not root: then it runs as we do.
 */
export async function findPostgresAccount(cluster: string | null): Promise<SystemAccount | null> {
  const owner = cluster === null ? null : (await stat(cluster)).uid;
  if (process.getuid?.() !== 0) {
    if (owner !== null && owner !== process.getuid?.())
      throw new LineError(
        `The database in ${cluster} belongs to another user (uid ${owner}); start as that user or as root.`,
      );
    return null;
  }

  const accounts = await readAccounts();
  const found = owner ? accounts.find(({ ids }) => ids.uid === owner) : pickAccount(accounts);
  const account = found ?? (await makeAccount());
  // Copied by root, the files are root's, who may not run PostgreSQL.
  if (cluster !== null && owner !== account.ids.uid) await chownAll(cluster, account);
  return account;
}

/** Whether the account may pass through every directory on the way, the last included. */
export async function canEnter(directory: string, { ids }: SystemAccount): Promise<boolean> {
  const { mode, uid, gid } = await stat(directory);
  const bit = uid === ids.uid ? 0o100 : gid === ids.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(directory);
  return parent === directory || (await canEnter(parent, { name: "", ids }));
}

export async function chownAll(path: string, account: SystemAccount): Promise<void> {
  const { uid, gid } = account.ids;
  const entry = await lstat(path);
  if (entry.isSymbolicLink()) return;
  if (entry.isDirectory()) for (const name of await readdir(path)) await chownAll(join(path, name), account);
  await chown(path, uid, gid);
}

function pickAccount(accounts: SystemAccount[]): SystemAccount | undefined {
  const named = accountNames.slice(0, -1).flatMap((name) => accounts.filter((account) => account.name === name));
  return named[0];
}

async function makeAccount(): Promise<SystemAccount> {
  try {
    execFileSync(
      "useradd",
      [
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        "sluice",
      ],
      { stdio: "ignore" },
    );
  } catch {
    // No such program, or a read-only /etc: an account that is there already has to do.
  }
  const accounts = await readAccounts();
  const account = pickAccount(accounts) ?? accounts.find(({ name }) => name === "nobody");
  if (!account)
    throw new LineError(
      "PostgreSQL does not run as root and there is no other account; make one named sluice, or set DATABASE_URL.",
    );
  return account;
}

async function readAccounts(): Promise<SystemAccount[]> {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").filter((line) => line.includes(":"));
  return lines.map((line) => {
    const [name = "", , uid, gid] = line.split(":");
    return { name, ids: { uid: Number(uid), gid: Number(gid) } };
  });
}
