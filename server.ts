import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import next from "next";
import { alertJob } from "@/lib/alerts/alert-job";
import { closeDatabase } from "@/lib/db/client";
import { env } from "@/lib/env";
import { prepareFastLane, serveProxy } from "@/lib/gateway/node-lane";
import { stopTracing } from "@/lib/health/tracing";
import { oldSecretUses } from "@/lib/keys/old-secret-uses";
import { settleClientAddress } from "@/lib/launch/client-address";
import { compressAnswer } from "@/lib/launch/compress-answer";
import { readLaunchEnv } from "@/lib/launch/database";
import { drain, OpenRequests } from "@/lib/launch/drain";
import { guardsOwnServer } from "@/lib/launch/guarded-servers";
import { type Installation, openInstallation } from "@/lib/launch/installation";
import { describeFailure } from "@/lib/launch/line-error";
import { listen, requireFreePort } from "@/lib/launch/listen";
import { closeStalledClients } from "@/lib/launch/stalled-clients";
import { stopSignal } from "@/lib/launch/stop-signal";
import { isReadable, refuseTarget } from "@/lib/launch/target";
import { log } from "@/lib/log";
import { startMetering, stopMetering } from "@/lib/metering/lifecycle";
import { purgeJob } from "@/lib/retention/purge-job";

const development = process.env.NODE_ENV === "development";
const maxHeaderBytes = 32 * 1024;
const headersTimeoutMs = 15_000;
/** For the whole of a request, its body included; an answer may stream as long as it likes. */
const requestTimeoutMs = 10 * 60_000;
/** Longer than load balancers keep an idle connection (60 s), so that it is they who close it. */
const keepAliveTimeoutMs = 65_000;

const report = (line: string) => console.log(line);

// When nobody takes its output any more (a closed terminal, a pipe that ended, a full disk), the server goes on.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(describeFailure(error));
  process.exit(1);
}

async function main(): Promise<void> {
  const stopped = stopSignal(report);
  const { PORT: port, HOST: host } = readLaunchEnv();
  await requireFreePort({ port, host });

  const installation = await openInstallation(report);
  try {
    await startMetering();
    prepareFastLane();
    guardsOwnServer();
    const jobs = [purgeJob(), alertJob()];
    for (const job of jobs) job.start();
    await serve({ port, host, installation, stopped });
    await Promise.all(jobs.map((job) => job.stop()));
    await stopMetering();
    await oldSecretUses().flush();
    await stopTracing();
    await closeDatabase();
  } finally {
    await installation.close();
  }
  report("Stopped.");
}

type Serving = { port: number; host: string; installation: Installation; stopped: Promise<void> };

async function serve({ port, host, installation, stopped }: Serving): Promise<void> {
  const requests = new OpenRequests();
  const server = createServer({
    maxHeaderSize: maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: 5_000,
    // Only for hot reload. Some HTTP clients offer HTTP/2 by an upgrade; that is to be passed over.
    shouldUpgradeCallback: (request) => development && request.headers.upgrade?.toLowerCase() === "websocket",
  });
  closeStalledClients(server, { timeoutMs: env().SLUICE_CLIENT_TIMEOUT_SECONDS * 1_000 });
  const app = next({ dev: development, hostname: host, port, httpServer: server });
  await app.prepare();
  const handlePage = app.getRequestHandler();

  // In development calls take the portable lane, where a change of lib/ applies without a restart.
  const takesFastLane = ({ url = "" }: IncomingMessage) => !development && /^\/+api\/proxy(?:[/?]|$)/.test(url);
  const takesAnswer = ({ method, url = "" }: IncomingMessage) => method === "GET" && url.startsWith("/api/");
  const handle = requests.track(async (request, response) => {
    // A request line that names a host is for a forward proxy, which this is not: Next would send its client there.
    if (!request.url?.startsWith("/")) return refuseTarget(response);
    if (takesFastLane(request)) return await serveProxy(request, response);
    if (!isReadable(request.url)) return refuseTarget(response);
    settleClientAddress(request, { proxies: env().SLUICE_PROXIES });
    if (takesAnswer(request)) compressAnswer(request, response);
    await handlePage(request, response);
  });
  server.on(
    "request",
    (request, response) => void handle(request, response).catch((error) => failRequest(response, error)),
  );

  announce({ port: await listen(server, { port, host }), host, isNew: installation.isNew });
  await stopped;

  if (requests.size > 0)
    report(
      `Stopping: ${requests.size} open ${requests.size === 1 ? "request" : "requests"} may finish, for ${env().SLUICE_DRAIN_SECONDS} s at most …`,
    );
  await drain({ server, requests, timeoutMs: env().SLUICE_DRAIN_SECONDS * 1000 });
  await app.close();
}

function announce({ port, host, isNew }: { port: number; host: string; isNew: boolean }): void {
  const name = ["0.0.0.0", "::", "127.0.0.1"].includes(host) ? "localhost" : host.includes(":") ? `[${host}]` : host;
  const url = env().PUBLIC_URL ?? `http://${name}:${port}`;
  report(`Sluice is ready: ${url}`);
  if (isNew) report(`First run: open ${new URL("/setup", url)} to make the owner's account.`);
}

function failRequest(response: ServerResponse, error: unknown): void {
  log().error({ err: error }, "a request failed here");
  if (response.headersSent) response.destroy();
  else response.writeHead(500).end();
}
