import { describe, expect, test } from "vitest";
import { OutlineReader } from "@/lib/providers/outline-reader";
import { modelsBeside } from "@/lib/providers/reachable-models";

describe("the models that a request could reach beside its own", () => {
  test.each([
    { name: "none", body: { model: "a", messages: [{ role: "user", content: "models" }] }, models: undefined },
    {
      name: "OpenRouter's alternatives",
      body: { model: "a", models: ["b", "c"], route: "fallback" },
      models: ["b", "c"],
    },
    { name: "a preset", body: { model: "a", preset: "cheap" }, models: ["cheap"] },
    {
      name: "LiteLLM's fallbacks",
      body: { model: "a", fallbacks: ["b", { model: "c" }, { a: ["d"] }] },
      models: ["b", "c", "d"],
    },
    { name: "a request within the request", body: { extra_body: { model: "b", models: ["c"] } }, models: ["b", "c"] },
    { name: "an adviser", body: { model: "a", tools: [{ type: "advisor", model: "b" }] }, models: ["b"] },
    {
      name: "a router",
      body: { model: "a", plugins: [{ id: "auto-router", allowed_models: ["b/*"] }] },
      models: ["b/*"],
    },
    {
      name: "another spelling, as some servers read it",
      body: { model: "a", Model: "b", MODELS: ["c"] },
      models: ["b", "c"],
    },
    {
      name: "what a tool takes is no model",
      body: {
        model: "a",
        tools: [{ function: { name: "f", parameters: { properties: { model: { type: "string" } } } } }],
      },
      models: undefined,
    },
  ])("$name", ({ body, models }) => {
    expect(modelsBeside(body)?.sort()).toEqual(models);
  });

  test("are refused where judging each would hold up other calls: too many, or beyond the length of a name", () => {
    const few = Array.from({ length: 50 }, (_, index) => `model-${index}`);
    expect(modelsBeside({ models: few })).toHaveLength(50);
    expect(() => modelsBeside({ models: [...few, "one-more"] })).toThrow("too long");
    expect(() => modelsBeside({ models: few, fallbacks: [{ model: "one-more" }] })).toThrow("too long");
    expect(() => modelsBeside({ models: [Array(200_000).fill("a")] })).toThrow("too long");
    expect(() => modelsBeside({ models: ["a,".repeat(200)] })).toThrow("too long");
  });

  test("are found, or refused as too many, in a body that is not kept in memory", () => {
    const read = (body: object) => {
      const reader = new OutlineReader({ mostBytes: 64_000, isExact: false });
      reader.push(Buffer.from(JSON.stringify(body)));
      return modelsBeside(reader.end().parse() as Record<string, unknown>);
    };
    const tool = { type: "function", function: { name: "f", parameters: { properties: { model: { enum: ["x"] } } } } };
    expect(read({ messages: Array(20_000).fill({ content: "hi" }), models: ["b"] })).toEqual(["b"]);
    expect(read({ tools: Array(20_000).fill(tool) })).toBeUndefined();
    expect(() => read({ tools: [...Array(20_000).fill(tool), { type: "advisor", model: "b" }] })).toThrow("too long");
    expect(() => read({ models: Array(20_000).fill("b") })).toThrow("too long");
  });
});
