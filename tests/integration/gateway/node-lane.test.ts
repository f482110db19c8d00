import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { closeDatabase, pool } from "@/lib/db/client";
import { serveProxy } from "@/lib/gateway/node-lane";
import { meter, startMetering, stopMetering } from "@/lib/metering/lifecycle";
import type { CreatePlanInput } from "@/lib/plans/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { makeKey, makePlan, makeTenant } from "../../factories";
import { answerText, chatEvent, json, ScriptedUpstream } from "../../fixtures/scripted-upstream";

useDatabase();
const upstream = new ScriptedUpstream();
let server: Server;
let url: string;

beforeAll(async () => {
  await upstream.start();
  await startMetering();
  await api("POST", "/api/admin/providers", {
    body: { slug: "openai", name: "OpenAI", vendor: "openai", baseUrl: upstream.url, credential: "sk-provider" },
  });
  server = createServer((request, response) => void serveProxy(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/proxy/openai/v1`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await upstream.stop();
  await stopMetering();
  await closeDatabase();
});

async function makeClient(plan?: Partial<CreatePlanInput>): Promise<{ tenantId: string; secret: string }> {
  const { id: tenantId } = await makeTenant(plan && { planId: (await makePlan(plan)).id });
  return { tenantId, secret: (await makeKey(tenantId)).secret };
}

/** The client's ledger, once all is written. */
async function recordsOf({ tenantId }: { tenantId: string }) {
  await meter().flush({ timeoutMs: 60_000 });
  const { rows } = await pool().query(
    `select model, state, http_status, input_tokens::int, output_tokens::int, estimated from usage_record
     where tenant_id = $1 order by admitted_at`,
    [tenantId],
  );
  return rows;
}

test("a client that reads slowly slows the provider, and its waiting leaves nothing behind", async () => {
  const events = 400;
  const event = chatEvent("slow-reader", { content: "x".repeat(50_000) });
  let sent = 0;
  upstream.on("slow-reader", async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (; sent < events; sent++) if (!response.write(event)) await once(response, "drain");
    response.end("data: [DONE]\n\n");
  });
  const warned = vi.fn();
  process.on("warning", warned);

  const client = await makeClient();
  const request = httpRequest(`${url}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${client.secret}` },
  });
  request.end(JSON.stringify({ model: "slow-reader", stream: true, messages: [] }));
  const [answer] = (await once(request, "response")) as [IncomingMessage];
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(sent).toBeLessThan(events);

  let bytes = 0;
  for await (const chunk of answer) bytes += chunk.length;
  expect(bytes).toBe(events * event.length + "data: [DONE]\n\n".length);
  process.off("warning", warned);
  expect(warned).not.toHaveBeenCalled();
  expect(await recordsOf(client)).toMatchObject([{ state: "settled" }]);
});

test("a provider that fails costs nothing, also when the client did not wait for it", async () => {
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  upstream.on("fails-late", async (_request, _response, incoming) => {
    asked.resolve();
    await left.promise;
    incoming.socket.destroy();
  });
  const client = await makeClient();
  const leaving = new AbortController();
  const answer = fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${client.secret}` },
    body: JSON.stringify({ model: "fails-late", messages: [{ role: "user", content: "Hello" }] }),
    signal: leaving.signal,
  });
  await asked.promise;
  leaving.abort();
  await expect(answer).rejects.toThrow();
  left.resolve();
  await eventually(async () =>
    expect(await recordsOf(client)).toMatchObject([{ state: "failed", input_tokens: null }]),
  );
});

test("where models are restricted, model lists and moderations still pass", async () => {
  const client = await makeClient({ allowedModels: ["gpt-4o*"] });
  const headers = { authorization: `Bearer ${client.secret}` };
  const statusOf = async (path: string, body: object | null) =>
    (await fetch(url + path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers })).status;

  expect(await statusOf("/models", null)).toBe(200);
  expect(await statusOf("/moderations", { input: "Hello" })).toBe(200);
  expect(await statusOf("/chat/completions", { model: "gpt-5-pro", messages: [] })).toBe(403);
  expect(await statusOf("/chat/completions", { messages: [] })).toBe(403);
});

