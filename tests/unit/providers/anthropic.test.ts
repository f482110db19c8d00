import { describe, expect, test } from "vitest";
import { anthropic } from "@/lib/providers/anthropic";
import type { Endpoint } from "@/lib/providers/types";
import { events, none } from "./answers";

const endpoint: Endpoint = { name: "messages", kind: "metered" };

function read(body: string, stream = body.startsWith("data:")) {
  const contentType = stream ? "text/event-stream" : "application/json";
  const reader = anthropic.usageReader({
    endpoint,
    vendor: "anthropic",
    stream,
    headers: { "content-type": contentType },
  });
  reader.push(Buffer.from(body));
  return reader.end();
}

const request = (body: unknown) =>
  anthropic.readRequest(endpoint, Buffer.from(JSON.stringify(body)), {
    vendor: "anthropic",
    contentType: "application/json",
  });

describe("the numbers of a message", () => {
  test.each([
    {
      name: "what was cached and written is on top of the input",
      usage: { input_tokens: 5, cache_read_input_tokens: 100, cache_creation_input_tokens: 20, output_tokens: 7 },
      expected: {
        inputTokens: 125,
        outputTokens: 7,
        cachedInputTokens: 100,
        cacheWriteTokens: 20,
        reasoningTokens: null,
      },
    },
    {
      name: "writes may be told by how long they are kept",
      usage: {
        input_tokens: 5,
        cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
        output_tokens: 7,
      },
      expected: { inputTokens: 12, outputTokens: 7, ...none, cacheWriteTokens: 7, cacheWrite1hTokens: 4 },
    },
    {
      name: "thinking is in the output",
      usage: { input_tokens: 5, output_tokens: 70, output_tokens_details: { thinking_tokens: 60 } },
      expected: { inputTokens: 5, outputTokens: 70, ...none, reasoningTokens: 60 },
    },
    {
      name: "passes that compacted are added, those of an adviser are not",
      usage: {
        input_tokens: 10,
        output_tokens: 2,
        iterations: [
          { type: "compaction", input_tokens: 900, output_tokens: 50, cache_read_input_tokens: 8 },
          { type: "advisor_message", model: "other", input_tokens: 5_000, output_tokens: 5_000 },
          { type: "message", input_tokens: 10, output_tokens: 2 },
        ],
      },
      expected: { inputTokens: 918, outputTokens: 52, ...none, cachedInputTokens: 8 },
    },
    {
      name: "what the passes do not tell stands at the top alone",
      usage: {
        input_tokens: 5,
        cache_read_input_tokens: 800,
        cache_creation_input_tokens: 0,
        output_tokens: 2,
        iterations: [{ type: "message", input_tokens: 5, output_tokens: 2 }],
      },
      expected: { inputTokens: 805, outputTokens: 2, ...none, cachedInputTokens: 800, cacheWriteTokens: 0 },
    },
    {
      name: "after a fallback the top level is right as it is",
      usage: {
        input_tokens: 10,
        output_tokens: 2,
        iterations: [
          { type: "message", input_tokens: 900, output_tokens: 50 },
          { type: "fallback_message", input_tokens: 10, output_tokens: 2 },
        ],
      },
      expected: { inputTokens: 10, outputTokens: 2, ...none },
    },
    { name: "there are none", usage: {}, expected: null },
  ])("$name", ({ usage, expected }) => {
    expect(read(JSON.stringify({ type: "message", model: "m", content: [], usage })).usage).toEqual(expected);
  });

  test("of a stream are put together field by field, the last one told", () => {
    const report = read(
      events(
        {
          type: "message_start",
          message: { model: "m", usage: { input_tokens: 2_039, cache_read_input_tokens: 0, output_tokens: 1 } },
        },
        { type: "content_block_delta", delta: { type: "text_delta", text: "hi" } },
        {
          type: "message_delta",
          delta: { stop_reason: "end_turn" },
          usage: { input_tokens: 10_423, output_tokens: 341 },
        },
        { type: "message_stop" },
      ),
    );
    expect(report).toMatchObject({
      usage: { inputTokens: 10_423, outputTokens: 341, cachedInputTokens: 0 },
      isPartial: false,
      failed: false,
      model: "m",
      text: "hi",
    });
  });

  test("of a stream that fails midway are those of its beginning, which is told", () => {
    const report = read(
      events(
        { type: "message_start", message: { model: "m", usage: { input_tokens: 762, output_tokens: 2 } } },
        { type: "content_block_delta", delta: { type: "text_delta", text: "much of it" } },
        { type: "error", error: { type: "overloaded_error", message: "Overloaded" } },
      ),
    );
    expect(report).toMatchObject({ usage: { inputTokens: 762, outputTokens: 2 }, isPartial: true, failed: true });
  });
});

test("what was generated is seen: text, thinking, and what tools are given", () => {
  const block = (delta: object) => ({ type: "content_block_delta", delta });
  expect(
    read(
      events(
        block({ type: "text_delta", text: "a" }),
        block({ type: "thinking_delta", thinking: "b" }),
        block({ type: "input_json_delta", partial_json: "c" }),
        block({ type: "signature_delta", signature: "no" }),
      ),
    ).text,
  ).toBe("abc");
  const content = [
    { type: "thinking", thinking: "a", signature: "no" },
    { type: "text", text: "b" },
    { type: "tool_use", name: "t", input: { c: 1 } },
  ];
  expect(read(JSON.stringify({ type: "message", content })).text).toBe('ab{"c":1}');
});

describe("a request", () => {
  test.each([
    {
      name: "its bound includes thinking",
      body: { max_tokens: 500, thinking: { budget_tokens: 400 } },
      facts: { outputBound: 500 },
    },
    { name: "without a bound has none", body: {}, facts: { outputBound: null } },
    { name: "is for a stream where it says so", body: { stream: true }, facts: { stream: true } },
    {
      name: "its text is the system's, the messages' and the tools'",
      body: {
        system: [{ type: "text", text: "sys" }],
        messages: [
          { role: "user", content: "one" },
          {
            role: "user",
            content: [
              { type: "image", source: { type: "base64", data: "AAAA" } },
              { type: "text", text: "two" },
            ],
          },
        ],
        tools: [{ name: "find", description: "finds" }],
      },
      facts: { text: "sys\none\ntwo\nfind\nfinds" },
    },
  ])("$name", ({ body, facts }) => {
    expect(request({ model: "claude", messages: [], ...body })).toMatchObject({ model: "claude", ...facts });
  });

  test.each([{ max_tokens: -1 }, { max_tokens: "many" }, { stream: "yes" }, { model: 5 }])(
    "with %j is refused",
    (body) => {
      expect(() => request(body)).toThrow(expect.objectContaining({ code: "invalid_request" }));
    },
  );
});

test.each([
  ["POST", "/v1/messages", "metered"],
  ["POST", "/v1/messages/count_tokens", "free"],
  ["GET", "/v1/models", "free"],
  ["GET", "/v1/models/claude-sonnet-4-5", "free"],
  ["POST", "/v1/messages/batches", null],
  ["GET", "/v1/messages", null],
  ["POST", "/v1/complete", null],
  ["POST", "/v1/files", null],
  ["POST", "/v1/messages/", null],
  ["POST", "/messages", null],
])("%s %s is %s", (method, path, kind) => {
  expect(anthropic.findEndpoint(method, path)?.kind ?? null).toBe(kind);
});
