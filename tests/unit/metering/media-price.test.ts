import { calcPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { expect, test } from "vitest";
import { highestPriceOf, priceOf } from "@/lib/metering/price";
import { noPrices, PriceList } from "@/lib/metering/price-list";
import type { Usage } from "@/lib/metering/types";

const at = new Date("2026-06-01T00:00:00Z");
const usageOf = (given: Partial<Usage>): Usage => ({
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  ...given,
});

const models = [
  { vendor: "openai", model: "gpt-audio", table: "openai", kind: "audio" },
  { vendor: "openai", model: "gpt-4o-transcribe", table: "openai", kind: "audio" },
  { vendor: "openai", model: "gpt-image-1.5", table: "openai", kind: "image" },
  { vendor: "gemini", model: "gemini-2.5-flash", table: "google", kind: "audio" },
  { vendor: "vertex", model: "gemini-2.5-flash-image", table: "google", kind: "image" },
] as const;
const shares = fc.record({
  input: fc.nat(400_000),
  output: fc.nat(100_000),
  media: fc.nat(100),
  cached: fc.nat(100),
  answered: fc.nat(100),
});

test.each(models)("$kind of $model costs what the table has for it", ({ vendor, model, table, kind }) => {
  fc.assert(
    fc.property(shares, ({ input, output, media, cached, answered }) => {
      const told = {
        input: Math.floor((input * media) / 100),
        cached: 0,
        output: Math.floor((output * answered) / 100),
      };
      // Only a model that has a price for cached media is asked for one.
      if (model === "gemini-2.5-flash") told.cached = Math.floor((told.input * cached) / 100);
      const tokens = {
        input_tokens: input,
        cache_read_tokens: told.cached,
        output_tokens: output,
        [`input_${kind}_tokens`]: told.input,
        [`cache_${kind}_read_tokens`]: told.cached,
        [`output_${kind}_tokens`]: told.output,
      };
      const expected = calcPrice(tokens, model, { providerId: table, timestamp: at })?.total_price ?? 0;
      const usage = usageOf({ inputTokens: input, outputTokens: output, cachedInputTokens: told.cached });
      const cost = priceOf({ vendor, model, usage, media: { [kind]: told }, at }) as number;
      expect(Math.abs(cost - expected * 1e6)).toBeLessThan(1.001);
    }),
  );
});

test.each(models)("whatever is told of $model's tokens, they cost no more than is reserved for them", (priced) => {
  const told = fc.record({ input: fc.nat(500_000), cached: fc.nat(500_000), output: fc.nat(200_000) });
  fc.assert(
    fc.property(shares, told, told, ({ input, output, cached }, audio, image) => {
      const usage = usageOf({
        inputTokens: input,
        outputTokens: output,
        cachedInputTokens: Math.floor((input * cached) / 100),
      });
      const cost = priceOf({ ...priced, usage, media: { audio, image }, at }) as number;
      const most = highestPriceOf(
        { ...priced, prices: noPrices, at },
        { inputTokens: input, outputTokens: output, hasMedia: true },
      ) as number;
      expect(cost).toBeGreaterThanOrEqual(0);
      expect(cost).toBeLessThanOrEqual(most);
    }),
  );
});

test("a text is not reserved at the price of sound, where it may be answered by text alone", () => {
  const tokens = { inputTokens: 1_000, outputTokens: 500 };
  const most = (hasMedia: boolean) =>
    highestPriceOf({ vendor: "gemini", model: "gemini-2.5-flash", prices: noPrices, at }, { ...tokens, hasMedia });
  expect(most(false)).toBe(1_550);
  expect(most(true)).toBe(2_250);
});

test("a text is reserved at the price of an hour in the cache where that may be", () => {
  const tokens = { inputTokens: 1_000, outputTokens: 0, hasMedia: false };
  const most = (cachesForAnHour?: boolean) =>
    highestPriceOf(
      { vendor: "anthropic", model: "claude-sonnet-4-5", prices: noPrices, at },
      { ...tokens, cachesForAnHour },
    );
  expect([most(), most(false), most(true)]).toEqual([3_750, 3_750, 6_000]);
});

test("the agency's own price is one for all kinds", () => {
  const row = { modelPattern: "*", inputMicroUsd: 1_000_000, outputMicroUsd: 2_000_000, validFrom: new Date(0) };
  const prices = new PriceList([{ ...row, cachedInputMicroUsd: null, cacheWriteMicroUsd: null, validTo: null }]);
  const usage = usageOf({ inputTokens: 100, outputTokens: 10 });
  const media = { audio: { input: 90, cached: 0, output: 10 } };
  expect(priceOf({ vendor: "openai", model: "gpt-audio", prices, usage, media, at })).toBe(120);
});
