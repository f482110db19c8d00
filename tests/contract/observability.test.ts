import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../database";
import { eventually } from "../eventually";
import { startServer } from "../server";
import { createClient, type Installation, startInstallation } from "./installation";

const database = useDatabase();
const metricsToken = "test-metrics-token-0123456789";
let collector: Server;
const spans: string[] = [];

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    spans.push((await Array.fromAsync(request)).join(""));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
});

afterAll(() => collector.close());

describe("what a server tells of itself", () => {
  let installation: Installation;
  let requestId: string | null;

  beforeAll(async () => {
    const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
    const env = { SLUICE_METRICS_TOKEN: metricsToken, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, LOG_LEVEL: "debug" };
    installation = await startInstallation({ lane: "fast", databaseUrl: database.url, env });
    const { secret } = await createClient(installation.server);
    const response = await fetch(`${installation.server.url}/api/proxy/openai/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}` },
      body: '{"model":"gpt-observed","messages":[]}',
    });
    requestId = response.headers.get("x-request-id");
    expect(response.status).toBe(200);
  });

  afterAll(() => installation.stop());

  test("its metrics, which count what the fast lane serves", async () => {
    const scrape = (headers: Record<string, string>) => fetch(`${installation.server.url}/metrics`, { headers });
    expect((await scrape({})).status).toBe(401);
    await eventually(async () => {
      const response = await scrape({ authorization: `Bearer ${metricsToken}` });
      expect(response.status).toBe(200);
      const text = await response.text();
      expect(text).toContain('sluice_calls_total{provider="openai",outcome="answered"} 1');
      expect(text).toContain("sluice_settlements_waiting 0");
      expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    });
  });

  test("its log: one JSON object a line, by the id that the client got", async () => {
    await eventually(() => expect(installation.server.output()).toContain(`"requestId":"${requestId}"`));
    const line = installation.server
      .output()
      .split("\n")
      .find((each) => each.includes(`"requestId":"${requestId}"`)) as string;
    expect(JSON.parse(line)).toMatchObject({ provider: "openai", outcome: "answered", httpStatus: 200 });
  });

  test("its spans, the last ones when it stops", async () => {
    expect(await installation.server.stop()).toBe(0);
    expect(spans.join("")).toContain(requestId);
    expect(spans.join("")).toContain("gpt-observed");
  });
});

test("without `server.ts` too: the portable lane has its metrics and readiness", async () => {
  const env = { SLUICE_METRICS_TOKEN: metricsToken };
  const server = await startServer({ lane: "portable", databaseUrl: database.url, env });
  try {
    const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } });
    expect(await response.text()).toContain("process_cpu_seconds_total");
    expect((await fetch(`${server.url}/api/health/ready`)).status).toBe(200);
  } finally {
    await server.stop();
  }
});
