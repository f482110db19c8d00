import { describe, expect, test } from "vitest";
import { openai } from "@/lib/providers/openai";
import { events, none, read } from "./answers";

describe("the numbers in a stream", () => {
  const text = { choices: [{ index: 0, delta: { content: "hi" } }] };
  const usage = (input: number, output: number) => ({
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
  });

  test.each([
    { name: "in the extra chunk", body: events({ ...text, usage: null }, { choices: [], usage: usage(9, 4) }) },
    { name: "on the last chunk with a choice", body: events(text, { ...text, usage: usage(9, 4) }) },
    {
      name: "in every chunk, of which the last counts",
      body: events({ ...text, usage: usage(9, 1) }, { ...text, usage: usage(9, 2) }, { ...text, usage: usage(9, 4) }),
    },
    { name: "as zeros first", body: events({ ...text, usage: usage(0, 0) }, { choices: [], usage: usage(9, 4) }) },
    {
      name: "before a chunk that says null",
      body: events({ ...text, usage: usage(9, 4) }, { ...text, usage: null }, { choices: [] }),
    },
    {
      name: "field by field",
      body: events(
        { usage: { prompt_tokens: 9, completion_tokens: 1 } },
        { usage: { prompt_tokens: null, completion_tokens: 4 } },
      ),
    },
    { name: "in Groq's own field", body: events(text, { ...text, x_groq: { id: "x", usage: usage(9, 4) } }) },
    {
      name: "three times, counted once",
      body: events(
        { ...text, usage: usage(9, 4), x_groq: { usage: usage(9, 4) } },
        { choices: [], usage: usage(9, 4) },
      ),
    },
    {
      name: "in the event that completes a response",
      body: events(
        { type: "response.created", response: { usage: null } },
        {
          type: "response.completed",
          response: { model: "m", usage: { input_tokens: 9, output_tokens: 4, total_tokens: 13 } },
        },
      ),
    },
    { name: "without a last line end", body: events({ choices: [], usage: usage(9, 4) }).trimEnd() },
    { name: "with an error after it", body: events({ ...text, usage: usage(9, 4) }, { error: { message: "no" } }) },
    {
      name: "after noise that is no JSON",
      body: `data: <html>\n\ndata: {"usage"\n\ndata: [DONE]\n\n${events({ choices: [], usage: usage(9, 4) })}`,
    },
  ])("$name", ({ body }) => {
    for (const pieceLength of [undefined, 1, 7])
      expect(read({ body, stream: true, pieceLength }).usage).toEqual({ inputTokens: 9, outputTokens: 4, ...none });
  });

  test("are none where the stream broke off within them", () => {
    const body = `${events(text)}data: {"choices":[],"usage":{"prompt_tokens":9,"comple`;
    expect(read({ body, stream: true })).toMatchObject({ usage: null, text: "hi" });
  });

  test.each([
    { name: "no content type", headers: { "content-type": undefined } },
    { name: "JSON as content type", headers: { "content-type": "application/json" } },
    { name: "a content type in capitals", headers: { "content-type": "Text/Event-Stream" }, stream: false },
  ])("are found under $name", ({ headers, stream = true }) => {
    expect(
      read({ body: `\n\n${events(text, { choices: [], usage: usage(9, 4) })}`, stream, headers }).usage,
    ).toMatchObject({ inputTokens: 9, outputTokens: 4 });
  });

  test("are found where a plain answer comes to a request for a stream", () => {
    const body = `\n \n${JSON.stringify({ choices: [{ message: { content: "hi" } }], usage: usage(9, 4) })}`;
    expect(read({ body, stream: true, headers: { "content-type": "application/json" }, pieceLength: 1 })).toMatchObject(
      { usage: { inputTokens: 9, outputTokens: 4 }, text: "hi" },
    );
  });
});

describe("a plain answer", () => {
  test("is read behind blank lines and a byte order mark", () => {
    for (const before of ["\n\n \r\n", "\uFEFF"])
      expect(read({ body: `${before}{"usage":{"prompt_tokens":9}}` }).usage?.inputTokens).toBe(9);
  });

  test("that is very long is still searched for its usage at the end", () => {
    const body = JSON.stringify({
      choices: [{ message: { content: "x".repeat(9_000_000) } }],
      usage: { prompt_tokens: 9, completion_tokens: 4, details: { a: 1 } },
    });
    expect(read({ body, pieceLength: 64_000 }).usage).toMatchObject({ inputTokens: 9, outputTokens: 4 });
  });

  test.each(["", "null", "[]", "5", "<html>", '{"usage"'])("of %j reports nothing, and is no failure here", (body) => {
    expect(read({ body })).toEqual({
      usage: null,
      isPartial: false,
      model: null,
      text: "",
      textLength: 0,
      failed: false,
    });
  });
});

