// Where wrk is not installed: keeps connections busy for a while, and prints what came back as post.lua does.
import { Pool } from "undici";

const [url = "", connections = "1", seconds = "1"] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const body = process.env.BENCH_BODY ?? "";
const headers = Object.fromEntries(
  (process.env.BENCH_HEADERS ?? "").split("\n").map((line) => line.split(": ") as [string, string]),
);

const pool = new Pool(origin, { connections: Number(connections), pipelining: 1 });
const latencies: number[] = [];
let refused = 0;
let broken = 0;

const startedAt = performance.now();
const endsAt = startedAt + Number(seconds) * 1000;
await Promise.all(Array.from({ length: Number(connections) }, keepBusy));
const took = (performance.now() - startedAt) / 1000;
latencies.sort((one, other) => one - other);
console.log(
  JSON.stringify({
    seconds: took,
    answers: latencies.length,
    refused,
    broken,
    p50: percentile(50),
    p99: percentile(99),
  }),
);
await pool.close();

async function keepBusy(): Promise<void> {
  while (performance.now() < endsAt) {
    const sentAt = performance.now();
    try {
      const answer = await pool.request({ path: pathname, method: "POST", headers, body });
      await answer.body.dump({ limit: 10_000_000 });
      latencies.push((performance.now() - sentAt) * 1000);
      if (answer.statusCode >= 300) refused += 1;
    } catch {
      broken += 1;
    }
  }
}

function percentile(percent: number): number {
  return Math.round(latencies[Math.min(latencies.length - 1, Math.floor((latencies.length * percent) / 100))] ?? 0);
}
