import { describe, expect, test } from "vitest";
import { priceOf } from "@/lib/metering/price";
import { type OwnPrice, PriceList } from "@/lib/metering/price-list";

const at = new Date("2026-06-01T00:00:00Z");

const price = (modelPattern: string, inputMicroUsd: number, given: Partial<OwnPrice> = {}): OwnPrice => ({
  modelPattern,
  inputMicroUsd,
  cachedInputMicroUsd: null,
  cacheWriteMicroUsd: null,
  outputMicroUsd: inputMicroUsd * 4,
  validFrom: new Date("2026-01-01T00:00:00Z"),
  validTo: null,
  ...given,
});

describe("of the agency's own prices", () => {
  test.each([
    {
      name: "a name counts before a pattern",
      patterns: ["gpt-4o-*", "gpt-4o-mini", "*"],
      model: "gpt-4o-mini",
      found: "gpt-4o-mini",
    },
    {
      name: "the pattern that says most counts before others",
      patterns: ["*", "gpt-4o*", "gpt-*"],
      model: "gpt-4o-mini",
      found: "gpt-4o*",
    },
    { name: "a pattern covers no other model", patterns: ["gpt-4o*"], model: "gpt-4", found: null },
    { name: "a name covers no longer one", patterns: ["gpt-4"], model: "gpt-4o", found: null },
  ])("$name", ({ patterns, model, found }) => {
    const list = new PriceList(patterns.map((pattern, index) => price(pattern, index + 1)));
    expect(list.ratesFor(model, at)?.input ?? null).toBe(found === null ? null : patterns.indexOf(found) + 1);
  });

  test("the newest counts from its time on, to the millisecond, also after it was asked for before", () => {
    const from = new Date("2026-07-01T00:00:00.000Z");
    const list = new PriceList([price("m", 1), price("m", 2, { validFrom: from })]);
    expect(list.ratesFor("m", at)?.input).toBe(1);
    expect(list.ratesFor("m", new Date(from.getTime() - 1))?.input).toBe(1);
    expect(list.ratesFor("m", from)?.input).toBe(2);
  });

  test("one that has ended brings no older one back, and leaves the model to wider patterns", () => {
    const validTo = new Date("2026-05-01T00:00:00.000Z");
    const validFrom = new Date("2026-03-01T00:00:00Z");
    const list = new PriceList([price("m", 1), price("m", 2, { validFrom, validTo }), price("*", 3)]);
    expect(list.ratesFor("m", new Date(validTo.getTime() - 1))?.input).toBe(2);
    expect(list.ratesFor("m", validTo)?.input).toBe(3);
  });

  test("a later one ends an earlier one before its own end", () => {
    const validFrom = new Date("2026-03-01T00:00:00Z");
    const list = new PriceList([price("m", 1, { validTo: new Date("2027-01-01") }), price("m", 2, { validFrom })]);
    expect(list.ratesFor("m", at)?.input).toBe(2);
  });

  test("a more exact one that is not valid yet leaves the other", () => {
    const list = new PriceList([price("*", 1), price("m", 2, { validFrom: new Date("2027-01-01") })]);
    expect(list.ratesFor("m", at)?.input).toBe(1);
  });
});

describe("what a call costs", () => {
  const usage = {
    inputTokens: 1_000,
    outputTokens: 500,
    cachedInputTokens: 300,
    cacheWriteTokens: 100,
    reasoningTokens: 50,
  };

  test("is by the agency's prices, each kind at its own, and else by the table", () => {
    const prices = new PriceList([
      price("gpt-4o", 3_000_000, {
        cachedInputMicroUsd: 1_000_000,
        cacheWriteMicroUsd: 5_000_000,
        outputMicroUsd: 9_000_000,
      }),
    ]);
    expect(priceOf({ vendor: "openai", prices, model: "gpt-4o", usage, at })).toBe(
      600 * 3 + 300 * 1 + 100 * 5 + 500 * 9,
    );
    expect(priceOf({ vendor: "openai", prices, model: "gpt-4o-mini", usage, at })).toBe(
      priceOf({ vendor: "openai", model: "gpt-4o-mini", usage, at }),
    );
  });

  test("is as for other input where cached or written input has no price of its own", () => {
    const prices = new PriceList([price("m", 2_000_000, { outputMicroUsd: 0 })]);
    expect(priceOf({ vendor: "custom", prices, model: "m", usage, at })).toBe(2_000);
  });

  test("is nothing where the price is zero, and unknown where there is none", () => {
    const prices = new PriceList([price("own-*", 0)]);
    expect(priceOf({ vendor: "custom", prices, model: "own-llama", usage, at })).toBe(0);
    expect(priceOf({ vendor: "custom", prices, model: "other", usage, at })).toBeNull();
  });

  test("is by the model that was asked for where the agency has no price for the one that answered", () => {
    const prices = new PriceList([price("alias", 1_000_000, { outputMicroUsd: 1_000_000 })]);
    const priced = { vendor: "custom", prices, usage, at };
    expect(priceOf({ ...priced, model: "answered", asked: "alias" })).toBe(1_500);
    expect(priceOf({ ...priced, model: "answered", asked: "other" })).toBeNull();
  });

  test("is rounded up once, and not for the fractions of a float", () => {
    const cost = (inputMicroUsd: number, inputTokens: number) =>
      priceOf({
        vendor: "custom",
        prices: new PriceList([price("m", inputMicroUsd)]),
        model: "m",
        usage: { ...usage, inputTokens, outputTokens: 0, cachedInputTokens: null, cacheWriteTokens: null },
        at,
      });
    expect(cost(1_000, 1)).toBe(1);
    expect(cost(150_000, 7)).toBe(2);
    expect(cost(100_000, 30)).toBe(3);
    expect(cost(999_999_999, 1_000_000)).toBe(999_999_999);
  });
});
