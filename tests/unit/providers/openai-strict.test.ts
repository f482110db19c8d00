import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { openaiStrict } from "@/lib/providers/openai-strict";
import type { Endpoint } from "@/lib/providers/types";
import type { Vendor } from "@/lib/providers/vendors";

const endpoint = (name: string): Endpoint => ({ name, kind: "metered" });

const boundsOf = (name: string, body: unknown, vendor: Vendor = "openai") =>
  openaiStrict.boundsOf({
    endpoint: endpoint(name),
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    vendor,
    contentType: "application/json",
  });

describe("the bounds of a request", () => {
  const chat = { model: "m", messages: [{ role: "user", content: "hi" }] };
  const saying = (part: object) => ({ model: "m", messages: [{ role: "user", content: [part] }] });
  test.each([
    {
      name: "a chat without a cap",
      endpoint: "chat/completions",
      body: chat,
      bounds: { answers: 1, answerTokens: null },
    },
    {
      name: "each of several answers",
      endpoint: "chat/completions",
      body: { ...chat, n: 3, max_tokens: 5 },
      bounds: { answers: 3, answerTokens: 5 },
    },
    {
      name: "the highest of several caps",
      endpoint: "chat/completions",
      body: { ...chat, max_tokens: 9, max_completion_tokens: 5 },
      bounds: { answerTokens: 9 },
    },
    {
      name: "a cap that stands for none",
      endpoint: "chat/completions",
      body: { ...chat, n_predict: -1 },
      bounds: { answerTokens: null },
    },
    {
      name: "a completion's default",
      endpoint: "completions",
      body: { prompt: "hi" },
      bounds: { answers: 1, answerTokens: 16 },
    },
    {
      name: "the best of several for each prompt",
      endpoint: "completions",
      body: { prompt: ["a", "b"], n: 2, best_of: 4, max_tokens: 3 },
      bounds: { answers: 8, answerTokens: 3 },
    },
    {
      name: "tokens given by number, as one prompt",
      endpoint: "completions",
      body: { prompt: [1, 2], max_tokens: 3 },
      bounds: { answers: 1 },
    },
    {
      name: "a response, whose cap has a least value",
      endpoint: "responses",
      body: { input: "hi", max_output_tokens: 40 },
      bounds: { answers: 1, answerTokens: 40, leastAnswerTokens: 16 },
    },
    {
      name: "an embedding, which generates nothing",
      endpoint: "embeddings",
      body: { input: "hi" },
      bounds: { answers: 0, answerTokens: 0, leastAnswerTokens: 0 },
    },
  ])("$name", ({ endpoint, body, bounds }) => {
    expect(boundsOf(endpoint, body)).toMatchObject(bounds);
  });

  test.each([
    { name: "tools", endpoint: "chat/completions", more: { tools: [{ type: "function", function: { name: "f" } }] } },
    {
      name: "the form of a chat's answer",
      endpoint: "chat/completions",
      more: { response_format: { type: "json_object" } },
    },
    {
      name: "the form of a response",
      endpoint: "responses",
      more: { text: { format: { type: "json_schema", schema: {} } } },
    },
  ])("leave room for what a host of any models says to them about $name", ({ endpoint: name, more }) => {
    const asked = name === "responses" ? { model: "m", input: "hi", ...more } : { ...chat, ...more };
    expect(boundsOf(name, asked, "custom").inputTokens).toBe(JSON.stringify(asked).length + 1_024);
  });

  test("of an image do not depend on how many bytes it has, nor on where it is", () => {
    const withImage = (url: string) => ({
      model: "m",
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
    });
    const [small, large] = ["iVBO", "iVBO".repeat(5_000)].map(
      (data) => boundsOf("chat/completions", withImage(`data:image/png;base64,${data}`)).inputTokens,
    );
    expect(small).toBe(large);
    expect(boundsOf("chat/completions", withImage("https://images.test/cat.png")).inputTokens).toBeGreaterThan(48_169);
    const asText = boundsOf(
      "chat/completions",
      withImage(`data:image/png;base64,${"not base64 ".repeat(9_000)}`),
    ).inputTokens;
    expect(asText).toBeGreaterThan(99_000);
  });

  test("count bytes that are no UTF-8 as what a host reads in their place", () => {
    const body = Buffer.from(`{"messages":[{"content":"${"\xff".repeat(900)}"}]}`, "latin1");
    const { inputTokens } = openaiStrict.boundsOf({
      endpoint: endpoint("chat/completions"),
      body,
      vendor: "openai",
      contentType: null,
    });
    expect(inputTokens).toBeGreaterThanOrEqual(2_700);
  });

  test.each([
    {
      name: "an earlier response that the host keeps",
      endpoint: "responses",
      body: { input: "hi", previous_response_id: "resp_1" },
    },
    { name: "a stored prompt", endpoint: "responses", body: { prompt: { id: "pmpt_1" } } },
    { name: "an item by reference", endpoint: "responses", body: { input: [{ type: "item_reference", id: "msg_1" }] } },
    {
      name: "a file as content",
      endpoint: "responses",
      body: { input: [{ role: "user", content: [{ type: "input_file", file_id: "f" }] }] },
    },
    {
      name: "a file as a tool's result",
      endpoint: "responses",
      body: { input: [{ type: "function_call_output", output: [{ type: "input_file", file_id: "f" }] }] },
    },
    {
      name: "an earlier answer's audio",
      endpoint: "chat/completions",
      body: { messages: [{ role: "assistant", audio: { id: "audio_1" } }] },
    },
    { name: "the documents of Azure", endpoint: "chat/completions", body: { ...chat, data_sources: [] } },
    {
      name: "predicted output, which counts beyond the cap",
      endpoint: "chat/completions",
      body: { ...chat, prediction: { type: "content", content: "x" } },
    },
    { name: "a message by its id", endpoint: "responses", body: { input: [{ id: "msg_1" }] } },
    {
      name: "reasoning by its id",
      endpoint: "responses",
      body: { input: [{ type: "reasoning", id: "rs_1", summary: [] }] },
    },
    { name: "a conversation", endpoint: "responses", body: { input: "hi", conversation: "conv_1" } },
    ...[
      "web_search",
      "file_search",
      "code_interpreter",
      "computer_use_preview",
      "mcp",
      "shell",
      "image_generation",
    ].map((type) => ({
      name: `a tool of the host's: ${type}`,
      endpoint: "responses",
      body: { input: "hi", tools: [{ type }] },
    })),
    {
      name: "a search at OpenRouter",
      endpoint: "chat/completions",
      body: { ...chat, tools: [{ type: "openrouter:web_search" }] },
    },
    ...[
      { googleSearch: {} },
      { urlContext: {} },
      { type: "function", Type: "web_search", function: { name: "f" } },
    ].map((tool) => ({
      name: `a tool by another name: ${Object.keys(tool)}`,
      endpoint: "chat/completions",
      body: { ...chat, tools: [tool] },
    })),
    ...[
      "search_parameters",
      "web_search_options",
      "plugins",
      "preset",
      "models",
      "compound_custom",
      "agent_id",
      "documents",
      "extra_body",
    ].map((field) => ({
      name: `what \`${field}\` asks for`,
      endpoint: "chat/completions",
      body: { ...chat, [field]: {} },
    })),
    {
      name: "sound, whose length no number of bytes tells",
      endpoint: "chat/completions",
      body: saying({ type: "input_audio", input_audio: { data: "AAAA", format: "wav" } }),
    },
    {
      name: "sound by its address",
      endpoint: "chat/completions",
      body: saying({ type: "input_audio", input_audio: "https://a.test/a.mp3" }),
    },
    {
      name: "a film",
      endpoint: "chat/completions",
      body: saying({ type: "video_url", video_url: { url: "https://a.test/a" } }),
    },
    {
      name: "a part in another spelling",
      endpoint: "chat/completions",
      body: saying({ type: "text", Type: "image_url" }),
    },
    {
      name: "a part that stands alone",
      endpoint: "chat/completions",
      body: { messages: [{ content: { type: "file" } }] },
    },
    { name: "content in another spelling", endpoint: "chat/completions", body: { messages: [{ Content: [] }] } },
    {
      name: "pictures beside a text",
      endpoint: "chat/completions",
      body: { messages: [{ content: "hi", images: [] }] },
    },
    {
      name: "a document in a picture's place",
      endpoint: "chat/completions",
      body: saying({ type: "image_url", image_url: { url: "data:application/pdf;base64,JVBERi0=" } }),
    },
    {
      name: "a document that is read as text at an address",
      endpoint: "chat/completions",
      body: saying({ type: "image_url", image_url: { url: "https://a.test/a.pdf#transform=inline" } }),
    },
    { name: "answers in pictures", endpoint: "chat/completions", body: { ...chat, modalities: ["text", "image"] } },
    { name: "an endpoint whose output has no cap", endpoint: "images/generations", body: { prompt: "a cat" } },
  ])("are not told of $name", ({ endpoint, body }) => {
    expect(() => boundsOf(endpoint, body)).toThrow(AppError);
  });

  const atAddress = saying({ type: "image_url", image_url: { url: "https://images.test/cat" } });
  test.each(["openrouter", "gemini-openai", "custom"] as const)(
    "are not told of what is at an address that %s may read as a film or a document",
    (vendor) => {
      expect(() => boundsOf("chat/completions", atAddress, vendor)).toThrow("Send the picture itself");
      expect(() => boundsOf("chat/completions", { ...chat, modalities: ["audio"] }, vendor)).toThrow(AppError);
    },
  );

  test.each([
    { vendor: "xai", model: "grok-4" },
    { vendor: "azure-openai", model: "grok-4-1-fast" },
    { vendor: "custom", model: "xai/grok-4" },
  ] as const)(
    "are not told of a chat with $model at $vendor, whose cap may not hold reasoning",
    ({ vendor, model }) => {
      expect(() => boundsOf("chat/completions", { ...chat, model }, vendor)).toThrow("reasoning");
      expect(boundsOf("responses", { input: "hi", model }, vendor).answers).toBe(1);
    },
  );

  test("are told of what came from an earlier response and is sent along", () => {
    const input = [
      { role: "user", content: "hi" },
      { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAAAA" },
      { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "ho" }] },
      { type: "function_call", id: "fc_1", call_id: "c", name: "f", arguments: "{}" },
      { type: "function_call_output", call_id: "c", output: "1" },
    ];
    expect(boundsOf("responses", { model: "m", input }).inputTokens).toBe(JSON.stringify({ model: "m", input }).length);
  });
});
