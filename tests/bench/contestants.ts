import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "@/lib/db/migrate";
import { startPostgres } from "@/lib/launch/postgres";
import { createClient, quotaOf } from "../contract/installation";
import { admin, startServer } from "../server";
import { checkLedger, type LedgerCheck } from "./check-ledger";
import type { Target } from "./load";
import { startNode, startNodeOnPort } from "./processes";

export const names = ["upstream", "passThrough", "portkey", "sluice"] as const;
export type Name = (typeof names)[number];

export type Contestants = {
  targets: Record<Name, Target>;
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
    const sluice = await startSluice(upstream.url, stops);

    const credential = { authorization: "Bearer sk-upstream" };
    return {
      targets: {
        upstream: { url: `${upstream.url}${completions}`, headers: credential },
        passThrough: { url: `${passThrough.url}${completions}`, headers: credential },
        portkey: {
          url: `${portkey.url}${completions}`,
          headers: { ...credential, "x-portkey-provider": "openai", "x-portkey-custom-host": `${upstream.url}/v1` },
        },
        sluice: sluice.target,
      },
      readLedger: sluice.readLedger,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSluice(
  upstreamUrl: string,
  stops: (() => Promise<unknown>)[],
): Promise<{ target: Target; readLedger(): Promise<LedgerCheck> }> {
  const directory = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  // PostgreSQL's account must be able to enter it when root runs this.
  await chmod(directory, 0o755);
  stops.push(() => rm(directory, { recursive: true, force: true }));
  const postgres = await startPostgres({ dataDirectory: directory, report: () => {} });
  stops.push(postgres.stop);
  await migrate({ databaseUrl: postgres.url });

  const server = await startServer({ lane: "fast", databaseUrl: postgres.url });
  stops.push(server.stop);
  await admin(server, "POST", "/providers", {
    slug: "openai",
    name: "Upstream",
    vendor: "openai",
    baseUrl: upstreamUrl,
    credential: "sk-upstream",
  });
  const client = await createClient(server, {
    plan: { dailyRequestLimit: cap, monthlyRequestLimit: cap, dailyTokenLimit: cap, monthlyTokenLimit: cap },
    key: { dailyRequestLimit: cap, monthlyTokenLimit: cap },
  });
  const limits = await quotaOf(server, client);
  if (limits.length !== limitCount) throw new Error(`${limits.length} limits are on instead of ${limitCount}.`);

  return {
    target: {
      url: `${server.url}/api/proxy/openai${completions}`,
      headers: { authorization: `Bearer ${client.secret}` },
    },
    readLedger: async () => {
      await server.stop();
      return await checkLedger(postgres.url);
    },
  };
}
