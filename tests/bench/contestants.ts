import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@/lib/db/migrate";
import { startPostgres } from "@/lib/launch/postgres";
import { createClient, quotaOf } from "../contract/installation";
import { admin, type RunningServer, startServer } from "../server";
import { checkLedger, type LedgerCheck } from "./check-ledger";
import type { Target } from "./load";
import { startNode, startNodeOnPort } from "./processes";

/** `pair` are two instances of Sluice on one database. */
export const names = ["upstream", "passThrough", "portkey", "sluice", "pair"] as const;
export type Name = (typeof names)[number];

export type Contestants = {
  targets: Record<Name, Target[]>;
  /** Sluice with a key that has used up its limit. */
  abuser: Target;
  /** The upstream of the streams, and Sluice before it. */
  streams: { direct: Target; sluice: Target };
  /** What the process of Sluice holds in memory; null where that cannot be told. */
  memoryBytes(): number | null;
  /** Ends Sluice, which settles what is open, and reads its ledger. To be called after the load. */
  readLedger(): Promise<LedgerCheck>;
  stop(): Promise<void>;
};

const here = import.meta.dirname;
const completions = "/v1/chat/completions";
/** Never reached, always checked. */
const cap = 1_000_000_000_000;
const limitCount = 6;

/** Starts all that compete, each in a process of its own, in front of one upstream. */
export async function startContestants(): Promise<Contestants> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const upstream = await startNode([join(here, "upstream.ts")]);
    stops.push(upstream.stop);
    const passThrough = await startNode([join(here, "pass-through.ts"), upstream.url]);
    stops.push(passThrough.stop);
    const portkey = await startNodeOnPort((port) => [
      "node_modules/@portkey-ai/gateway/build/start-server.js",
      `--port=${port}`,
      "--headless",
    ]);
    stops.push(portkey.stop);
    const streams = await startNode(["--import", "tsx", join(here, "stream-upstream.ts")]);
    stops.push(streams.stop);
    const sluice = await startSluice({ upstreamUrl: upstream.url, streamsUrl: streams.url, stops });

    const credential = { authorization: "Bearer sk-upstream" };
    return {
      targets: {
        upstream: [{ url: `${upstream.url}${completions}`, headers: credential }],
        passThrough: [{ url: `${passThrough.url}${completions}`, headers: credential }],
        portkey: [
          {
            url: `${portkey.url}${completions}`,
            headers: { ...credential, "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream.url}/v1` },
          },
        ],
        sluice: [sluice.target],
        pair: sluice.pair,
      },
      abuser: sluice.abuser,
      streams: { direct: { url: `${streams.url}${completions}`, headers: credential }, sluice: sluice.streams },
      memoryBytes: sluice.memoryBytes,
      readLedger: sluice.readLedger,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type StartedSluice = Pick<Contestants, "abuser" | "memoryBytes" | "readLedger"> & {
  target: Target;
  pair: Target[];
  streams: Target;
};

async function startSluice({
  upstreamUrl,
  streamsUrl,
  stops,
}: {
  upstreamUrl: string;
  streamsUrl: string;
  stops: (() => Promise<unknown>)[];
}): Promise<StartedSluice> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  // PostgreSQL's account must be able to enter it when root runs this.
  await chmod(directory, 0o755);
  stops.push(() => rm(directory, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDirectory: directory, report: () => {} });
  stops.push(postgres.stop);
  await migrate({ databaseUrl: postgres.url });

  const server = await startServer({ lane: "fast", databaseUrl: postgres.url });
  stops.push(server.stop);
  const second = await startServer({ lane: "fast", databaseUrl: postgres.url });
  stops.push(second.stop);
  await addProvider(server, "openai", upstreamUrl);
  await addProvider(server, "streams", streamsUrl);
  const client = await createClient(server, {
    plan: { dailyRequestLimit: cap, monthlyRequestLimit: cap, dailyTokenLimit: cap, monthlyTokenLimit: cap },
    key: { dailyRequestLimit: cap, monthlyTokenLimit: cap },
  });
  const limits = await quotaOf(server, client);
  if (limits.length !== limitCount) throw new Error(`${limits.length} limits are on instead of ${limitCount}.`);
  const abuser = await createClient(server, { plan: { dailyRequestLimit: 0 } });

  const targetOf = (from: RunningServer, provider: string, { secret }: { secret: string }): Target => ({
    url: `${from.url}/api/proxy/${provider}${completions}`,
    headers: { authorization: `Bearer ${secret}` },
  });
  return {
    target: targetOf(server, "openai", client),
    pair: [targetOf(server, "openai", client), targetOf(second, "openai", client)],
    abuser: targetOf(server, "openai", abuser),
    streams: targetOf(server, "streams", client),
    memoryBytes: () => residentBytes(server.process.pid),
    readLedger: async () => {
      await Promise.all([server.stop(), second.stop()]);
      return await checkLedger(postgres.url);
    },
  };
}

async function addProvider(server: RunningServer, slug: string, baseUrl: string): Promise<void> {
  await admin(server, "POST", "/providers", { slug, name: slug, vendor: "openai", baseUrl, credential: "sk-upstream" });
}

/** Of a process, where the system tells (Linux). */
function residentBytes(pid: number | undefined): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}
