import { describe, expect, test } from "vitest";
import { gemini } from "@/lib/providers/gemini";
import type { Endpoint } from "@/lib/providers/types";
import { none } from "./answers";

const generate: Endpoint = { name: "generateContent", kind: "metered", model: "gemini-2.5-flash" };
const piece = (text: string, usageMetadata: object) => ({
  candidates: [{ content: { parts: [{ text }] } }],
  usageMetadata,
  modelVersion: "m",
});

function read(body: string, { contentType = "application/json", stream = false } = {}) {
  const reader = gemini.usageReader({
    endpoint: generate,
    vendor: "gemini",
    stream,
    headers: { "content-type": contentType },
  });
  for (let at = 0; at < body.length; at += 7) reader.push(Buffer.from(body.slice(at, at + 7)));
  return reader.end();
}

const request = (body: unknown, endpoint = generate) =>
  gemini.readRequest(endpoint, Buffer.from(JSON.stringify(body)), {
    vendor: "gemini",
    contentType: "application/json",
  });

describe("the numbers of an answer", () => {
  test.each([
    {
      name: "thoughts are on top of the candidates, what tools put in on top of the prompt",
      usage: {
        promptTokenCount: 100,
        toolUsePromptTokenCount: 50,
        cachedContentTokenCount: 80,
        candidatesTokenCount: 20,
        thoughtsTokenCount: 30,
        totalTokenCount: 200,
      },
      expected: {
        inputTokens: 150,
        outputTokens: 50,
        cachedInputTokens: 80,
        cacheWriteTokens: null,
        reasoningTokens: 30,
      },
    },
    {
      name: "all of it may be thoughts",
      usage: { promptTokenCount: 5, thoughtsTokenCount: 4, totalTokenCount: 9 },
      expected: { inputTokens: 5, outputTokens: 4, ...none, reasoningTokens: 4 },
    },
    {
      name: "what tools put in may be all of the input that is told",
      usage: { toolUsePromptTokenCount: 812, candidatesTokenCount: 30 },
      expected: { inputTokens: 812, outputTokens: 30, ...none },
    },
    {
      name: "the prompt may be missing, and be what the total leaves",
      usage: { candidatesTokenCount: 4, totalTokenCount: 9 },
      expected: { inputTokens: 5, outputTokens: 4, ...none },
    },
    {
      name: "an embedding has a prompt alone",
      usage: { promptTokenCount: 5 },
      expected: { inputTokens: 5, outputTokens: 0, ...none },
    },
    { name: "there are none", usage: {}, expected: null },
  ])("$name", ({ usage, expected }) => {
    expect(read(JSON.stringify(piece("hi", usage))).usage).toEqual(expected);
  });

  const pieces = [
    piece("one ", { promptTokenCount: 89, candidatesTokenCount: 4, totalTokenCount: 93 }),
    piece("two ", { promptTokenCount: 89, candidatesTokenCount: 9, totalTokenCount: 98 }),
    piece("", { promptTokenCount: 121, candidatesTokenCount: 9, totalTokenCount: 130 }),
  ];

  test.each([
    {
      name: "events",
      contentType: "text/event-stream",
      body: pieces.map((each) => `data: ${JSON.stringify(each)}\r\n\r\n`).join(""),
    },
    {
      name: "an array in pieces",
      contentType: "application/json",
      body: `[${pieces.map((each) => JSON.stringify(each, null, 2)).join("\n,\r\n")}\n]`,
    },
    {
      name: "an array that breaks off",
      contentType: "application/json",
      body: `[${pieces.map((each) => JSON.stringify(each)).join(",")},{"cand`,
    },
  ])("of a stream as $name are the last ones told, never their sum", ({ contentType, body }) => {
    expect(read(body, { contentType, stream: true })).toMatchObject({
      usage: { inputTokens: 121, outputTokens: 9 },
      text: "one two ",
      model: "m",
    });
  });

  test("an error within a stream is one, as an object and in an array", () => {
    expect(read('data: {"error":{"code":503}}\n\n', { contentType: "text/event-stream", stream: true }).failed).toBe(
      true,
    );
    expect(read('[{"error":{"code":503}}]', { stream: true }).failed).toBe(true);
  });
});

