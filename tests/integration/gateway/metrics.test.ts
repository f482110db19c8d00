import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { chunksOf } from "@/lib/gateway/answer";
import { handleCall } from "@/lib/gateway/handle-call";
import { metrics } from "@/lib/health/metrics";
import { meter, startMetering, stopMetering } from "@/lib/metering/lifecycle";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { makeKey, makePlan, makeTenant } from "../../factories";
import { chatEvent, ScriptedUpstream } from "../../fixtures/scripted-upstream";

useDatabase();
const upstream = new ScriptedUpstream();

beforeAll(async () => {
  await upstream.start();
  await startMetering();
  await api("POST", "/api/admin/providers", {
    body: { slug: "openai", name: "OpenAI", vendor: "openai", baseUrl: upstream.url, credential: "sk-canary-provider" },
  });
});

afterAll(async () => {
  await upstream.stop();
  await stopMetering();
  await closeDatabase();
});

async function call(secret: string, body: object) {
  return await handleCall({
    method: "POST",
    url: "/api/proxy/openai/v1/chat/completions",
    headers: { authorization: `Bearer ${secret}` },
    readBody: async () => Buffer.from(JSON.stringify({ messages: [{ role: "user", content: "Hi" }], ...body })),
    clientGone: new AbortController().signal,
  });
}

const scrape = () => metrics().registry.metrics();

test("what becomes of calls shows in the metrics, and nothing of whose they were", async () => {
  const { id: planId } = await makePlan({ dailyRequestLimit: 3 });
  const tenant = await makeTenant({ planId, name: "Canary Client" });
  const { secret } = await makeKey(tenant.id, { name: "canary-key" });
  const streaming = Promise.withResolvers<void>();
  upstream.on("canary-stream", async (_request, response) => {
    response
      .writeHead(200, { "content-type": "text/event-stream" })
      .write(chatEvent("canary-stream", { content: "a" }));
    await streaming.promise;
    response.end("data: [DONE]\n\n");
  });
  upstream.on("canary-down", (_request, _response, incoming) => void incoming.socket.destroy());

  await call(secret, { model: "canary-plain" });
  await call(secret, { model: "canary-down" });
  const { body } = await call(secret, { model: "canary-stream", stream: true });
  expect(await scrape()).toMatch(/^sluice_streams_open 1$/m);
  streaming.resolve();
  for await (const _ of chunksOf(body));
  await call(secret, { model: "canary-plain" });
  await call(secret, { model: "canary-plain" });
  await call("slc_unknown", { model: "canary-plain" });
  await meter().flush({ timeoutMs: 60_000 });

  await eventually(async () => expect(await scrape()).toMatch(/^sluice_calls_open 0$/m));
  const text = await scrape();
  for (const line of [
    'sluice_answers_total{status="200"} 3',
    'sluice_answers_total{status="502"} 1',
    'sluice_answers_total{status="429"} 1',
    'sluice_answers_total{status="401"} 1',
    'sluice_refusals_total{reason="requests_day_tenant"} 1',
    'sluice_refusals_total{reason="invalid_api_key"} 1',
    'sluice_calls_total{provider="openai",outcome="answered"} 3',
    'sluice_calls_total{provider="openai",outcome="failed"} 1',
    "sluice_added_seconds_count 4",
    'sluice_upstream_first_byte_seconds_count{provider="openai"} 3',
    "sluice_streams_open 0",
    "sluice_settlements_waiting 0",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).toMatch(/sluice_tokens_total\{provider="openai",kind="input"\} \d+/);
  expect(text).toMatch(/sluice_batch_calls_bucket\{le="1"\} \d+/);
  expect(text).not.toMatch(/canary|slc_/i);
  expect(text).not.toContain(tenant.id);

  const ours = text.split("\n").filter((line) => line.startsWith("sluice_"));
  const labels = new Set(ours.flatMap((line) => [...line.matchAll(/(\w+)="/g)].map(([, label]) => label)));
  expect([...labels].sort()).toEqual(["kind", "le", "outcome", "provider", "reason", "status"]);
});
