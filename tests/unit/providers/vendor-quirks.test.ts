import { describe, expect, test } from "vitest";
import { dialectAt } from "@/lib/providers/registry";
import type { Endpoint, HeaderFields } from "@/lib/providers/types";
import { factsOf, type Vendor } from "@/lib/providers/vendors";
import { events, none } from "./answers";

/** How vendors tell their use beside what they promise to be compatible with, at the paths that they serve. */

type Answer = { vendor: Vendor; path: string; body: string; stream?: boolean; headers?: HeaderFields };

const json = (answer: unknown) => JSON.stringify(answer);
const crlf = (text: string) => text.replaceAll("\n", "\r\n");
const named = (...objects: ({ type: string } & Record<string, unknown>)[]) =>
  objects.map((object) => `event: ${object.type}\ndata: ${json(object)}\n\n`).join("");
const chat = (delta: object, usage?: unknown) => ({ choices: [{ index: 0, delta }], ...(usage ? { usage } : {}) });
const openaiUsage = (input: number, output: number) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

function read({ vendor, path, body, stream = false, headers = {} }: Answer, pieceLength: number) {
  const dialect = dialectAt({ vendor, dialect: factsOf(vendor).dialect ?? "openai" }, path);
  const endpoint = dialect.findEndpoint("POST", path) as Endpoint;
  const contentType = stream ? "text/event-stream" : "application/json";
  const reader = dialect.usageReader({
    endpoint,
    vendor,
    stream,
    headers: { "content-type": contentType, ...headers },
  });
  const bytes = Buffer.from(body);
  for (let start = 0; start < bytes.length; start += pieceLength)
    reader.push(bytes.subarray(start, start + pieceLength));
  return reader.end();
}

