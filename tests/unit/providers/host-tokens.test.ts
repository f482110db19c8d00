import { describe, expect, test } from "vitest";
import { hostTokens } from "@/lib/providers/host-tokens";
import { vendors } from "@/lib/providers/vendors";

const plain = { instructs: false };

describe("what a host may add to the input", () => {
  test.each(["openai", "azure-openai", "anthropic", "gemini", "gemini-openai", "vertex", "mistral"] as const)(
    "is nothing at %s, so that a strict plan of few tokens can be used",
    (vendor) => expect(hostTokens(vendor, plain)).toBe(0),
  );

  test("is a template's system prompt wherever models are of all kinds", () => {
    expect(hostTokens("custom", plain)).toBeGreaterThan(0);
    expect(hostTokens("ollama", plain)).toBe(hostTokens("custom", plain));
  });

  test.each(vendors)("is never less where %s is given tools", (vendor) => {
    expect(hostTokens(vendor, { instructs: true })).toBeGreaterThanOrEqual(hostTokens(vendor, plain));
  });
});
