import { calcPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { expect, test } from "vitest";
import { priceOf } from "@/lib/metering/price";
import { PriceList } from "@/lib/metering/price-list";
import type { Usage } from "@/lib/metering/types";
import { vendors } from "@/lib/providers/vendors";

const at = new Date("2026-06-01T00:00:00Z");
const usageOf = (given: Partial<Usage> = {}): Usage => ({
  inputTokens: 1_000,
  outputTokens: 500,
  cachedInputTokens: null,
  cacheWriteTokens: null,
  reasoningTokens: null,
  ...given,
});

test.each([
  {
    name: "what is cached for an hour at its own price, beside what is for five minutes",
    vendor: "anthropic",
    model: "claude-sonnet-4-5",
    usage: usageOf({ cacheWriteTokens: 900, cacheWrite1hTokens: 600 }),
    cost: 100 * 3 + 300 * 3.75 + 600 * 6 + 500 * 15,
  },
  {
    name: "input and output at their prices",
    vendor: "openai",
    model: "gpt-4o",
    usage: usageOf(),
    cost: 1_000 * 2.5 + 500 * 10,
  },
  {
    name: "a dated model at its family's price",
    vendor: "openai",
    model: "gpt-4o-2024-08-06",
    usage: usageOf(),
    cost: 7_500,
  },
  {
    name: "cached input at its own price, and only once",
    vendor: "openai",
    model: "gpt-4o",
    usage: usageOf({ cachedInputTokens: 800 }),
    cost: 200 * 2.5 + 800 * 1.25 + 500 * 10,
  },
  {
    name: "reasoning within output, not on top",
    vendor: "openai",
    model: "gpt-4o",
    usage: usageOf({ reasoningTokens: 400 }),
    cost: 7_500,
  },
  {
    name: "a fraction of a micro-dollar as a whole one",
    vendor: "openai",
    model: "gpt-4o-mini",
    usage: usageOf({ inputTokens: 1, outputTokens: 0 }),
    cost: 1,
  },
  {
    name: "nothing for nothing",
    vendor: "openai",
    model: "gpt-4o",
    usage: usageOf({ inputTokens: 0, outputTokens: 0 }),
    cost: 0,
  },
])("a call costs $name", ({ vendor, model, usage, cost }) => {
  expect(priceOf({ vendor, model, usage, at })).toBe(cost);
});

test.each([
  ["azure-openai", "gpt-4o", 7_500],
  ["gemini-openai", "gemini-2.5-flash", 1_550],
  ["gemini", "gemini-2.5-flash", 1_550],
  ["vertex", "gemini-2.5-flash", 1_550],
  ["xai", "grok-4", 10_500],
])("a vendor's price is found also where its name differs from ours: %s %s", (vendor, model, cost) => {
  expect(priceOf({ vendor, model, usage: usageOf(), at })).toBe(cost);
});

test.each([
  ["openai", "gpt-99-imagined"],
  ["openai", ""],
  ["openai", null],
  ["custom", "gpt-4o"],
  ["ollama", "llama3"],
  ["vllm", "gpt-4o"],
  ["llama-cpp", "x"],
  ["localai", "x"],
  ["together", "nobody/nothing"],
])("the price of %s %j is unknown, which is not 0", (vendor, model) => {
  expect(priceOf({ vendor, model, usage: usageOf(), at })).toBeNull();
});

test("whatever was used, and whatever model answered, the cost is a whole amount or unknown, and never an error", () => {
  const parts = fc.record({
    inputTokens: fc.nat(2_000_000),
    outputTokens: fc.nat(2_000_000),
    cached: fc.nat(100),
    written: fc.nat(100),
  });
  const usage = parts.map(({ inputTokens, outputTokens, cached, written }) => {
    const cachedInputTokens = Math.floor((inputTokens * cached) / 100);
    return usageOf({
      inputTokens,
      outputTokens,
      cachedInputTokens,
      cacheWriteTokens: Math.floor(((inputTokens - cachedInputTokens) * written) / 100),
    });
  });
  const models = [
    "gpt-4o",
    "gpt-5",
    "o3",
    "claude-sonnet-4-5",
    "gemini-2.5-pro",
    "gemini-2.5-flash",
    "grok-4",
    "deepseek-chat",
    "mistral-large-latest",
    "meta-llama/llama-3.3-70b-instruct:free",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...vendors),
      fc.oneof(fc.constantFrom(...models), fc.string()),
      usage,
      (vendor, model, usage) => {
        const cost = priceOf({ vendor, model, usage, at });
        if (cost === null) return;
        expect(Number.isSafeInteger(cost)).toBe(true);
        expect(cost >= 0 && !Object.is(cost, -0)).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

test("prices with remembered rates are those of the table, for flat, stepped and free models", () => {
  const models: [vendor: string, model: string][] = [
    ["openai", "gpt-4o-mini"],
    ["openai", "o3"],
    ["openai", "gpt-5"],
    ["openai", "text-embedding-3-small"],
    ["anthropic", "claude-sonnet-4-5"],
    ["anthropic", "claude-3-5-haiku-latest"],
    ["google", "gemini-2.5-pro"],
    ["google", "gemini-2.5-flash"],
    ["deepseek", "deepseek-chat"],
    ["mistral", "mistral-large-latest"],
    ["perplexity", "sonar-pro"],
    ["groq", "llama-3.3-70b-versatile"],
  ];
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const amounts = fc.record({
    model: fc.constantFrom(...models),
    input: fc.nat(400_000),
    cachedShare: share,
    writtenShare: share,
    hourShare: share,
    output: fc.nat(100_000),
  });
  fc.assert(
    fc.property(amounts, ({ model: [vendor, model], input, cachedShare, writtenShare, hourShare, output }) => {
      const cached = Math.floor(input * cachedShare);
      const written = Math.floor((input - cached) * writtenShare);
      const written1h = Math.floor(written * hourShare);
      const tokens = {
        input_tokens: input,
        output_tokens: output,
        cache_read_tokens: cached,
        cache_write_tokens: written,
        cache_write_1h_tokens: written1h,
      };
      const table = calcPrice(tokens, model, { providerId: vendor, timestamp: at });
      const usage = usageOf({
        inputTokens: input,
        outputTokens: output,
        cachedInputTokens: cached,
        cacheWriteTokens: written,
        cacheWrite1hTokens: written1h,
      });
      const priced = priceOf({ vendor: vendor === "google" ? "gemini" : vendor, model, usage, at });
      if (!table) expect(priced).toBeNull();
      else expect(Math.abs((priced as number) - table.total_price * 1e6)).toBeLessThan(1.001);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  { vendor: "anthropic", model: "claude-sonnet-4-5", table: "anthropic" },
  { vendor: "openai", model: "gpt-5", table: "openai" },
  { vendor: "gemini", model: "gemini-2.5-flash", table: "google" },
  { vendor: "perplexity", model: "sonar-deep-research", table: "perplexity" },
])("searches of $model cost what the table has for them, beside its tokens", ({ vendor, model, table }) => {
  const tokens = { input_tokens: 1_000, output_tokens: 500 };
  const priced = calcPrice({ ...tokens, web_searches: 3, storage_searches: 2 }, model, {
    providerId: table,
    timestamp: at,
  });
  const cost = priceOf({ vendor, model, usage: usageOf(), searches: { web: 3, files: 2 }, at });
  expect(Math.abs((cost as number) - (priced?.total_price ?? 0) * 1e6)).toBeLessThan(1.001);
});

test("flexible service costs half of the table's price where it does so, and fees and own prices stay", () => {
  const flex = (vendor: string, more: object = {}) =>
    priceOf({ vendor, model: "gpt-4o", usage: usageOf(), serviceTier: "flex", at, ...more });
  expect(flex("openai")).toBe(7_500 / 2);
  expect(flex("azure-openai")).toBe(7_500 / 2);
  expect(flex("openai", { serviceTier: "default" })).toBe(7_500);
  expect(flex("openrouter", { model: "openai/gpt-4o" })).toBe(7_500);
  const row = { modelPattern: "*", inputMicroUsd: 1_000_000, outputMicroUsd: 2_000_000, validFrom: new Date(0) };
  const prices = new PriceList([{ ...row, cachedInputMicroUsd: null, cacheWriteMicroUsd: null, validTo: null }]);
  expect(flex("openai", { prices })).toBe(2_000);
});

test("searches cost the same beside the agency's own price, and nothing is known of them where the table has no such model", () => {
  const own = (model: string) => {
    const row = { modelPattern: "*", inputMicroUsd: 1_000_000, outputMicroUsd: 1_000_000 };
    const prices = new PriceList([
      { ...row, cachedInputMicroUsd: null, cacheWriteMicroUsd: null, validFrom: new Date(0), validTo: null },
    ]);
    return priceOf({ vendor: "openai", model, prices, usage: usageOf(), searches: { web: 3, files: 0 }, at });
  };
  expect(own("gpt-5")).toBe(1_500 + 30_000);
  expect(own("nobody-knows")).toBe(1_500);
});
