import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { anthropicStrict } from "@/lib/providers/anthropic-strict";
import type { Endpoint } from "@/lib/providers/types";

const endpoint: Endpoint = { name: "messages", kind: "metered" };
const asked = { model: "claude", max_tokens: 100, messages: [{ role: "user", content: "hi" }] };
const boundsOf = (body: object) =>
  anthropicStrict.boundsOf({
    endpoint,
    body: Buffer.from(JSON.stringify(body)),
    vendor: "anthropic",
    contentType: "application/json",
  });
const cap = (body: string, answerTokens: number) =>
  anthropicStrict
    .capAnswers({ endpoint, body: Buffer.from(body), vendor: "anthropic", query: "", answerTokens })
    .toString();

const saying = (part: object) => ({ ...asked, messages: [{ role: "user", content: [part] }] });

describe("the bounds of a message", () => {
  test("are its bytes and its own cap", () => {
    expect(boundsOf(asked)).toEqual({
      inputTokens: JSON.stringify(asked).length,
      answers: 1,
      answerTokens: 100,
      leastAnswerTokens: 1,
    });
  });

  test.each([
    { name: "tools", more: { tools: [{ name: "t", input_schema: { type: "object" } }] } },
    { name: "an answer in a given form", more: { output_config: { format: { type: "json_schema", schema: {} } } } },
  ])("leave room for what the host says to the model about $name", ({ more }) => {
    const body = { ...asked, ...more };
    expect(boundsOf(body).inputTokens).toBe(JSON.stringify(body).length + 1_024);
  });

  test("leave room for the budget of thinking, which the provider wants below the cap", () => {
    expect(boundsOf({ ...asked, thinking: { type: "enabled", budget_tokens: 1_024 } }).leastAnswerTokens).toBe(1_025);
  });

  test.each([
    { name: "in a message", body: (source: object) => saying({ type: "image", source }) },
    {
      name: "in a tool's result",
      body: (source: object) => saying({ type: "tool_result", content: [{ type: "image", source }] }),
    },
  ])("count an image $name as the dearest, whatever its bytes", ({ body }) => {
    const boundOf = (data: string) => boundsOf(body({ type: "base64", media_type: "image/png", data })).inputTokens;
    expect(boundOf("iVBO".repeat(50_000))).toBe(boundOf("iVBO"));
    expect(boundOf("iVBO")).toBeGreaterThan(50_000);
    expect(boundOf("no base64 ".repeat(50_000))).toBeGreaterThan(500_000);
  });

  const document = (source: object, more = {}) => saying({ type: "document", source, ...more });
  const plain = { type: "text", media_type: "text/plain", data: "The grass is green." };

  test("count a document that is a text by its bytes, and one of parts by those", () => {
    const body = document(plain, { title: "Meadows", citations: { enabled: false } });
    expect(boundsOf(body).inputTokens).toBe(JSON.stringify(body).length);
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBO" } };
    expect(boundsOf(document({ type: "content", content: [image] })).inputTokens).toBeGreaterThan(50_000);
    expect(boundsOf(document({ type: "content", content: "The grass is green." })).inputTokens).toBeLessThan(2_000);
  });

  test.each([
    { name: "a PDF", body: document({ type: "base64", media_type: "application/pdf", data: "JVBERi0=" }) },
    { name: "a text without its text", body: document({ type: "text", media_type: "text/plain" }) },
    { name: "a document that is cited", body: document(plain, { citations: { enabled: true } }) },
    {
      name: "a PDF within a document",
      body: document({ type: "content", content: [{ type: "document", source: { type: "file", file_id: "f" } }] }),
    },
    { name: "a document", body: saying({ type: "document", source: { type: "url", url: "https://a.test/a.pdf" } }) },
    {
      name: "a tool that the provider runs",
      body: { ...asked, tools: [{ type: "web_search_20250305", name: "web_search" }] },
    },
    { name: "a tool by its name alone", body: { ...asked, tools: [{ googleSearch: {} }] } },
    ...["web_fetch_20250910", "code_execution_20250825", "computer_20250124", "mcp_toolset"].map((type) => ({
      name: `a tool that the provider runs or explains: ${type}`,
      body: { ...asked, tools: [{ type, name: "t" }] },
    })),
    { name: "a file for a container", body: saying({ type: "container_upload", file_id: "f" }) },
    { name: "what a search has found", body: saying({ type: "web_search_tool_result", content: [] }) },
    {
      name: "an image that is none",
      body: saying({ type: "image", source: { media_type: "application/pdf", data: "" } }),
    },
    { name: "a part that stands alone", body: { ...asked, messages: [{ content: { type: "document" } }] } },
    { name: "marks of a budget", body: { ...asked, output_config: { task_budget: { total: 9 } } } },
    { name: "a container", body: { ...asked, container: "c" } },
    { name: "servers that it asks", body: { ...asked, mcp_servers: [] } },
    { name: "passes of compaction", body: { ...asked, context_management: { edits: [] } } },
  ])("are not told of $name", ({ body }) => {
    expect(() => boundsOf(body)).toThrow(AppError);
  });
});

test.each([
  {
    name: "is lowered where it is higher",
    body: '{"max_tokens" : 4096,"messages":[]}',
    sent: '{"max_tokens" : 7,"messages":[]}',
  },
  { name: "stays where it is low enough", body: '{ "max_tokens":5 }', sent: '{ "max_tokens":5 }' },
  { name: "is put in where there is none", body: '{"messages":[]}', sent: '{"max_tokens":7,"messages":[]}' },
])("the cap that is sent $name", ({ body, sent }) => {
  expect(cap(body, 7)).toBe(sent);
});
