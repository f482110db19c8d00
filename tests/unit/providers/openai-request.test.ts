import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readOpenaiRequest } from "@/lib/providers/openai-request";
import type { Endpoint, RequestContext } from "@/lib/providers/types";

const context: RequestContext = { vendor: "openai", contentType: "application/json" };
const endpoint = (name: string): Endpoint => ({ name, kind: "metered" });
const read = (name: string, body: unknown) =>
  readOpenaiRequest(endpoint(name), Buffer.from(typeof body === "string" ? body : JSON.stringify(body)), context);

const chat = { model: "gpt-4o", messages: [{ role: "user", content: "hello" }] };

describe("what admission is told of a request", () => {
  test.each([
    {
      name: "a chat",
      endpoint: "chat/completions",
      body: { ...chat, max_tokens: 50, stream: true },
      facts: { model: "gpt-4o", stream: true, outputBound: 50 },
    },
    {
      name: "no stream where it is null",
      endpoint: "chat/completions",
      body: { ...chat, stream: null },
      facts: { stream: false, outputBound: null },
    },
    {
      name: "no model where there is none",
      endpoint: "chat/completions",
      body: { messages: [] },
      facts: { model: null },
    },
    {
      name: "the larger of two bounds, as it is the host's business which of them counts",
      endpoint: "chat/completions",
      body: { ...chat, max_tokens: 50, max_completion_tokens: 20 },
      facts: { outputBound: 50 },
    },
    {
      name: "no bound where it is null",
      endpoint: "chat/completions",
      body: { ...chat, max_tokens: null },
      facts: { outputBound: null },
    },
    {
      name: "a bound of zero as zero",
      endpoint: "chat/completions",
      body: { ...chat, max_tokens: 0 },
      facts: { outputBound: 0 },
    },
    {
      name: "the bound of every answer",
      endpoint: "chat/completions",
      body: { ...chat, max_tokens: 50, n: 3 },
      facts: { outputBound: 150 },
    },
    {
      name: "at least one answer",
      endpoint: "chat/completions",
      body: { ...chat, max_tokens: 50, n: 0 },
      facts: { outputBound: 50 },
    },
    {
      name: "a completion's default of 16",
      endpoint: "completions",
      body: { model: "m", prompt: "hi" },
      facts: { outputBound: 16 },
    },
    {
      name: "a completion per prompt",
      endpoint: "completions",
      body: { prompt: ["a", "b", "c"], max_tokens: 10 },
      facts: { outputBound: 30 },
    },
    {
      name: "the best of several per prompt",
      endpoint: "completions",
      body: { prompt: ["a", "b"], max_tokens: 10, n: 2, best_of: 5 },
      facts: { outputBound: 100 },
    },
    {
      name: "n where it is above best_of",
      endpoint: "completions",
      body: { prompt: "a", max_tokens: 10, n: 4, best_of: null },
      facts: { outputBound: 40 },
    },
    {
      name: "one prompt that is given as token ids",
      endpoint: "completions",
      body: { prompt: [1, 2, 3], max_tokens: 10 },
      facts: { outputBound: 10 },
    },
    {
      name: "several prompts that are given as token ids",
      endpoint: "completions",
      body: { prompt: [[1, 2], [3]], max_tokens: 10 },
      facts: { outputBound: 20 },
    },
    {
      name: "an empty list of prompts as one",
      endpoint: "completions",
      body: { prompt: [], max_tokens: 10 },
      facts: { outputBound: 10 },
    },
    {
      name: "the responses API's own bound",
      endpoint: "responses",
      body: { model: "m", input: "hi", max_output_tokens: 99, max_tokens: 5 },
      facts: { outputBound: 99 },
    },
    {
      name: "no bound of a response that sets none",
      endpoint: "responses",
      body: { model: "m", input: "hi", background: false },
      facts: { outputBound: null },
    },
    {
      name: "a picture without a ground",
      endpoint: "images/generations",
      body: { model: "gpt-image-1", prompt: "a cat", quality: "low", size: "1024x1024", background: "transparent" },
      facts: { outputBound: 272 },
    },
    {
      name: "no output of embeddings",
      endpoint: "embeddings",
      body: { model: "m", input: "hi" },
      facts: { outputBound: 0 },
    },
  ])("$name", ({ endpoint, body, facts }) => {
    expect(read(endpoint, body)).toMatchObject(facts);
  });

  test("a bound stays a whole number that can be reserved, however large its factors", () => {
    const { outputBound } = read("completions", { prompt: Array(1_000).fill("a"), max_tokens: 1e9, best_of: 1e9 });
    expect(Number.isSafeInteger(outputBound)).toBe(true);
    expect(outputBound).toBeGreaterThanOrEqual(1e12);
  });

  test.each([
    { name: "the text of messages", endpoint: "chat/completions", body: chat, text: "hello" },
    {
      name: "the parts of a message, without its media",
      endpoint: "chat/completions",
      body: {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: "what is it?" },
              { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
              { type: "file", file: { file_data: "AAAA" } },
            ],
          },
        ],
      },
      text: "what is it?",
    },
    {
      name: "arguments of earlier tool calls",
      endpoint: "chat/completions",
      body: {
        messages: [
          {
            role: "assistant",
            tool_calls: [{ id: "x", type: "function", function: { name: "find", arguments: "{}" } }],
          },
        ],
      },
      text: "find\n{}",
    },
    {
      name: "instructions and input of a response",
      endpoint: "responses",
      body: { instructions: "be brief", input: [{ role: "user", content: [{ type: "input_text", text: "hi" }] }] },
      text: "hi\nbe brief",
    },
    {
      name: "all inputs of embeddings",
      endpoint: "embeddings",
      body: { input: ["one", "two"], messages: [{ content: "not sent" }] },
      text: "one\ntwo",
    },
  ])("input is $name", ({ endpoint, body, text }) => {
    expect(read(endpoint, body).text).toBe(text);
  });

  test("a prompt given as token ids has as many tokens as ids", () => {
    const { inputTokens } = read("embeddings", { input: Array.from({ length: 1_000 }, (_, id) => id) });
    expect(inputTokens).toBeGreaterThanOrEqual(1_000);
    expect(inputTokens).toBeLessThan(1_010);
  });

  test("input is estimated by its bytes, with a few tokens for each message", () => {
    const of = (messages: number) =>
      read("chat/completions", { messages: Array(messages).fill({ role: "user", content: "abcd".repeat(100) }) })
        .inputTokens;
    expect(of(1)).toBe(104);
    expect(of(10)).toBeGreaterThanOrEqual(1_040);
    expect(of(10)).toBeLessThan(1_050);
  });

  test("a text too long to keep is estimated all the same", () => {
    const facts = read("chat/completions", { messages: [{ content: "abcd".repeat(20_000) }] });
    expect(facts).toMatchObject({ text: null, inputTokens: 20_004 });
  });
});