test("an allowed model in the body does not open a deployment that is not allowed: at Azure the path decides", async () => {
  const client = await makeClient({ allowedModels: ["gpt-4o*"] });
  const statusOf = async (deployment: string) => {
    const path = `/openai/deployments/${deployment}/chat/completions`;
    const { status } = await fetch(url.replace(/\/v1$/, path), {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}` },
      body: JSON.stringify({ model: "gpt-4o", messages: [] }),
    });
    return status;
  };
  expect(await statusOf("gpt-4o-mini")).toBe(200);
  expect(await statusOf("gpt-5-pro")).toBe(403);
});

test.each([
  { name: "an alternative", fields: { models: ["gpt-4o", "gpt-5-pro"] } },
  { name: "a fallback", fields: { fallbacks: [{ model: "gpt-5-pro" }] } },
  { name: "a preset", fields: { preset: "anything" } },
  { name: "a request within the request", fields: { extra_body: { model: "gpt-5-pro" } } },
  { name: "a tool", fields: { tools: [{ type: "advisor", model: "gpt-5-pro" }] } },
  { name: "another spelling", fields: { Model: "gpt-5-pro" } },
  { name: "a list in its name", fields: { model: "gpt-4o-mini,gpt-5-pro" } },
])("where models are restricted, no other is reached by $name", async ({ fields }) => {
  const client = await makeClient({ allowedModels: ["gpt-4o*"] });
  const before = upstream.received.length;
  const ask = async (body: object) =>
    (
      await fetch(`${url}/chat/completions`, {
        method: "POST",
        headers: { authorization: `Bearer ${client.secret}` },
        body: JSON.stringify({ model: "gpt-4o-mini", messages: [], ...body }),
      })
    ).status;
  expect(await ask(fields)).toBe(403);
  expect(upstream.received.length).toBe(before);
  expect(await ask({ models: ["gpt-4o-mini", "gpt-4o"] })).toBe(200);
});

test("what a provider reports is what counts, also where it reports zeros beside a text", async () => {
  const usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const message = { role: "assistant", content: answerText };
  upstream.on("all-zeros", json(200, { model: "all-zeros", choices: [{ index: 0, message }], usage }));
  const client = await makeClient();
  await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${client.secret}` },
    body: JSON.stringify({ model: "all-zeros", messages: [{ role: "user", content: "Hello" }] }),
  });
  expect(await recordsOf(client)).toMatchObject([
    { state: "settled", input_tokens: 0, output_tokens: 0, estimated: false },
  ]);
});

test.each([
  { encoding: "gzip", encode: gzipSync, input: 5, output: 6, estimated: false },
  { encoding: "br", encode: brotliCompressSync, input: 5, output: 6, estimated: false },
  { encoding: "zstd", encode: zstdCompressSync, input: 5, output: 6, estimated: false },
  // What was reserved for it.
  { encoding: "unknown", encode: gzipSync, input: 1, output: 1_024, estimated: true },
])(
  "an answer that comes in $encoding, unasked, passes byte for byte and is metered all the same",
  async ({ encoding, encode, input, output, estimated }) => {
    const message = { role: "assistant", content: "Hi" };
    const usage = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 };
    const bytes = encode(JSON.stringify({ model: "encoded", choices: [{ index: 0, message }], usage }));
    upstream.on("encoded", (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": encoding }).end(bytes);
    });
    const client = await makeClient();
    const request = httpRequest(`${url}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}` },
    });
    request.end(JSON.stringify({ model: "encoded", messages: [{ role: "user", content: "Hello" }] }));
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    expect(answer.headers["content-encoding"]).toBe(encoding);
    expect(Buffer.concat(await Array.fromAsync(answer)).equals(bytes)).toBe(true);
    expect(await recordsOf(client)).toMatchObject([
      { state: "settled", input_tokens: input, output_tokens: output, estimated },
    ]);
  },
);

test("a list that its client has already is told to be the same still", async () => {
  upstream.otherwise((request, response) => {
    const isSame = request.headers["if-none-match"] === '"1"';
    response.writeHead(isSame ? 304 : 200, { etag: '"1"' }).end();
  });
  const client = await makeClient();
  const response = await fetch(`${url}/models`, {
    headers: { authorization: `Bearer ${client.secret}`, "if-none-match": '"1"' },
  });
  expect([response.status, response.headers.get("etag")]).toEqual([304, '"1"']);
});

test("a refused call keeps its client's connection, unless a large body is still on its way", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const refuse = async (body: Buffer) => {
    const request = httpRequest(`${url}/chat/completions`, {
      method: "POST",
      agent,
      headers: { authorization: "Bearer slc_wrong", "content-length": body.length },
    });
    // A large body meets a closed connection in the end.
    request.on("error", () => {});
    request.end(body);
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    answer.resume();
    await once(answer, "close");
    return { status: answer.statusCode, connection: answer.headers.connection, reused: request.reusedSocket };
  };
  const small = Buffer.from(JSON.stringify({ model: "gpt-4o", messages: [] }));
  expect(await refuse(small)).toEqual({ status: 401, connection: "keep-alive", reused: false });
  expect(await refuse(small)).toEqual({ status: 401, connection: "keep-alive", reused: true });
  expect(await refuse(Buffer.alloc(20_000_000, "a"))).toMatchObject({ status: 401, connection: "close" });
  agent.destroy();
});
