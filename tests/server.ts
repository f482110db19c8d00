import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { serverArguments } from "@/lib/launch/prepare.mjs";

/** Which way calls take: `fast` is server.ts, `portable` plain `next start`. */
export type Lane = "fast" | "portable";

export const adminToken = "test-admin-token-0123456789";

export const secrets = {
  AUTH_SECRET: "test-auth-secret-0123456789-0123456789",
  ENCRYPTION_KEY: "ab".repeat(32),
  SLUICE_ADMIN_TOKEN: adminToken,
};

/** Lets a test look into the process. */
export const inspectorFlag = "--inspect=127.0.0.1:0";

export type RunningServer = {
  url: string;
  process: ChildProcess;
  /** All that it wrote, standard error included. */
  output(): string;
  /** Ends it with this signal; resolves with its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
};

/** Starts a server process on a database that is migrated, from the build that is there; resolves when it is ready. */
export async function startServer({
  lane,
  databaseUrl,
  env = {},
  nodeOptions = [],
}: {
  lane: Lane;
  databaseUrl: string;
  env?: Record<string, string>;
  nodeOptions?: string[];
}): Promise<RunningServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args =
    lane === "fast"
      ? serverArguments
      : ["node_modules/next/dist/bin/next", "start", "--hostname", "127.0.0.1", "--port", String(port)];
  const child = spawn(process.execPath, [...nodeOptions, ...args], {
    env: {
      ...process.env,
      NODE_ENV: "production",
      ...secrets,
      HOST: "127.0.0.1",
      PORT: String(port),
      PUBLIC_URL: url,
      NEXTAUTH_URL: url,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (/Sluice is ready|Ready in/.test(line)) resolve();
      });
    }
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}:\n${lines.join("\n")}`)));
  });
  await ready;
  return {
    url,
    process: child,
    output: () => lines.join("\n"),
    stop: async (signal = "SIGTERM") => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, "exit");
      child.kill(signal);
      const [code] = await ended;
      return code as number | null;
    },
  };
}

/** Calls the admin API as a script does. Fails on any other status than 2xx. */
export async function admin<T = Record<string, unknown>>(
  server: { url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const response = await fetch(`${server.url}/api/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text === "" ? null : JSON.parse(text)) as T;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
