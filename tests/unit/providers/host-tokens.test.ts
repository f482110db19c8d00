import { describe, expect, test } from "vitest";
import { hostTokens } from "@/lib/providers/host-tokens";
import { vendors } from "@/lib/providers/vendors";

const plain = { instructs: false };

describe("what a host may add to the input", () => {
  test.each(["openai", "anthropic", "gemini", "gemini-openai", "vertex", "mistral"] as const)(
    "is nothing at %s, so that a strict plan of few tokens can be used",
    (vendor) => expect(hostTokens(vendor, plain)).toBe(0),
  );

  test.each([
    { name: "nothing to a model of OpenAI's at Azure", vendor: "azure-openai", model: "gpt-5-nano", tokens: 0 },
    { name: "a prompt to another's", vendor: "azure-openai", model: "grok-4-1-fast-non-reasoning", tokens: 1_024 },
    { name: "a prompt to one whose name says nothing", vendor: "azure-openai", model: "ours", tokens: 1_024 },
    { name: "nothing to most models of Mistral's", vendor: "mistral", model: "mistral-small-latest", tokens: 0 },
    { name: "a prompt to those that reason", vendor: "mistral", model: "magistral-small-latest", tokens: 512 },
  ] as const)("is $name", ({ vendor, model, tokens }) => {
    expect(hostTokens(vendor, { ...plain, model })).toBe(tokens);
  });

  test("is a template's system prompt wherever models are of all kinds", () => {
    expect(hostTokens("custom", plain)).toBeGreaterThan(0);
    expect(hostTokens("ollama", plain)).toBe(hostTokens("custom", plain));
  });

  test.each(vendors)("is never less where %s is given tools", (vendor) => {
    expect(hostTokens(vendor, { instructs: true })).toBeGreaterThanOrEqual(hostTokens(vendor, plain));
  });
});
