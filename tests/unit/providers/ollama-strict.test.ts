import { describe, expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { ollamaStrict } from "@/lib/providers/ollama-strict";
import type { Endpoint } from "@/lib/providers/types";

const endpoint = (name: string): Endpoint => ({ name, kind: "metered" });
const boundsOf = (body: object, name = "api/chat") =>
  ollamaStrict.boundsOf({
    endpoint: endpoint(name),
    body: Buffer.from(JSON.stringify(body)),
    vendor: "ollama",
    contentType: "application/json",
  });
const cap = (body: string, name = "api/chat") =>
  ollamaStrict
    .capAnswers({ endpoint: endpoint(name), body: Buffer.from(body), vendor: "ollama", query: "", answerTokens: 8 })
    .toString();
const messages = [{ role: "user", content: "Hello" }];

describe("what a call of Ollama's own endpoints comes to at most", () => {
  test.each([
    { name: "no cap", body: { model: "m", messages }, answerTokens: null },
    { name: "a cap", body: { model: "m", messages, options: { num_predict: 5 } }, answerTokens: 6 },
    {
      name: "a cap of zero, which is none",
      body: { model: "m", messages, options: { num_predict: 0 } },
      answerTokens: null,
    },
    { name: "a cap that is none", body: { model: "m", messages, options: { num_predict: -1 } }, answerTokens: null },
  ])("$name", ({ body, answerTokens }) => {
    const inputTokens = JSON.stringify(body).length + 512;
    expect(boundsOf(body)).toEqual({ inputTokens, answers: 1, answerTokens, leastAnswerTokens: 2 });
  });

  test("an answer in a format is reserved twice", () => {
    expect(boundsOf({ messages, format: "json", options: { num_predict: 5 } })).toMatchObject({
      answers: 2,
      answerTokens: 6,
    });
  });

  test("an embedding has no answer", () => {
    expect(boundsOf({ model: "m", input: ["a", "b"] }, "api/embed")).toMatchObject({ answers: 0, answerTokens: 0 });
  });

  test("an image counts the same, however large it is; what is no base64 counts as text", () => {
    const boundOf = (image: string) =>
      boundsOf({ messages: [{ role: "user", content: "?", images: [image] }] }).inputTokens;
    expect(boundOf("QUJD".repeat(1_000))).toBe(boundOf("QUJD"));
    expect(boundOf(`${"QUJD".repeat(1_000)} `)).toBeGreaterThan(boundOf("QUJD") + 3_000);
    const generated = boundsOf({ prompt: "?", images: ["QUJD"] }, "api/generate").inputTokens;
    expect(generated).toBeGreaterThan(50_000);
  });

  test.each([
    { name: "a field that is not known", body: { messages, suffix_of: "x" } },
    { name: "another spelling of the options", body: { messages, Options: { num_predict: 900 } } },
    { name: "another spelling of an image", body: { messages: [{ role: "user", content: "?", Images: ["QUJD"] }] } },
    { name: "two caps", body: { messages, options: { num_predict: 5, NUM_PREDICT: 900 } } },
  ])("is not known with $name", ({ body }) => {
    expect(() => boundsOf(body)).toThrow(AppError);
  });
});

test.each([
  {
    name: "is lowered",
    body: '{"options":{"num_predict":900,"seed":1}}',
    sent: '{"options":{"num_predict":7,"seed":1}}',
  },
  { name: "stays where it is lower", body: '{"options":{"num_predict":6}}', sent: '{"options":{"num_predict":6}}' },
  { name: "takes the place of none", body: '{"options":{"num_predict":-1}}', sent: '{"options":{"num_predict":7}}' },
  {
    name: "takes the place of zero, which is none",
    body: '{"options":{"num_predict":0}}',
    sent: '{"options":{"num_predict":7}}',
  },
  { name: "joins other options", body: '{"options":{"seed":1.0}}', sent: '{"options":{"num_predict":7,"seed":1.0}}' },
  { name: "takes the place of a null", body: '{"options":null}', sent: '{"options":{"num_predict":7}}' },
  { name: "is put in where there are no options", body: '{"a":1}', sent: '{"options":{"num_predict":7},"a":1}' },
])("the cap that is sent $name", ({ body, sent }) => {
  expect(cap(body)).toBe(sent);
});

test("an embedding is sent as it is", () => {
  expect(cap('{"input":"a"}', "api/embed")).toBe('{"input":"a"}');
});
