import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeDatabase } from "@/lib/db/client";
import { handleCall } from "@/lib/gateway/handle-call";
import { stopTracing } from "@/lib/health/tracing";
import { meter, startMetering, stopMetering } from "@/lib/metering/lifecycle";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makeTenant } from "../../factories";
import { ScriptedUpstream } from "../../fixtures/scripted-upstream";

useDatabase();
const upstream = new ScriptedUpstream();
let collector: Server;
const received: string[] = [];

beforeAll(async () => {
  await upstream.start();
  await startMetering();
  await api("POST", "/api/admin/providers", {
    body: { slug: "openai", name: "OpenAI", vendor: "openai", baseUrl: upstream.url, credential: "sk-canary-provider" },
  });
  collector = createServer(async (request, response) => {
    received.push((await Array.fromAsync(request)).join(""));
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
});

afterAll(async () => {
  collector.close();
  await upstream.stop();
  await stopMetering();
  await closeDatabase();
});

type Attribute = { key: string; value: { stringValue?: string; intValue?: number; boolValue?: boolean } };
type Span = { traceId: string; parentSpanId?: string; name: string; status: { code: number }; attributes: Attribute[] };

test("with a collector named in the environment each call is a span of its client's trace, without secrets or texts", async () => {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  process.env.OTEL_SERVICE_NAME = "sluice-under-test";
  const { id: tenantId } = await makeTenant({ name: "Canary Client" });
  const { secret } = await makeKey(tenantId, { name: "canary-key" });
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const call = (key: string) =>
    handleCall({
      method: "POST",
      url: "/api/proxy/openai/v1/chat/completions",
      headers: { authorization: `Bearer ${key}`, traceparent: `00-${traceId}-b7ad6b7169203331-01` },
      readBody: async () =>
        Buffer.from('{"model":"gpt-traced","messages":[{"role":"user","content":"canary prompt"}]}'),
      clientGone: new AbortController().signal,
    });
  const answered = await call(secret);
  await call("slc_canary");
  await meter().flush({ timeoutMs: 60_000 });
  await stopTracing();

  const exported = received.map((text) => JSON.parse(text).resourceSpans[0]);
  const spans = exported.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap((scope: { spans: Span[] }) => scope.spans),
  ) as Span[];
  expect(spans.map(({ name }) => name).sort()).toEqual(["chat/completions", "refusal"]);
  for (const span of spans) expect(span).toMatchObject({ traceId, parentSpanId: "b7ad6b7169203331" });
  const attributes = new Map(
    spans.flatMap((span) => span.attributes.map(({ key, value }) => [`${span.name} ${key}`, Object.values(value)[0]])),
  );
  expect(attributes.get("chat/completions sluice.request_id")).toBe(answered.headers["x-request-id"]);
  expect(attributes.get("chat/completions gen_ai.request.model")).toBe("gpt-traced");
  expect(attributes.get("chat/completions gen_ai.usage.input_tokens")).toBe(12);
  expect(attributes.get("refusal sluice.reason")).toBe("invalid_api_key");
  expect(received.join("")).toContain("sluice-under-test");
  expect(received.join("")).not.toMatch(/canary/i);
  expect(received.join("")).not.toContain(tenantId);
});
