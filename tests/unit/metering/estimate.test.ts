import fc from "fast-check";
import { expect, test } from "vitest";
import { countTokens, estimateTokens } from "@/lib/metering/estimate";
import { cpuMsOf } from "../../cpu-time";

test.each([
  ["", 0],
  ["hello world", 2],
  ["The quick brown fox jumps over the lazy dog.", 10],
])("%j has %i tokens", async (text, tokens) => {
  expect(await countTokens(text)).toBe(tokens);
});

test("control tokens of the tokenizer are text like any other, and never stop the count", async () => {
  for (const control of ["<|endoftext|>", "<|im_start|>", "<|endofprompt|>"]) {
    expect(await countTokens(`before ${control} after`)).toBeGreaterThan(2);
  }
});

test("any text can be counted, and has no more tokens than bytes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string({ maxLength: 5_000 })),
      async (text) => {
        const tokens = await countTokens(text);
        expect(tokens).toBeGreaterThanOrEqual(text === "" ? 0 : 1);
        expect(tokens).toBeLessThanOrEqual(Buffer.byteLength(text));
      },
    ),
    { numRuns: 200 },
  );
});

test.each([
  ["one long word", "a".repeat(200_000)],
  ["blanks", " ".repeat(200_000)],
  ["digits", "1".repeat(200_000)],
  ["Chinese", "語".repeat(200_000)],
  ["far more text than is counted in full", "The quick brown fox. ".repeat(100_000)],
])("counting %s does not hold up other calls", async (_, text) => {
  await countTokens("warm");
  expect(await cpuMsOf(() => countTokens(text))).toBeLessThan(3_000);
});

test("a text that is counted in pieces has the tokens of the whole", async () => {
  const sentence = "The quick brown fox jumps over the lazy dog. ";
  const perSentence = await countTokens(sentence.trim());
  const tokens = await countTokens(sentence.repeat(2_000).trim());
  expect(Math.abs(tokens - perSentence * 2_000)).toBeLessThan(20);
});

test("a text too long to count in full is counted by its share", async () => {
  const sentence = "The quick brown fox jumps over the lazy dog. ";
  const [whole, tenfold] = [await countTokens(sentence.repeat(4_000)), await countTokens(sentence.repeat(40_000))];
  expect(tenfold / whole).toBeGreaterThan(9.9);
  expect(tenfold / whole).toBeLessThan(10.1);
});

test.each([
  ["", 0],
  ["a", 1],
  ["abcd", 1],
  ["abcde", 2],
  ["äöüß", 2],
])("%j is estimated at %i tokens, by its bytes", (text, tokens) => {
  expect(estimateTokens(text)).toBe(tokens);
});