describe.each([1, 7, 1_000_000])("in pieces of %i bytes, the use", (pieceLength) => {
  test.each<Answer & { name: string; expected: object }>([
    {
      name: "of an embedding of which only the total is told is input",
      vendor: "custom",
      path: "/v1/embeddings",
      body: json({ data: [], usage: { total_tokens: 10 } }),
      expected: { inputTokens: 10, outputTokens: 0, ...none },
    },
    {
      name: "may stand in the last choice",
      vendor: "custom",
      path: "/v1/chat/completions",
      stream: true,
      body: events(chat({ content: "a" }), {
        choices: [{ delta: {}, finish_reason: "stop", usage: openaiUsage(5, 2) }],
      }),
      expected: { inputTokens: 5, outputTokens: 2, ...none },
    },
    {
      name: "of Perplexity stands in every chunk, its reasoning beside it, in CRLF and without an end mark",
      vendor: "perplexity",
      path: "/chat/completions",
      stream: true,
      body: crlf(
        events(
          chat({ content: "a" }, { ...openaiUsage(7, 1), reasoning_tokens: 0, cost: { total_cost: 0.005 } }),
          chat({ content: "b" }, { ...openaiUsage(7, 9), reasoning_tokens: 4, cost: { total_cost: 0.006 } }),
        ),
      ),
      expected: { inputTokens: 7, outputTokens: 9, ...none, reasoningTokens: 4 },
    },
    {
      name: "of vLLM stands in every chunk, and once more at the end",
      vendor: "vllm",
      path: "/v1/chat/completions",
      stream: true,
      body: `${events(chat({ content: "a" }, openaiUsage(7, 1)), chat({ content: "b" }, openaiUsage(7, 2)), { choices: [], usage: openaiUsage(7, 2) })}data: [DONE]`,
      expected: { inputTokens: 7, outputTokens: 2, ...none },
    },
    {
      name: "of LocalAI is zero until the end",
      vendor: "localai",
      path: "/v1/chat/completions",
      stream: true,
      body: events(chat({ content: "a" }, openaiUsage(0, 0)), chat({}, openaiUsage(4, 2))),
      expected: { inputTokens: 4, outputTokens: 2, ...none },
    },
    {
      name: "of llama.cpp comes once for each choice, of which the last counts",
      vendor: "llama-cpp",
      path: "/v1/chat/completions",
      stream: true,
      body: events({ choices: [], usage: openaiUsage(4, 2), timings: {} }, { choices: [], usage: openaiUsage(4, 3) }),
      expected: { inputTokens: 4, outputTokens: 3, ...none },
    },
    {
      name: "of Groq may come with an error",
      vendor: "groq",
      path: "/openai/v1/chat/completions",
      stream: true,
      body: `event: error\ndata: ${json({ error: { message: "no" }, x_groq: { usage: openaiUsage(3, 1) } })}\n\n`,
      expected: { inputTokens: 3, outputTokens: 1, ...none },
    },
    {
      name: "of OpenRouter comes behind comments",
      vendor: "openrouter",
      path: "/api/v1/chat/completions",
      stream: true,
      body: `: OPENROUTER PROCESSING\n\n\n: OPENROUTER PROCESSING\n\n${events({ choices: [], usage: { ...openaiUsage(9, 2), cost: 0.1, is_byok: false } })}data: [DONE]\n`,
      expected: { inputTokens: 9, outputTokens: 2, ...none },
    },
    {
      name: "of OpenRouter's messages is told at the end alone, and an end mark after it",
      vendor: "openrouter",
      path: "/api/v1/messages",
      stream: true,
      body: `${named(
        { type: "message_start", message: { usage: { input_tokens: 0, output_tokens: 0 } } },
        { type: "message_delta", usage: { input_tokens: 12, cache_read_input_tokens: 3, output_tokens: 5 } },
      )}data: [DONE]\n\n`,
      expected: { inputTokens: 15, outputTokens: 5, ...none, cachedInputTokens: 3 },
    },
    {
      name: "of OpenRouter's responses is that of a response",
      vendor: "openrouter",
      path: "/api/v1/responses",
      stream: true,
      body: named({ type: "response.completed", response: { usage: { input_tokens: 12, output_tokens: 5 } } }),
      expected: { inputTokens: 12, outputTokens: 5, ...none },
    },
    {
      name: "of a transcription is told as it is done",
      vendor: "openai",
      path: "/v1/audio/transcriptions",
      stream: true,
      body: named(
        { type: "transcript.text.delta", delta: "he" },
        {
          type: "transcript.text.done",
          text: "hello",
          usage: { type: "tokens", input_tokens: 14, input_token_details: { audio_tokens: 14 }, output_tokens: 45 },
        },
      ),
      expected: { inputTokens: 14, outputTokens: 45, ...none },
    },
    {
      name: "of speech is told as it is done",
      vendor: "openai",
      path: "/v1/audio/speech",
      stream: true,
      body: named(
        { type: "speech.audio.delta", audio: "AAAA" },
        {
          type: "speech.audio.done",
          usage: { input_tokens: 14, output_tokens: 101, total_tokens: 115 },
        },
      ),
      expected: { inputTokens: 14, outputTokens: 101, ...none },
    },
    {
      name: "of a picture stands before it, however large it is",
      vendor: "openai",
      path: "/v1/images/edits",
      stream: true,
      body: named(
        { type: "image_edit.partial_image", b64_json: "A".repeat(30_000) },
        {
          type: "image_edit.completed",
          usage: { input_tokens: 50, output_tokens: 60, input_tokens_details: { image_tokens: 40 } },
          b64_json: "A".repeat(30_000),
        },
      ),
      expected: { inputTokens: 50, outputTokens: 60, ...none },
    },
    {
      name: "of DeepSeek comes behind the blank lines that kept the connection",
      vendor: "deepseek",
      path: "/chat/completions",
      body: `\n\n\n${json({ usage: { ...openaiUsage(5, 2), prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 1 } })}`,
      expected: { inputTokens: 5, outputTokens: 2, ...none, cachedInputTokens: 4 },
    },
    {
      name: "may have details that are null",
      vendor: "azure-openai",
      path: "/openai/deployments/chat/chat/completions",
      body: json({
        usage: {
          ...openaiUsage(5, 2),
          prompt_tokens_details: null,
          completion_tokens_details: { reasoning_tokens: null },
        },
      }),
      expected: { inputTokens: 5, outputTokens: 2, ...none },
    },
    {
      name: "of Anthropic keeps its beginning where the end says null",
      vendor: "anthropic",
      path: "/v1/messages",
      stream: true,
      body: crlf(
        named(
          { type: "message_start", message: { usage: { input_tokens: 25, cache_creation: null, output_tokens: 1 } } },
          { type: "ping" },
          { type: "message_delta", usage: { input_tokens: null, output_tokens: 15, server_tool_use: null } },
        ),
      ).trimEnd(),
      expected: { inputTokens: 25, outputTokens: 15, ...none },
    },
    {
      name: "of Gemini may be a total alone",
      vendor: "gemini",
      path: "/v1beta/models/gemini-2.5-flash:generateContent",
      body: json({ usageMetadata: { totalTokenCount: 30 } }),
      expected: { inputTokens: 30, outputTokens: 0, ...none },
    },
    {
      name: "of a batch of Gemini's embeddings has no output",
      vendor: "gemini",
      path: "/v1beta/models/gemini-embedding-2:batchEmbedContents",
      body: json({ embeddings: [{ values: [0.1] }], usageMetadata: { promptTokenCount: 7, totalTokenCount: 7 } }),
      expected: { inputTokens: 7, outputTokens: 0, ...none },
    },
    {
      name: "of Ollama stands on its last line, whose content type says nothing",
      vendor: "ollama",
      path: "/api/generate",
      stream: true,
      headers: { "content-type": "text/plain" },
      body: `${json({ response: "a", done: false })}\r\n${json({ done: true, prompt_eval_count: 9, eval_count: 2 })}`,
      expected: { inputTokens: 9, outputTokens: 2, ...none },
    },
  ])("$name", ({ expected, ...answer }) => {
    expect(read(answer, pieceLength).usage).toEqual(expected);
  });

  test("of a picture that is told in money alone is not told", () => {
    const body = json({ data: [{ url: "https://x" }], usage: { cost_in_usd_ticks: 200_000_000 } });
    expect(read({ vendor: "xai", path: "/v1/images/generations", body }, pieceLength).usage).toBeNull();
  });

  test("is counted from each text once where a delta stands beside all that came so far", () => {
    const body = events(
      { choices: [{ delta: { content: "a" }, message: { content: "a" } }] },
      { choices: [{ delta: { content: "b" }, message: { content: "ab" } }] },
      { choices: [{ delta: { content: "" }, message: { content: "ab" } }] },
    );
    expect(read({ vendor: "perplexity", path: "/chat/completions", stream: true, body }, pieceLength).text).toBe("ab");
    const plain = json({ choices: [{ delta: { role: "assistant", content: "" }, message: { content: "ab" } }] });
    expect(read({ vendor: "perplexity", path: "/chat/completions", body: plain }, pieceLength).text).toBe("ab");
  });
});
