import { describe, expect, test } from "vitest";
import { LearnedReasoning } from "@/lib/metering/learned-reasoning";

describe("how fast a model reasons", () => {
  test("is not known before an answer has told, nor by those of other models", () => {
    const learned = new LearnedReasoning();
    learned.learn("other", { reasoningTokens: 100, thinkingMs: 1_000 });
    expect(learned.tokensPerMs("model")).toBeNull();
  });

  test("is what its first answer had, and then follows those of late slowly", () => {
    const learned = new LearnedReasoning();
    learned.learn("model", { reasoningTokens: 100, thinkingMs: 1_000 });
    expect(learned.tokensPerMs("model")).toBe(0.1);
    learned.learn("model", { reasoningTokens: 900, thinkingMs: 1_000 });
    expect(learned.tokensPerMs("model")).toBeCloseTo(0.2);
    for (let index = 0; index < 60; index++) learned.learn("model", { reasoningTokens: 0, thinkingMs: 500 });
    expect(learned.tokensPerMs("model")).toBeLessThan(0.001);
  });

  test("is a number, however soon an answer began", () => {
    const learned = new LearnedReasoning();
    learned.learn("model", { reasoningTokens: 5, thinkingMs: 0 });
    expect(learned.tokensPerMs("model")).toBe(5);
  });

  test("is forgotten after an hour without answers", () => {
    let now = 1;
    const learned = new LearnedReasoning(() => now);
    learned.learn("model", { reasoningTokens: 5, thinkingMs: 10 });
    now += 3_601_000;
    expect(learned.tokensPerMs("model")).toBeNull();
  });
});
