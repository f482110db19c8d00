import { describe, expect, test } from "vitest";
import { anthropic } from "@/lib/providers/anthropic";
import { openai } from "@/lib/providers/openai";
import type { Dialect } from "@/lib/providers/types";
import { events } from "./answers";

function searchesIn(dialect: Dialect, body: string, contentType = "application/json") {
  const reader = dialect.usageReader({
    endpoint: { name: "responses", kind: "metered" },
    vendor: "openai",
    stream: contentType !== "application/json",
    headers: { "content-type": contentType },
  });
  reader.push(Buffer.from(body));
  return reader.end().searches;
}

const plain = (dialect: Dialect, body: object) => searchesIn(dialect, JSON.stringify(body));
const streamed = (dialect: Dialect, ...given: object[]) => searchesIn(dialect, events(...given), "text/event-stream");

const web = (type?: string) => ({ type: "web_search_call", status: "completed", ...(type && { action: { type } }) });
const files = { type: "file_search_call", queries: ["a", "b"] };
const response = { object: "response", output: [web("search"), web("open_page"), web("find_in_page"), web(), files] };

describe("searches that the provider ran for an answer", () => {
  test("are the items of a response that are searches, each once", () => {
    expect(plain(openai, response)).toEqual({ web: 2, files: 1 });
    const items = response.output.map((item) => ({ type: "response.output_item.done", item }));
    const added = response.output.map((item) => ({ type: "response.output_item.added", item }));
    expect(streamed(openai, ...added, ...items, { type: "response.completed", response })).toEqual({
      web: 2,
      files: 1,
    });
  });

  test("are told by Anthropic as a running total", () => {
    const usage = (web_search_requests: number) => ({
      input_tokens: 1,
      output_tokens: 1,
      server_tool_use: { web_search_requests },
    });
    expect(plain(anthropic, { type: "message", content: [], usage: usage(3) })).toEqual({ web: 3, files: 0 });
    const begin = { type: "message_start", message: { usage: usage(0) } };
    const end = { type: "message_delta", delta: {}, usage: usage(2) };
    expect(streamed(anthropic, begin, end)).toEqual({ web: 2, files: 0 });
  });

  test("are told by Perplexity in each chunk", () => {
    const chunk = { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, num_search_queries: 4 } };
    expect(streamed(openai, chunk, chunk)).toEqual({ web: 4, files: 0 });
  });

  test("are not told of where there were none", () => {
    expect(plain(openai, { object: "response", output: [] })).toBeUndefined();
    expect(plain(anthropic, { type: "message", content: [], usage: { input_tokens: 1 } })).toBeUndefined();
  });
});
