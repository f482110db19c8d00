import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Contestants } from "./contestants";
import { requestOf, type Target } from "./load";
import type { StreamLoad } from "./stream-load";

const run = promisify(execFile);

export type StreamsMeasured = {
  direct: StreamLoad;
  sluice: StreamLoad;
  /** What Sluice adds to the time of a chunk. */
  addedP50Ms: number;
  addedP99Ms: number;
  /** What Sluice's memory grew by at most while they were open; null where that cannot be told. */
  bytesPerStream: number | null;
};

const memoryEveryMs = 250;

/** Many streams at once, first from the upstream itself, then through Sluice. */
export async function measureStreams(
  { streams, memoryBytes }: Pick<Contestants, "streams" | "memoryBytes">,
  count: number,
): Promise<StreamsMeasured> {
  const direct = await readStreams(streams.direct, count);
  const before = memoryBytes();
  let most = before;
  const timer = setInterval(() => {
    const now = memoryBytes();
    if (now !== null && most !== null) most = Math.max(most, now);
  }, memoryEveryMs);
  const sluice = await readStreams(streams.sluice, count).finally(() => clearInterval(timer));
  return {
    direct,
    sluice,
    addedP50Ms: sluice.p50Ms - direct.p50Ms,
    addedP99Ms: sluice.p99Ms - direct.p99Ms,
    bytesPerStream: before === null || most === null ? null : (most - before) / count,
  };
}

async function readStreams({ url, headers }: Target, count: number): Promise<StreamLoad> {
  const script = join(import.meta.dirname, "stream-load.ts");
  const { stdout } = await run(process.execPath, ["--import", "tsx", script, url, String(count)], {
    env: { ...process.env, ...requestOf(headers) },
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(stdout) as StreamLoad;
}