describe("a request that cannot be metered is refused, and says why", () => {
  test.each([
    { name: "no JSON", body: "{", says: /not valid JSON/ },
    { name: "nothing", body: "", says: /not valid JSON/ },
    { name: "a text behind the JSON", body: "{} x", says: /not valid JSON/ },
    { name: "an array", body: "[]", says: /must be a JSON object/ },
    { name: "a text", body: '"hi"', says: /must be a JSON object/ },
    { name: "null", body: "null", says: /must be a JSON object/ },
    { name: "a number as model", body: '{"model":5}', says: /`model`/ },
    { name: "two models, of which a host may take the first", body: '{"model":"a","model":"b"}', says: /given twice/ },
    {
      name: "two models, one in letters of another kind",
      body: '{"mode\\u006c":"a","model":"b"}',
      says: /given twice/,
    },
    { name: "two opinions on background", body: '{"background":true,"background":false}', says: /given twice/ },
    { name: "a text as stream", body: '{"stream":"true"}', says: /`stream`/ },
    { name: "a text as bound", body: '{"max_tokens":"50"}', says: /`max_tokens`/ },
    { name: "a negative bound", body: '{"max_tokens":-1}', says: /`max_tokens`/ },
    { name: "half a token", body: '{"max_completion_tokens":0.5}', says: /`max_completion_tokens`/ },
    { name: "a bound beyond all measure", body: '{"max_output_tokens":1e300}', says: /`max_output_tokens`/ },
    { name: "a number of answers that is none", body: '{"n":[2]}', says: /`n`/ },
    { name: "a negative best_of", body: '{"best_of":-1}', says: /`best_of`/ },
    { name: "stream options that are no object", body: '{"stream_options":true}', says: /`stream_options`/ },
    {
      name: "a text as include_usage",
      body: '{"stream_options":{"include_usage":"yes"}}',
      says: /`stream_options.include_usage`/,
    },
    { name: "background work", body: '{"model":"m","background":true}', says: /`background: true` is not supported/ },
    {
      name: "background work in another type",
      body: '{"background":"true"}',
      says: /`background: true` is not supported/,
    },
    { name: "an answer to be fetched later", body: '{"deferred":true}', says: /`deferred: true` is not supported/ },
  ])("$name", ({ body, says }) => {
    for (const name of ["chat/completions", "completions", "responses", "embeddings"]) {
      expect(() => read(name, body)).toThrow(
        expect.objectContaining({ code: "invalid_request", message: expect.stringMatching(says) as unknown }),
      );
    }
  });

  test("what merely looks like a second model is none", () => {
    const body =
      '{"messages":[{"content":"\\u004d: {\\"model\\":1}","model":"x"}],"tools":[{"model":"y"}],"model":"b"}';
    expect(read("chat/completions", body).model).toBe("b");
  });

  test("null as model is one that is left out: where the path names it, that one answers", () => {
    expect(read("chat/completions", '{"model":null}').model).toBeNull();
    const deployed = { ...endpoint("chat/completions"), model: "gpt-4o" };
    expect(readOpenaiRequest(deployed, Buffer.from('{"model":null}'), context).model).toBe("gpt-4o");
  });

  test("a form that is no upload, as its host would read other fields in it than stand in its JSON", () => {
    const encoded = { ...context, contentType: "application/x-www-form-urlencoded; charset=utf-8" };
    const body = Buffer.from('{"model":"allowed","x":"&model=another&"}');
    expect(() => readOpenaiRequest(endpoint("audio/speech"), body, encoded)).toThrow("Send the body as");
    expect(readOpenaiRequest(endpoint("audio/speech"), body, { ...context, contentType: null }).model).toBe("allowed");
  });

  test("any bytes are read or refused by name, and never fail in another way", () => {
    const body = fc.oneof(
      fc.json(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes).toString("latin1")),
      fc
        .jsonValue()
        .map((value) => JSON.stringify({ model: "m", messages: value, input: value, prompt: value, n: value })),
    );
    fc.assert(
      fc.property(body, fc.constantFrom("chat/completions", "completions", "responses", "embeddings"), (body, name) => {
        try {
          const facts = read(name, body);
          expect(Number.isSafeInteger(facts.inputTokens)).toBe(true);
          expect(facts.outputBound === null || Number.isSafeInteger(facts.outputBound)).toBe(true);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_request" });
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("however deeply input is nested, it is read", () => {
    const deep = `${"[".repeat(100_000)}"hi"${"]".repeat(100_000)}`;
    expect(read("embeddings", `{"input":${deep}}`).text).toBe("hi");
  });
});
