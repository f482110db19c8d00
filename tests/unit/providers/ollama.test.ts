import { expect, test } from "vitest";
import { ollama } from "@/lib/providers/ollama";
import { dialectAt } from "@/lib/providers/registry";
import type { Endpoint } from "@/lib/providers/types";
import { none } from "./answers";

const chat: Endpoint = { name: "api/chat", kind: "metered" };
const request = (body: object, endpoint = chat) =>
  ollama.readRequest(endpoint, Buffer.from(JSON.stringify(body)), {
    vendor: "ollama",
    contentType: "application/json",
  });

function read(body: string, stream: boolean) {
  const reader = ollama.usageReader({
    endpoint: chat,
    vendor: "ollama",
    stream,
    headers: { "content-type": "application/x-ndjson" },
  });
  for (let at = 0; at < body.length; at += 5) reader.push(Buffer.from(body.slice(at, at + 5)));
  return reader.end();
}

const done = { model: "m", done: true, prompt_eval_count: 17, eval_count: 50 };

test("lines tell their tokens at the end, and their text on the way", () => {
  const lines = [{ model: "m", message: { content: "a", thinking: "b" } }, { response: "c" }, done];
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  expect(read(body, true)).toMatchObject({
    usage: { inputTokens: 17, outputTokens: 50, ...none },
    model: "m",
    failed: false,
  });
  expect([...read(body, true).text].sort().join("")).toBe("abc");
  expect(read(JSON.stringify({ ...done, message: { content: "a" } }), false)).toMatchObject({
    usage: { outputTokens: 50 },
    text: "a",
  });
});

test("a line with an error is a failure", () => {
  expect(read('{"message":{"content":"a"}}\n{"error":"out of memory"}\n', true)).toMatchObject({
    failed: true,
    usage: null,
  });
});

test("it streams unless it is told not to, and a negative bound is none", () => {
  expect(request({ model: "m" })).toMatchObject({ model: "m", stream: true, outputBound: null });
  expect(request({ stream: false, options: { num_predict: 40 } })).toMatchObject({ stream: false, outputBound: 40 });
  expect(request({ options: { num_predict: -1 } }).outputBound).toBeNull();
  expect(request({ input: "hi" }, { name: "api/embed", kind: "metered" })).toMatchObject({
    stream: false,
    outputBound: 0,
    text: "hi",
  });
});

test("its own endpoints and OpenAI's are told apart by their path", () => {
  const at = (path: string) => dialectAt({ vendor: "ollama", dialect: "openai" }, path).name;
  expect([at("/api/chat"), at("/api/pull"), at("/v1/chat/completions"), at("/api/v1/chat/completions")]).toEqual([
    "ollama",
    "ollama",
    "openai",
    "openai",
  ]);
  expect(dialectAt({ vendor: "vllm", dialect: "openai" }, "/api/chat").name).toBe("openai");
});