describe("a request", () => {
  test.each([
    {
      name: "its bound counts for each candidate",
      body: { generationConfig: { maxOutputTokens: 100, candidateCount: 3 } },
      bound: 300,
    },
    {
      name: "both spellings are taken",
      body: { generation_config: { max_output_tokens: 100, candidate_count: 2 } },
      bound: 200,
    },
    {
      name: "of two bounds the larger counts",
      body: { generationConfig: { maxOutputTokens: 1, max_output_tokens: 9 } },
      bound: 9,
    },
    {
      name: "numbers may be written as texts",
      body: { generationConfig: { maxOutputTokens: "100", candidateCount: "3" } },
      bound: 300,
    },
    { name: "without a bound has none", body: { generationConfig: { temperature: 0 } }, bound: null },
    { name: "null is no configuration", body: { generationConfig: null }, bound: null },
  ])("$name", ({ body, bound }) => {
    expect(request(body).outputBound).toBe(bound);
  });

  test("is for the model and the stream that its path names, whatever its body says", () => {
    const stream: Endpoint = { ...generate, name: "streamGenerateContent" };
    expect(request({ model: "another", stream: false }, stream)).toMatchObject({
      model: "gemini-2.5-flash",
      stream: true,
    });
  });

  test("its text is the system's and the contents', without media", () => {
    const contents = [
      { role: "user", parts: [{ text: "one" }, { inlineData: { mimeType: "image/png", data: "AAAA" } }] },
    ];
    expect(request({ system_instruction: { parts: [{ text: "sys" }] }, contents }).text).toContain("sys\none");
    expect(request({ contents }).text).not.toContain("AAAA");
  });

  test("for embeddings has no output, and the text of each", () => {
    const requests = ["one", "two"].map((text) => ({ model: "m", content: { parts: [{ text }] } }));
    expect(request({ requests }, { ...generate, name: "batchEmbedContents" })).toMatchObject({
      outputBound: 0,
      text: "one\ntwo",
    });
    expect(request({ content: { parts: [{ text: "one" }] } }, { ...generate, name: "embedContent" }).text).toBe("one");
  });

  test.each([
    { generationConfig: { maxOutputTokens: -1 } },
    { generationConfig: { candidateCount: "two" } },
    { generationConfig: { maxOutputTokens: "-1" } },
    { generationConfig: { maxOutputTokens: "" } },
    { generationConfig: [] },
  ])("with %j is refused", (body) => {
    expect(() => request(body)).toThrow(expect.objectContaining({ code: "invalid_request" }));
  });
});

const vertex = "/v1/projects/p/locations/europe-west1/publishers/google/models/gemini-2.5-pro";
test.each([
  ["POST", "/v1beta/models/gemini-2.5-flash:generateContent", "metered", "gemini-2.5-flash"],
  ["POST", "/v1/models/gemini-2.5-flash:streamGenerateContent", "metered", "gemini-2.5-flash"],
  ["POST", "/v1alpha/models/gemini-2.5-flash:embedContent", "metered", "gemini-2.5-flash"],
  ["POST", "/v1beta/tunedModels/mine:generateContent", "metered", "mine"],
  ["POST", `${vertex}:generateContent`, "metered", "gemini-2.5-pro"],
  ["POST", `${vertex.replace("/v1/", "/v1beta1/")}:streamGenerateContent`, "metered", "gemini-2.5-pro"],
  ["POST", "/v1beta1/publishers/google/models/gemini-2.5-pro:generateContent", "metered", "gemini-2.5-pro"],
  ["POST", "/v1/projects/p/locations/l/endpoints/123:generateContent", "metered", "123"],
  ["POST", "/v1beta/models/gemini-2.5-flash:countTokens", "free", "gemini-2.5-flash"],
  ["GET", "/v1beta/models", "free", undefined],
  ["GET", "/v1beta/models/gemini-2.5-flash", "free", undefined],
  ["GET", "/v1beta1/publishers/google/models", "free", undefined],
  ["POST", `${vertex}:predict`, null, undefined],
  ["POST", `${vertex}:rawPredict`, null, undefined],
  ["POST", "/v1beta/models/gemini-2.5-flash:batchGenerateContent", null, undefined],
  ["POST", "/v1beta/models/gemini-2.5-flash:predictLongRunning", null, undefined],
  ["POST", "/v1beta/models/a/b:generateContent", null, undefined],
  ["POST", "/v1beta/cachedContents", null, undefined],
  ["GET", "/v1beta/models/gemini-2.5-flash:generateContent", null, undefined],
  ["GET", "/v1beta/batches/1", null, undefined],
])("%s %s is %s", (method, path, kind, model) => {
  const endpoint = gemini.findEndpoint(method, path);
  expect(endpoint?.kind ?? null).toBe(kind);
  expect(endpoint?.model).toBe(model);
});
