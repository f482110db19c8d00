// Opens streams, reads them to their end and prints as JSON how late their chunks came.
//   stream-load.ts URL STREAMS; the body and headers of the request stand in the environment, as for load-loop.ts
import { setTimeout as delay } from "node:timers/promises";
import { Pool } from "undici";
import { chunkIntervalMs, chunksPerStream, monotonicMs, sentAtsIn } from "./stream-chunks";
import { percentile } from "./summary";

export type StreamLoad = { streams: number; chunks: number; broken: number; p50Ms: number; p99Ms: number };

const [url = "", streams = "1"] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const body = JSON.stringify({ ...JSON.parse(process.env.BENCH_BODY ?? "{}"), stream: true });
const headers = Object.fromEntries(
  (process.env.BENCH_HEADERS ?? "").split("\n").map((line) => line.split(": ") as [string, string]),
);

const pool = new Pool(origin, { connections: Number(streams), pipelining: 1, bodyTimeout: 120_000 });
const late: number[] = [];
let broken = 0;

// Begun one after the other over a few intervals, as clients would, and not all in one instant.
const spreadMs = chunkIntervalMs * 20;
await Promise.all(
  Array.from({ length: Number(streams) }, (_, index) => readStream((index * spreadMs) / Number(streams))),
);
const result: StreamLoad = {
  streams: Number(streams),
  chunks: late.length,
  broken,
  p50Ms: percentile(late, 50),
  p99Ms: percentile(late, 99),
};
console.log(JSON.stringify(result));
await pool.close();

async function readStream(startsInMs: number): Promise<void> {
  await delay(startsInMs);
  let chunks = 0;
  try {
    const answer = await pool.request({ path: pathname, method: "POST", headers, body });
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${await answer.body.text()}`);
    for await (const piece of answer.body) {
      const now = monotonicMs();
      for (const sentAt of sentAtsIn((piece as Buffer).toString("latin1"))) {
        late.push(now - sentAt);
        chunks += 1;
      }
    }
  } catch (error) {
    console.error(error);
  }
  if (chunks !== chunksPerStream) broken += 1;
}
