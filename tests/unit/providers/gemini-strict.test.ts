import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { geminiStrict } from "@/lib/providers/gemini-strict";
import type { Endpoint } from "@/lib/providers/types";

const endpoint = (name: string): Endpoint => ({ name, kind: "metered", model: "gemini" });
const contents = [{ role: "user", parts: [{ text: "hi" }] }];
const boundsOf = (body: object, name = "generateContent") =>
  geminiStrict.boundsOf({
    endpoint: endpoint(name),
    body: Buffer.from(JSON.stringify(body)),
    vendor: "gemini",
    contentType: "application/json",
  });
const cap = (body: string, name = "streamGenerateContent") =>
  geminiStrict
    .capAnswers({ endpoint: endpoint(name), body: Buffer.from(body), vendor: "gemini", query: "", answerTokens: 7 })
    .toString();

const saying = (part: object) => ({ contents: [{ role: "user", parts: [part] }] });

describe("the bounds of a request", () => {
  test.each([
    { name: "without a cap", body: { contents }, bounds: { answers: 1, answerTokens: null, leastAnswerTokens: 1 } },
    {
      name: "with a cap on each of several candidates",
      body: { contents, generationConfig: { maxOutputTokens: 9, candidateCount: 3 } },
      bounds: { answers: 3, answerTokens: 9 },
    },
    {
      name: "in the other spelling",
      body: { contents, generation_config: { max_output_tokens: 9, candidate_count: 2 } },
      bounds: { answers: 2, answerTokens: 9 },
    },
    {
      name: "written as texts",
      body: { contents, generationConfig: { maxOutputTokens: "9", candidateCount: "3" } },
      bounds: { answers: 3, answerTokens: 9 },
    },
  ])("$name", ({ body, bounds }) => {
    expect(boundsOf(body)).toMatchObject({ ...bounds, inputTokens: JSON.stringify(body).length });
  });

  test.each(["embedContent", "batchEmbedContents"])("of %s have no output", (name) => {
    expect(boundsOf({ content: { parts: [{ text: "hi" }] } }, name)).toMatchObject({ answers: 0, answerTokens: 0 });
  });

  test.each(["inlineData", "inline_data"])("count an image as the dearest, whatever its bytes (%s)", (field) => {
    const boundOf = (data: string) => boundsOf(saying({ [field]: { mimeType: "image/png", data } })).inputTokens;
    expect(boundOf("iVBO".repeat(50_000))).toBe(boundOf("iVBO"));
    expect(boundOf("iVBO")).toBeGreaterThan(50_000);
  });

  test("count a text that is sent as data as what it may be read as, each byte as three at most", () => {
    const bytes = 30_000;
    const data = Buffer.alloc(bytes, 0xff).toString("base64");
    for (const mimeType of ["text/plain", "text/html"]) {
      const { inputTokens } = boundsOf(saying({ inlineData: { mimeType, data } }));
      expect(inputTokens).toBeGreaterThanOrEqual(bytes * 3);
    }
  });

  test.each([
    { name: "a PDF", body: saying({ inlineData: { mimeType: "application/pdf", data: "JVBERi0=" } }) },
    { name: "sound", body: saying({ inlineData: { mimeType: "audio/flac", data: "AAAA" } }) },
    { name: "data of no type", body: saying({ inlineData: { data: "AAAA" } }) },
    { name: "a file or film by its address", body: saying({ fileData: { fileUri: "https://youtu.be/x" } }) },
    { name: "a film", body: saying({ inlineData: { mimeType: "video/mp4", data: "AAAA" } }) },
    {
      name: "a file in a function's result",
      body: saying({
        functionResponse: { name: "f", response: {}, parts: [{ fileData: { fileUri: "gs://a/b.mp4" } }] },
      }),
    },
    {
      name: "sound in a function's result",
      body: saying({
        function_response: { name: "f", parts: [{ inline_data: { mime_type: "audio/mp3", data: "" } }] },
      }),
    },
    ...["urlContext", "google_search_retrieval", "codeExecution", "googleMaps", "fileSearch", "computerUse"].map(
      (tool) => ({
        name: `the host's own tool: ${tool}`,
        body: { contents, tools: [{ [tool]: {} }] },
      }),
    ),
    { name: "a stored context", body: { contents, cachedContent: "cachedContents/1" } },
    { name: "a search", body: { contents, tools: [{ googleSearch: {} }] } },
    { name: "pictures as answers", body: { contents, generationConfig: { responseModalities: ["TEXT", "IMAGE"] } } },
    {
      name: "both spellings of the cap",
      body: { contents, generationConfig: { maxOutputTokens: 1, max_output_tokens: 900 } },
    },
    {
      name: "both spellings of the configuration",
      body: { contents, generationConfig: {}, generation_config: { maxOutputTokens: 900 } },
    },
    {
      name: "a file in a system instruction",
      body: { contents, system_instruction: { parts: [{ fileData: { fileUri: "f" } }] } },
    },
    {
      name: "a file in one of several embeddings",
      body: { requests: [{ content: { parts: [{ fileData: { fileUri: "f" } }] } }] },
    },
  ])("are not told of $name", ({ body }) => {
    expect(() => boundsOf(body)).toThrow(AppError);
  });
});

test.each([
  {
    name: "is lowered where it is higher",
    body: '{"generationConfig": {"maxOutputTokens" : 900}}',
    sent: '{"generationConfig": {"maxOutputTokens" : 7}}',
  },
  {
    name: "keeps the client's spelling",
    body: '{"generation_config":{"max_output_tokens":900}}',
    sent: '{"generation_config":{"max_output_tokens":7}}',
  },
  {
    name: "stays where it is low enough",
    body: '{"generationConfig":{"maxOutputTokens":6.0}}',
    sent: '{"generationConfig":{"maxOutputTokens":6.0}}',
  },
  {
    name: "takes the place of a text",
    body: '{"generationConfig":{"maxOutputTokens":"900"}}',
    sent: '{"generationConfig":{"maxOutputTokens":7}}',
  },
  {
    name: "joins what else is configured",
    body: '{"generationConfig":{"temperature":0.10}}',
    sent: '{"generationConfig":{"maxOutputTokens":7,"temperature":0.10}}',
  },
  {
    name: "is put in where nothing is configured",
    body: '{"contents":[]}',
    sent: '{"generationConfig":{"maxOutputTokens":7},"contents":[]}',
  },
  {
    name: "takes the place of a null",
    body: '{"generation_config":null}',
    sent: '{"generation_config":{"maxOutputTokens":7}}',
  },
])("the cap that is sent $name", ({ body, sent }) => {
  expect(cap(body)).toBe(sent);
});

test("an embedding is sent as it is", () => {
  const body = '{"content":{"parts":[{"text":"hi"}]}}';
  expect(cap(body, "embedContent")).toBe(body);
});
