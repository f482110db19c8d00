import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Vendor } from "@/lib/providers/vendors";
import { type Answer, events, none, read } from "./answers";

const usageOf = (usage: unknown, given: Partial<Answer> = {}) =>
  read({ body: JSON.stringify({ model: "m", choices: [], usage }), ...given }).usage;

describe("the numbers of a provider", () => {
  test.each<{ name: string; usage: unknown; given?: Partial<Answer>; expected: object | null }>([
    {
      name: "of chat",
      usage: { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13 },
      expected: { inputTokens: 9, outputTokens: 4, ...none },
    },
    {
      name: "of the responses API",
      usage: {
        input_tokens: 9,
        output_tokens: 4,
        total_tokens: 13,
        input_tokens_details: { cached_tokens: 3 },
        output_tokens_details: { reasoning_tokens: 2 },
      },
      expected: { inputTokens: 9, outputTokens: 4, cachedInputTokens: 3, cacheWriteTokens: null, reasoningTokens: 2 },
    },
    {
      name: "of embeddings, which have no output",
      usage: { prompt_tokens: 9, total_tokens: 9 },
      expected: { inputTokens: 9, outputTokens: 0, ...none },
    },
    {
      name: "of a completion that generated nothing",
      usage: { prompt_tokens: 9, total_tokens: 9 },
      expected: { inputTokens: 9, outputTokens: 0, ...none },
    },
    {
      name: "with parts of the input that were cached and written",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 1,
        total_tokens: 101,
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
      },
      expected: {
        inputTokens: 100,
        outputTokens: 1,
        cachedInputTokens: 60,
        cacheWriteTokens: 30,
        reasoningTokens: null,
      },
    },
    {
      name: "where 0 was said, which is not silence",
      usage: {
        prompt_tokens: 9,
        completion_tokens: 4,
        prompt_tokens_details: { cached_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
      expected: { inputTokens: 9, outputTokens: 4, cachedInputTokens: 0, cacheWriteTokens: null, reasoningTokens: 0 },
    },
    {
      name: "where reasoning is inside the output already",
      usage: {
        prompt_tokens: 10,
        completion_tokens: 50,
        total_tokens: 60,
        completion_tokens_details: { reasoning_tokens: 40 },
      },
      expected: { inputTokens: 10, outputTokens: 50, ...none, reasoningTokens: 40 },
    },
    {
      name: "where reasoning is on top of the output",
      usage: {
        prompt_tokens: 165,
        completion_tokens: 2,
        total_tokens: 292,
        completion_tokens_details: { reasoning_tokens: 125 },
      },
      given: { vendor: "xai" },
      expected: { inputTokens: 165, outputTokens: 127, ...none, reasoningTokens: 125 },
    },
    {
      name: "where thinking shows in the total alone",
      usage: { prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 },
      given: { vendor: "gemini-openai" },
      expected: { inputTokens: 35, outputTokens: 74, ...none },
    },
    {
      name: "where an unknown host's total is larger: the rest is output",
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 10 },
      given: { vendor: "custom" },
      expected: { inputTokens: 1, outputTokens: 9, ...none },
    },
    {
      name: "where Mistral's total is larger: the rest is audio, which is input",
      usage: { prompt_audio_seconds: 7, prompt_tokens: 11, completion_tokens: 20, total_tokens: 406 },
      given: { vendor: "mistral" },
      expected: { inputTokens: 386, outputTokens: 20, ...none },
    },
    {
      name: "where the total is smaller than its parts: it is not believed",
      usage: { prompt_tokens: 10, completion_tokens: 20, total_tokens: 5 },
      expected: { inputTokens: 10, outputTokens: 20, ...none },
    },
    {
      name: "where the input is missing: what the total leaves",
      usage: { completion_tokens: 20, total_tokens: 50 },
      expected: { inputTokens: 30, outputTokens: 20, ...none },
    },
    {
      name: "where more was cached than came in: all of it",
      usage: { prompt_tokens: 154, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 164 } },
      expected: { inputTokens: 154, outputTokens: 1, ...none, cachedInputTokens: 154 },
    },
    {
      name: "where more was cached and written than came in",
      usage: {
        prompt_tokens: 100,
        completion_tokens: 1,
        prompt_tokens_details: { cached_tokens: 80, cache_write_tokens: 50 },
      },
      expected: {
        inputTokens: 100,
        outputTokens: 1,
        cachedInputTokens: 80,
        cacheWriteTokens: 20,
        reasoningTokens: null,
      },
    },
    {
      name: "where more was reasoned than came out",
      usage: {
        prompt_tokens: 43,
        completion_tokens: 10,
        total_tokens: 53,
        completion_tokens_details: { reasoning_tokens: 11 },
      },
      given: { vendor: "openrouter" },
      expected: { inputTokens: 43, outputTokens: 10, ...none, reasoningTokens: 10 },
    },
    {
      name: "with DeepSeek's cache hits",
      usage: {
        prompt_tokens: 9,
        completion_tokens: 4,
        total_tokens: 13,
        prompt_cache_hit_tokens: 5,
        prompt_cache_miss_tokens: 4,
      },
      given: { vendor: "deepseek" },
      expected: { inputTokens: 9, outputTokens: 4, ...none, cachedInputTokens: 5 },
    },
    {
      name: "with Mistral's older cached tokens",
      usage: { prompt_tokens: 9, completion_tokens: 4, num_cached_tokens: 5 },
      given: { vendor: "mistral" },
      expected: { inputTokens: 9, outputTokens: 4, ...none, cachedInputTokens: 5 },
    },
    {
      name: "with Together's cached tokens",
      usage: { prompt_tokens: 9, completion_tokens: 4, cached_tokens: 5 },
      given: { vendor: "together" },
      expected: { inputTokens: 9, outputTokens: 4, ...none, cachedInputTokens: 5 },
    },
    {
      name: "with Fireworks' cached tokens in a header",
      usage: { prompt_tokens: 1_042, completion_tokens: 3 },
      given: { vendor: "fireworks", headers: { "fireworks-cached-prompt-tokens": "1024" } },
      expected: { inputTokens: 1_042, outputTokens: 3, ...none, cachedInputTokens: 1_024 },
    },
    {
      name: "with the body's cached tokens before a header's",
      usage: { prompt_tokens: 1_042, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 7 } },
      given: { headers: { "fireworks-cached-prompt-tokens": "1024" } },
      expected: { inputTokens: 1_042, outputTokens: 3, ...none, cachedInputTokens: 7 },
    },
    {
      name: "all zero, as they were told",
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
      expected: { inputTokens: 0, outputTokens: 0, ...none },
    },
    { name: "that are none: null", usage: null, expected: null },
    { name: "that are none: an empty block", usage: {}, expected: null },
    {
      name: "that are none: texts, negatives and nulls",
      usage: { prompt_tokens: "9", completion_tokens: -4, total_tokens: null },
      expected: null,
    },
    { name: "that are none: a list", usage: [1, 2], expected: null },
    { name: "of another unit", usage: { type: "duration", seconds: 12 }, expected: null },
  ])("$name", ({ usage, given, expected }) => {
    expect(usageOf(usage, given)).toEqual(expected);
  });

  test("add up, whatever a provider says: parts within their wholes, all of them whole numbers", () => {
    const amount = fc.oneof(fc.nat(1_000), fc.constantFrom<unknown>(null, undefined, "7", -1, 0.5, 1e300, {}));
    const details = fc.option(
      fc.record({ cached_tokens: amount, cache_write_tokens: amount, reasoning_tokens: amount }, { requiredKeys: [] }),
    );
    const usage = fc.record(
      {
        prompt_tokens: amount,
        completion_tokens: amount,
        total_tokens: amount,
        prompt_tokens_details: details,
        completion_tokens_details: details,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(usage, fc.constantFrom<Vendor>("openai", "mistral", "xai", "custom"), (usage, vendor) => {
        const read = usageOf(usage, { vendor });
        if (read === null) return;
        for (const count of Object.values(read))
          expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
        expect((read.cachedInputTokens ?? 0) + (read.cacheWriteTokens ?? 0)).toBeLessThanOrEqual(read.inputTokens);
        expect(read.reasoningTokens ?? 0).toBeLessThanOrEqual(read.outputTokens);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("pictures that a response had made", () => {
  const painted = (image_gen: object, tools: object[] = []) => {
    const response = { object: "response", model: "gpt-5", usage: { input_tokens: 100, output_tokens: 50 }, tools };
    const body = JSON.stringify({ ...response, output: [{ result: "A".repeat(200_000) }], tool_usage: { image_gen } });
    return [body, `data: {"type":"response.completed","response":${body}}\n\n`].map((each, stream) =>
      read({ body: each, stream: stream === 1 }),
    );
  };
  const image_gen = {
    input_tokens: 200,
    output_tokens: 4_160,
    input_tokens_details: { text_tokens: 20, image_tokens: 180 },
    output_tokens_details: { text_tokens: 10, image_tokens: 4_150 },
  };
  const tools = Array(40).fill({ type: "function", parameters: { properties: { a: { type: "string" }, b: {} } } });
  const usage = { inputTokens: 200, outputTokens: 4_160, ...none };

  test("stand beside its own numbers, by the model that made them", () => {
    for (const report of painted(image_gen, [...tools, { type: "image_generation", model: "gpt-image-1.5" }])) {
      expect(report.usage).toMatchObject({ inputTokens: 100, outputTokens: 50 });
      expect(report.helpers).toEqual([
        { model: "gpt-image-1.5", usage, media: { image: { input: 180, cached: 0, output: 4_150 } } },
      ]);
    }
  });

  test("are by the tool's usual model where none is told, and none where nothing was made", () => {
    for (const report of painted({ input_tokens: 200, output_tokens: 4_160 }))
      expect(report.helpers).toEqual([
        { model: "gpt-image-1", usage, media: { image: { input: 0, cached: 0, output: 4_160 } } },
      ]);
    for (const report of painted({ input_tokens: 0, output_tokens: 0 })) expect(report.helpers).toBeUndefined();
  });
});

test("a transcript tells when it is billed by the length of its sound", () => {
  const usage = { type: "duration", seconds: 9 };
  expect(read({ body: JSON.stringify({ text: "hi", usage }) })).toMatchObject({ usage: null, isByDuration: true });
  const streamed = events({ type: "transcript.text.delta", delta: "hi" }, { type: "transcript.text.done", usage });
  expect(read({ body: streamed, stream: true })).toMatchObject({ usage: null, isByDuration: true });
});
