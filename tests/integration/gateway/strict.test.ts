import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { meter } from "@/lib/metering/lifecycle";
import { api } from "../../api";
import { completion, json, type Script } from "../../fixtures/scripted-upstream";
import { ledgerOf, makeClient, useGateway } from "../../gateway";
import { counterOf } from "../../metering";

const { upstream, post, addProvider } = useGateway();
const path = "/openai/v1/chat/completions";
const hello = [{ role: "user", content: "Hello" }];

/** What the dearest model counts for an image. */
const dearestImage = 48_169;

/** A provider as greedy as one can be that keeps the cap: each byte is a token, and every answer is as long as it may be. */
const greedy: Script = (request, response, incoming) => {
  const { n, max_completion_tokens: newer, max_tokens: older } = JSON.parse(request.body);
  const cap = Math.max(newer ?? 0, older ?? 0);
  return completion({ inputTokens: greedyInput(request.body), outputTokens: cap * (n ?? 1) })(
    request,
    response,
    incoming,
  );
};

function greedyInput(body: string): number {
  const { messages, tools } = JSON.parse(body);
  const parts = messages.flatMap(({ content }: { content: unknown }) => content) as (string | { image_url?: object })[];
  const images = parts.filter((part) => typeof part === "object" && part.image_url).length;
  const texts = parts.map((part) => (typeof part === "string" ? part : part.image_url ? "" : JSON.stringify(part)));
  const marks = 4 * messages.length + 3;
  return Buffer.byteLength(texts.join("") + (tools ? JSON.stringify(tools) : "")) + images * dearestImage + marks;
}

const text = fc.string({ unit: "grapheme", maxLength: 400 });
const image = fc
  .constantFrom("data:image/png;base64,iVBORw0KGgo=", "https://images.test/cat.png")
  .map((url) => ({ type: "image_url", image_url: { url } }));
