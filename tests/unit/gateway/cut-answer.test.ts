import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CutAnswer, outputOf } from "@/lib/gateway/cut-answer";

const cut: CutAnswer = {
  seenTokens: 0,
  seenReasoningTokens: 0,
  toldTokens: 0,
  sealedTokens: 0,
  isShown: false,
  hasReasoned: false,
  thinkingMs: 10_000,
  tokensPerMs: null,
  outputBound: null,
};

describe("the output of an answer that was cut off", () => {
  test.each<{ name: string; answer: Partial<CutAnswer>; tokens: number }>([
    { name: "is what was seen, where nothing tells of reasoning", answer: { seenTokens: 7 }, tokens: 7 },
    { name: "is what was told of it, where that is more", answer: { seenTokens: 7, toldTokens: 9 }, tokens: 9 },
    {
      name: "has reasoning as it was shown, where that is all of it",
      answer: { seenTokens: 70, seenReasoningTokens: 60, isShown: true, hasReasoned: true, tokensPerMs: 1 },
      tokens: 70,
    },
    {
      name: "has reasoning as it came encrypted",
      answer: { seenTokens: 7, sealedTokens: 300, hasReasoned: true, tokensPerMs: 1 },
      tokens: 307,
    },
    {
      name: "counts what was shown of it once: a summary stands for what came encrypted",
      answer: { seenTokens: 27, seenReasoningTokens: 20, isShown: true, sealedTokens: 300, hasReasoned: true },
      tokens: 307,
    },
    {
      name: "has reasoning as its model's answers of late had in that time",
      answer: { seenTokens: 7, tokensPerMs: 0.12 },
      tokens: 1_207,
    },
    {
      name: "has none where they had none",
      answer: { seenTokens: 7, hasReasoned: true, tokensPerMs: 0 },
      tokens: 7,
    },
    {
      name: "has 50 tokens a second where nothing is known of its model",
      answer: { seenTokens: 7, hasReasoned: true },
      tokens: 507,
    },
    {
      name: "is no more than the request allows",
      answer: { seenTokens: 7, hasReasoned: true, outputBound: 100 },
      tokens: 100,
    },
    {
      name: "is what was seen, also beyond what the request allows",
      answer: { seenTokens: 120, hasReasoned: true, outputBound: 100 },
      tokens: 120,
    },
  ])("$name", ({ answer, tokens }) => {
    expect(outputOf({ ...cut, ...answer })).toBe(tokens);
  });

  const count = fc.nat({ max: 100_000 });
  const answers = fc
    .record({
      seenTokens: count,
      shownShare: fc.double({ min: 0, max: 1, noNaN: true }),
      toldTokens: count,
      sealedTokens: count,
      isShown: fc.boolean(),
      hasReasoned: fc.boolean(),
      thinkingMs: fc.double({ min: 0, max: 600_000, noNaN: true }),
      tokensPerMs: fc.option(fc.double({ min: 0, max: 2, noNaN: true })),
      outputBound: fc.option(count),
    })
    .map(({ shownShare, ...rest }) => ({ ...rest, seenReasoningTokens: Math.round(rest.seenTokens * shownShare) }));

  test("is never below what was seen or told, and never beyond the request's bound for what was not", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const tokens = outputOf(answer);
        const least = Math.max(answer.seenTokens, answer.toldTokens);
        expect(Number.isSafeInteger(tokens)).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(least);
        if (answer.outputBound !== null) expect(tokens).toBeLessThanOrEqual(Math.max(least, answer.outputBound));
      }),
      { numRuns: 5_000 },
    );
  });

  test("never falls when more is seen, told, sealed, or thought about for longer", () => {
    fc.assert(
      fc.property(
        answers,
        fc.constantFrom("seenTokens" as const, "toldTokens" as const, "thinkingMs" as const),
        fc.nat({ max: 1_000 }),
        (answer, name, more) => {
          expect(outputOf({ ...answer, [name]: answer[name] + more })).toBeGreaterThanOrEqual(outputOf(answer));
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