test.each([
  { name: "an error object", body: events({ error: { message: "no" } }), failed: true },
  { name: "an error text", body: events({ code: "x", error: "no" }), failed: true },
  { name: "an error text that is empty", body: events({ choices: [], error: "" }), failed: false },
  { name: "an error in an array", body: events([{ error: { code: 503 } }]), failed: true },
  { name: "an event named error", body: "event: error\ndata: something went wrong\n\n", failed: true },
  { name: "an object that is an error", body: events({ object: "error", message: "no", code: 400 }), failed: true },
  { name: "an error in a choice", body: events({ choices: [{ error: { code: 502 } }] }), failed: true },
  {
    name: "an error in Groq's field",
    body: events({ choices: [], x_groq: { error: { message: "no" } } }),
    failed: true,
  },
  { name: "an event of type error", body: events({ type: "error", message: "no" }), failed: true },
  {
    name: "a failed response",
    body: events({ type: "response.failed", response: { usage: null, error: { message: "no" } } }),
    failed: true,
  },
  {
    name: "a response whose error is null",
    body: events({ type: "response.completed", error: null, response: { error: null } }),
    failed: false,
  },
  { name: "a text about errors", body: events({ choices: [{ delta: { content: '{"error":{}}' } }] }), failed: false },
])("a stream with $name has failed: $failed", ({ body, failed }) => {
  expect(read({ body, stream: true }).failed).toBe(failed);
});

test.each([
  {
    name: "deltas of chat, with reasoning, refusals and tool calls",
    body: events(
      { choices: [{ delta: { content: "a", reasoning_content: "b" } }] },
      {
        choices: [
          { delta: { refusal: "c", reasoning: "d", tool_calls: [{ function: { name: "e", arguments: "f" } }] } },
        ],
      },
    ),
    text: "cbdaef".split("").sort().join(""),
  },
  {
    name: "an older function call",
    body: events({ choices: [{ delta: { function_call: { name: "a", arguments: "b" } } }] }),
    text: "ab",
  },
  { name: "all choices", body: events({ choices: [{ text: "a" }, { text: "b" }] }), text: "ab" },
  {
    name: "parts, with thinking",
    body: events({
      choices: [
        {
          delta: {
            content: [
              { type: "thinking", thinking: [{ type: "text", text: "a" }] },
              { type: "text", text: "b" },
            ],
          },
        },
      ],
    }),
    text: "ab",
  },
  {
    name: "deltas of a response, and not its summary again",
    body: events(
      { type: "response.output_text.delta", delta: "a" },
      { type: "response.function_call_arguments.delta", delta: "b" },
      { type: "response.completed", response: { object: "response", output: [{ content: [{ text: "ab" }] }] } },
    ),
    text: "ab",
  },
])("what was generated is seen in $name", ({ body, text }) => {
  expect(read({ body, stream: true }).text.split("").sort().join("")).toBe(text);
});

test.each([
  { name: "the end mark", body: `${events({ choices: [] })}data: [DONE]\n\n`, isEnded: true },
  { name: "a complete response", body: events({ type: "response.completed", response: {} }), isEnded: true },
  { name: "the limit of a response", body: events({ type: "response.incomplete", response: {} }), isEnded: true },
  { name: "a choice that stopped", body: events({ choices: [{ delta: {}, finish_reason: "stop" }] }), isEnded: false },
])("a stream with $name is at its end: $isEnded", ({ body, isEnded }) => {
  expect(read({ body, stream: true }).isEnded ?? false).toBe(isEnded);
});

test("the tier of service is that which the answer tells last", () => {
  const created = { type: "response.created", response: { service_tier: "auto" } };
  const completed = { type: "response.completed", response: { service_tier: "flex" } };
  expect(read({ body: events(created, completed), stream: true }).serviceTier).toBe("flex");
});

test("numbers are found in an event that holds more, or other things, than one JSON value", () => {
  const usage = '"usage":{"prompt_tokens":9,"completion_tokens":4}';
  for (const data of [`{"choices":[],${usage}}\ndata: [DONE]`, `{"choices":[],"x":NaN,${usage}}`])
    expect(read({ body: `data: ${data}\n\n`, stream: true }).usage).toMatchObject({ inputTokens: 9, outputTokens: 4 });
});

test("the model that answered is told, not the one that was asked for, and not by events that name none", () => {
  const [named, nameless] = [
    { model: "gpt-4o-2024-08-06", choices: [] },
    { model: "", choices: [] },
  ];
  expect(read({ body: events(nameless, named, nameless), stream: true }).model).toBe(named.model);
});

test.each([
  { name: "no choices and usage", data: '{"choices":[],"usage":{"prompt_tokens":1}}', hidden: true },
  { name: "no choices and usage, in odd spacing", data: '{ "usage" : { } , "choices" : [ ] }', hidden: true },
  { name: "no choices and usage null", data: '{"choices":[],"usage":null}', hidden: false },
  {
    name: "no choices and no usage, as Azure begins",
    data: '{"choices":[],"prompt_filter_results":[]}',
    hidden: false,
  },
  { name: "a choice beside the usage", data: '{"choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}', hidden: false },
  { name: "usage without choices", data: '{"usage":{"prompt_tokens":1}}', hidden: false },
  { name: "choices that are null", data: '{"choices":null,"usage":{"prompt_tokens":1}}', hidden: false },
  { name: "a text that reads like one", data: '"{\\"choices\\":[],\\"usage\\":{}}"', hidden: false },
  { name: "the end mark", data: "[DONE]", hidden: false },
  { name: "half of its JSON", data: '{"choices":[],"usage":{', hidden: false },
  { name: "nothing", data: "", hidden: false },
])("an event with $name is kept from the client: $hidden", ({ data, hidden }) => {
  expect(openai.isUsageChunk(data)).toBe(hidden);
});