const part = fc.oneof(
  { weight: 5, arbitrary: text.map((each) => ({ type: "text", text: each })) },
  { weight: 1, arbitrary: image },
);
const call = fc.record(
  {
    messages: fc.array(
      fc.record({
        role: fc.constantFrom("user", "assistant"),
        content: fc.oneof(text, fc.array(part, { maxLength: 3 })),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    n: fc.integer({ min: 1, max: 4 }),
    max_tokens: fc.integer({ min: 0, max: 6_000 }),
    max_completion_tokens: fc.constantFrom(null, 1, 700, 9_000),
    stream: fc.boolean(),
    tools: fc.array(
      fc.record({ type: fc.constant("function"), function: fc.record({ name: fc.constant("f"), description: text }) }),
      { minLength: 1, maxLength: 2 },
    ),
  },
  { requiredKeys: ["messages"] },
);

test("no mix of calls passes a limit by a token, whatever their input, as long as the provider keeps its cap", async () => {
  upstream.on("greedy", greedy);
  let answered = 0;
  for (const [round, calls] of fc
    .sample(fc.array(call, { minLength: 30, maxLength: 30 }), { numRuns: 6, seed: 5 })
    .entries()) {
    const limit = 40_000 + round * 30_000;
    const client = await makeClient({ strict: true, dailyTokenLimit: limit }, { monthlyTokenLimit: 160_000 });
    const send = async (body: object, index: number) => {
      const given = { model: "greedy", ...body };
      const answer = await post(client, path, index % 2 ? JSON.stringify(given) : escaped(given));
      await answer.arrayBuffer();
      return answer.status;
    };
    const statuses: number[] = [];
    for (let first = 0; first < calls.length; first += 10)
      statuses.push(...(await Promise.all(calls.slice(first, first + 10).map(send))));
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    answered += statuses.filter((status) => status === 200).length;

    const records = await ledgerOf(client);
    for (const { input_tokens: input, output_tokens: output, reserved_tokens: reserved } of records)
      expect(Number(input) + Number(output)).toBeLessThanOrEqual(reserved);
    const { tokens_used: used } = await counterOf(pool(), client.tenantId, "day");
    expect(used).toBeLessThanOrEqual(limit);
    expect((await counterOf(pool(), client.keyId, "month")).tokens_used).toBeLessThanOrEqual(160_000);
  }
  expect(answered).toBeGreaterThan(30);
});

/** JSON with every character beyond ASCII escaped, as PHP and Python write it. */
function escaped(body: object): string {
  return JSON.stringify(body).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

describe("what is sent to the provider", () => {
  const bodyOf = (model: string) => upstream.requestsFor(model).at(-1)?.body;

  test("is what the client wrote where it fits", async () => {
    const client = await makeClient({ strict: true, dailyTokenLimit: 100_000 });
    const body = `{ "model":"as-written",  "max_tokens" : 1e2, "messages":[{"role":"user","content":"h\\u00e9llo"}] }`;
    expect((await post(client, path, body)).status).toBe(200);
    expect(bodyOf("as-written")).toBe(body);
  });

  test("is capped to what is left, at the place where the client wrote its own cap", async () => {
    const client = await makeClient({ strict: true, dailyTokenLimit: 400 });
    const body = (cap: string) =>
      `{"model":"lowered", "max_tokens" : ${cap},"n":2,"messages":[{"role":"user","content":"hello"}]}`;
    expect((await post(client, path, body("9000"))).status).toBe(200);

    const input = Buffer.byteLength(body("9000"));
    expect(bodyOf("lowered")).toBe(body(String(Math.floor((400 - input) / 2))));
    expect(await ledgerOf(client)).toMatchObject([{ reserved_tokens: 400 }]);
  });

  test("is capped to the plan's default where the client set no cap, and still asks for usage in a stream", async () => {
    const client = await makeClient({ strict: true, dailyTokenLimit: 100_000, defaultOutputTokens: 300 });
    const answer = await post(client, path, { model: "capped", stream: true, messages: hello });
    await answer.arrayBuffer();
    expect(JSON.parse(bodyOf("capped") ?? "")).toEqual({
      model: "capped",
      stream: true,
      messages: hello,
      max_completion_tokens: 300,
      stream_options: { include_usage: true },
    });
    expect(await ledgerOf(client)).toMatchObject([{ input_tokens: 12, output_tokens: 10, estimated: false }]);
  });

  test("is nothing where the input and one token of output have no room", async () => {
    const client = await makeClient({ strict: true, dailyTokenLimit: 60 });
    const answer = await post(client, path, { model: "no-room", max_tokens: 10, messages: hello });
    expect(answer.status).toBe(429);
    expect(await answer.json()).toMatchObject({ error: { code: "insufficient_quota" } });
    expect(upstream.requestsFor("no-room")).toEqual([]);
    expect(await ledgerOf(client)).toEqual([]);
  });

  test.each([
    { name: "a search that adds to the input", body: { web_search_options: {} } },
    { name: "a tool that the provider runs", body: { tools: [{ type: "web_search" }] } },
    { name: "a file", body: { messages: [{ role: "user", content: [{ type: "file", file: { file_id: "f" } }] }] } },
    { name: "a field that is given twice", body: '{"model":"unbounded","n":1,"n":9,"messages":[]}' },
  ])("is nothing where $name makes the tokens unknown", async ({ body }) => {
    const client = await makeClient({ strict: true, dailyTokenLimit: 1_000_000 });
    const given = typeof body === "string" ? body : { model: "unbounded", messages: hello, ...body };
    const answer = await post(client, path, given);
    expect(answer.status).toBe(400);
    expect((await answer.json()).error.message).toContain("strict");
    expect(upstream.requestsFor("unbounded")).toEqual([]);
    expect(await ledgerOf(client)).toEqual([]);
  });
});

test.each([
  {
    vendor: "anthropic" as const,
    path: "/v1/messages",
    body: { max_tokens: 90_000, messages: hello },
    answer: { usage: { input_tokens: 8, output_tokens: 5 } },
    cap: (sent: { max_tokens: number }) => sent.max_tokens,
    added: 0,
  },
  {
    vendor: "gemini" as const,
    path: "/v1beta/models/strict-gemini-model:generateContent",
    body: { contents: [{ role: "user", parts: [{ text: "Hello" }] }], generationConfig: { maxOutputTokens: 90_000 } },
    answer: { usageMetadata: { promptTokenCount: 8, candidatesTokenCount: 5 } },
    cap: (sent: { generationConfig: { maxOutputTokens: number } }) => sent.generationConfig.maxOutputTokens,
    added: 0,
  },
  {
    vendor: "ollama" as const,
    path: "/api/chat",
    body: { stream: false, messages: hello, options: { num_predict: 90_000 } },
    answer: { done: true, prompt_eval_count: 8, eval_count: 5 },
    // Some versions generate one token more than they are told.
    cap: (sent: { options: { num_predict: number } }) => sent.options.num_predict + 1,
    // For the system prompt that a template may have.
    added: 512,
  },
])("a call in the dialect of $vendor is capped to what is left", async ({ vendor, path, body, answer, cap, added }) => {
  await addProvider({ slug: `strict-${vendor}`, vendor });
  const client = await makeClient({ strict: true, dailyTokenLimit: 3_000 });
  const model = `strict-${vendor}-model`;
  upstream.on(model, json(200, answer));
  const given = { ...body, model };
  expect((await post(client, `/strict-${vendor}${path}`, given)).status).toBe(200);

  const sent = JSON.parse(upstream.requestsFor(model).at(-1)?.body ?? "");
  expect(cap(sent)).toBe(3_000 - Buffer.byteLength(JSON.stringify(given)) - added);
  expect(await ledgerOf(client)).toMatchObject([{ reserved_tokens: 3_000, input_tokens: 8, output_tokens: 5 }]);
});

const searching = "a model that searches by itself";
let hosts = 0;

test.each([
  { vendor: "openrouter" as const, model: "openai/gpt-4o:online", path: "/v1/chat/completions" },
  { vendor: "openrouter" as const, model: "anthropic/claude-sonnet-5:online", path: "/v1/messages" },
  { vendor: "groq" as const, model: "groq/compound-mini", path: "/v1/chat/completions" },
  { vendor: "openai" as const, model: "gpt-4o-mini-search-preview-2025-03-11", path: "/v1/chat/completions" },
  { vendor: "openai" as const, model: "o4-mini-deep-research", path: "/v1/responses" },
  { vendor: "perplexity" as const, model: "sonar-deep-research", path: "/chat/completions" },
  { vendor: "perplexity" as const, model: "sonar-pro", path: "/v1/chat/completions" },
  { vendor: "openrouter" as const, model: "perplexity/sonar", path: "/v1/chat/completions" },
  { vendor: "vllm" as const, model: "groq/compound", path: "/v1/chat/completions" },
  { vendor: "openrouter" as const, model: "@preset/mail", path: "/v1/chat/completions", why: "a preset" },
  { vendor: "openrouter" as const, model: "openai/gpt-5@preset/mail", path: "/v1/messages", why: "a preset" },
  { vendor: "openrouter" as const, model: "openrouter/fusion", path: "/v1/chat/completions", why: "asks others" },
  { vendor: "xai" as const, model: "grok-4.20-multi-agent", path: "/v1/responses", why: "asks others" },
])("a model of $vendor whose use nobody can bound is not let through: $model", async (given) => {
  const { vendor, model, path, why = searching } = given;
  const slug = `unbounded-${++hosts}`;
  await addProvider({ slug, vendor });
  const client = await makeClient({ strict: true, dailyTokenLimit: 1_000_000 });
  const answer = await post(client, `/${slug}${path}`, { model, max_tokens: 10, messages: hello });
  expect(answer.status).toBe(400);
  expect((await answer.json()).error.message).toContain(why);
  expect(upstream.requestsFor(model)).toEqual([]);
});

test("a plan that becomes strict binds from the next call on", async () => {
  const client = await makeClient({ dailyTokenLimit: 5_000 });
  const body = { model: "turned-strict", max_tokens: 4_000, messages: hello };
  expect((await post(client, path, body)).status).toBe(200);

  expect((await api("PATCH", `/api/admin/plans/${client.planId}`, { body: { strict: true } })).status).toBe(200);
  await meter().flush({ timeoutMs: 60_000 });
  expect((await post(client, path, { ...body, max_tokens: 9_000 })).status).toBe(200);
  expect(JSON.parse(upstream.requestsFor("turned-strict").at(-1)?.body ?? "").max_tokens).toBeLessThan(5_000);
});
