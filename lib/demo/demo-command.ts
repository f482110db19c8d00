import { parseArgs } from "node:util";
import pg from "pg";
import { continueHistory, type DemoSize, seed } from "@/prisma/seed";
import { closeDatabase, prisma } from "../db/client";
import { migrate } from "../db/migrate";
import { readLaunchEnv } from "../launch/database";
import { openInstallation } from "../launch/installation";
import { describeFailure, LineError } from "../launch/line-error";
import { requireFreePort } from "../launch/listen";
import { stopSignal } from "../launch/stop-signal";
import { updateProvider } from "../providers/update-provider";
import { announce } from "./announce";
import { type DemoState, demoDirectory, readState, writeState } from "./place";
import { startServer } from "./server-process";
import { Traffic } from "./traffic";
import { type MockedProviders, startProviders } from "./upstream";

/**
 * `npm run demo [-- --calls 10000000 --clients 60 --keys 1000]`: the product on invented data, with mocked providers and live
 * calls, until Ctrl-C. How many past calls, clients and keys there are to be goes up to what a large agency has after years.
 */
const months = 13;
const sizes = ["calls", "clients", "keys"] as const;
const most = { calls: 100_000_000, clients: 20_000, keys: 200_000 };
const countEveryMs = 30_000;
const ofInstallation = /^(DATABASE_URL|AUTH_SECRET|ENCRYPTION_KEY.*|PUBLIC_URL|SLUICE_.*_TOKEN|SMTP_.*|OIDC_.*)$/;
const report = (line: string) => console.log(line);

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(describeFailure(error));
  process.exit(1);
}

async function main(): Promise<void> {
  const size = readSize();
  const stopped = stopSignal(report);
  // Never an existing installation: neither its database nor its secrets, nor whom it mails. What is empty is not set, and
  // not read again from `.env`, as Next does with what is missing.
  for (const name of Object.keys(process.env)) if (ofInstallation.test(name)) process.env[name] = "";
  const { PORT: port, DATA_DIR: dataDirectory } = readLaunchEnv();
  const host = process.env.HOST || "127.0.0.1";
  await requireFreePort({ port, host });

  const directory = demoDirectory(dataDirectory);
  const known = await readState(directory);
  process.env.DATA_DIR = directory;
  const providers = await startProviders(known?.upstreamPort ?? 0);
  try {
    if (!known) await writeState(directory, { isComplete: false, upstreamPort: providers.port, ...size, secrets: {} });
    const installation = await openInstallation(report);
    try {
      const state =
        known && isAsked(known, size) ? await continueDemo(known, providers) : await beginDemo(providers, size);
      await writeState(directory, state);
      await closeDatabase();
      await serve({ port, host, state, stopped });
    } finally {
      await installation.close();
    }
  } finally {
    await providers.stop();
  }
  report("Stopped.");
}

/** Makes the data; what an interrupted attempt, or a demo of another size, has left is thrown away. */
async function beginDemo(providers: MockedProviders, size: DemoSize): Promise<DemoState> {
  const startedAt = performance.now();
  report(`Making ${months} months of a make-believe agency …`);
  await emptyDatabase();
  const made = await seed({ upstreamUrl: providers.url, months, now: new Date(), report, ...size });
  report(
    `Made ${made.calls.toLocaleString("en")} past calls in ${Math.round((performance.now() - startedAt) / 1000)} s.`,
  );
  return { isComplete: true, upstreamPort: providers.port, ...size, secrets: made.secrets };
}

/** Whether what is there is what is asked for; nothing asked for is any. */
function isAsked(known: DemoState, size: DemoSize): boolean {
  return known.isComplete && sizes.every((name) => size[name] === undefined || size[name] === known[name]);
}

function readSize(): DemoSize {
  const { values } = parseArgs({
    options: { calls: { type: "string" }, clients: { type: "string" }, keys: { type: "string" } },
  });
  const given = sizes.flatMap((name) => {
    const text = values[name];
    if (text === undefined) return [];
    if (/^\d{1,9}$/.test(text) && Number(text) > 0 && Number(text) <= most[name]) return [[name, Number(text)]];
    throw new LineError(`--${name} must be a whole number from 1 to ${most[name]}, not ${text}.`);
  });
  return Object.fromEntries(given);
}

async function continueDemo(state: DemoState, providers: MockedProviders): Promise<DemoState> {
  const calls = await continueHistory({ now: new Date() });
  if (calls > 0) report(`Added ${calls.toLocaleString("en")} calls for the time since the last demo.`);
  if (state.upstreamPort === providers.port) return state;

  const actor = { id: null, name: "Demo", role: "owner" } as const;
  for (const { id } of await prisma().provider.findMany({ where: { baseUrl: { startsWith: "http://127.0.0.1:" } } })) {
    await updateProvider({ providerId: id, input: { baseUrl: providers.url }, actor, now: new Date() });
  }
  return { ...state, upstreamPort: providers.port };
}

async function emptyDatabase(): Promise<void> {
  const databaseUrl = process.env.DATABASE_URL as string;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ isEmpty: boolean }>(`select not exists (select from agency) as "isEmpty"`);
  if (rows[0]?.isEmpty !== true) await client.query("drop schema public cascade; create schema public");
  await client.end();
  await migrate({ databaseUrl });
}

type Serving = { port: number; host: string; state: DemoState; stopped: Promise<void> };

async function serve({ port, host, state, stopped }: Serving): Promise<void> {
  const server = await startServer({ port, host });
  const traffic = new Traffic(server.url, state.secrets);
  const running = traffic.run();
  announce({ url: server.url, report });
  const counting = setInterval(() => {
    const { answered, refused } = traffic.count;
    report(`Live traffic: ${answered} calls answered, ${refused} refused.`);
  }, countEveryMs);

  const isStopped = await Promise.race([stopped.then(() => true), server.ended.then(() => false)]);
  clearInterval(counting);
  await traffic.stop();
  await running;
  if (!isStopped) throw new Error("The server has ended.");
  await server.stop();
}
