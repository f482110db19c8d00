import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { chatRequest } from "./chat-request";

const run = promisify(execFile);

export type Target = { url: string; headers: Record<string, string> };

/** What came back in one round. Latencies are in microseconds; `refused` are answers other than 2xx. */
export type Load = { seconds: number; answers: number; refused: number; broken: number; p50: number; p99: number };

export const hasWrk = (process.env.PATH ?? "").split(delimiter).some((directory) => existsSync(join(directory, "wrk")));

/** The request as the programs that send it read it from their environment. */
export function requestOf(headers: Target["headers"]): Record<string, string> {
  return {
    BENCH_BODY: chatRequest,
    BENCH_HEADERS: Object.entries({ "content-type": "application/json", ...headers })
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  };
}

/** Keeps several targets busy at once, with an equal part of the connections each; percentiles are the worse ones. */
export async function loadAll(
  targets: Target[],
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  const share = Math.max(1, Math.floor(connections / targets.length));
  const loads = await Promise.all(targets.map((target) => load(target, { connections: share, seconds })));
  const sum = (field: "answers" | "refused" | "broken") => loads.reduce((total, each) => total + each[field], 0);
  const worst = (field: "seconds" | "p50" | "p99") => Math.max(...loads.map((each) => each[field]));
  return {
    seconds: worst("seconds"),
    answers: sum("answers"),
    refused: sum("refused"),
    broken: sum("broken"),
    p50: worst("p50"),
    p99: worst("p99"),
  };
}

/** Keeps this many connections busy with one request after the other for the given time. */
export async function load(
  { url, headers }: Target,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Load> {
  const options = { env: { ...process.env, ...requestOf(headers) } };
  const { stdout } = hasWrk
    ? await run(
        "wrk",
        [
          "--threads",
          "1",
          "--connections",
          `${connections}`,
          "--duration",
          `${seconds}s`,
          "--timeout",
          "30s",
          "--script",
          join(import.meta.dirname, "post.lua"),
          url,
        ],
        options,
      )
    : await run(
        process.execPath,
        [join(import.meta.dirname, "load-loop.ts"), url, `${connections}`, `${seconds}`],
        options,
      );
  const last = stdout.trim().split("\n").at(-1) as string;
  return JSON.parse(last) as Load;
}
