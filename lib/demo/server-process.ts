import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

export type DemoServer = {
  url: string;
  /** Resolves when it has ended, whatever ended it. */
  ended: Promise<void>;
  stop(): Promise<void>;
};

/** The server as `npm start` runs it, on the environment of this process; resolves when it serves. */
export async function startServer({ port, host }: { port: number; host: string }): Promise<DemoServer> {
  const child = spawn(process.execPath, ["--import", "tsx", "server.ts"], {
    // A process group of its own: Ctrl-C is for the demo, which stops it in its turn. The channel tells it when the demo is gone.
    detached: process.platform !== "win32",
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(port),
      HOST: host,
      LOG_LEVEL: process.env.LOG_LEVEL ?? "error",
    },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(() => {});
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout as Readable }).on("line", (line) => {
      const url = /^Sluice is ready: (\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`The server ended with ${code} before it served.`)));
  });
  return {
    url: await ready,
    ended,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
