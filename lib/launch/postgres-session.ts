import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";

export const databaseName = "sluice";
export const superuser = "sluice";

export function urlOf({
  port,
  password,
  database = databaseName,
}: {
  port: number;
  password: string;
  database?: string;
}): string {
  return `postgresql://${superuser}:${password}@127.0.0.1:${port}/${database}`;
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    application_name: "sluice-owner",
  });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** PostgreSQL's own record of its process: the id on the first line, the port on the fourth. */
export async function readPidFile(directory: string): Promise<{ pid: number; port: number } | null> {
  const text = await readFile(join(directory, "postmaster.pid"), "utf8").catch(() => null);
  const lines = text?.split("\n") ?? [];
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : null;
}
