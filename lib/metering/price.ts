import { calcPrice } from "@pydantic/genai-prices";
import { LRUCache } from "lru-cache";
import type { Usage } from "./types";

const microUsd = 1_000_000;
const million = 1_000_000;
/** Prices may depend on the date and on the time of day; they change at quarters of an hour at most. */
const quarterMs = 15 * 60_000;

/** The vendors' names in the price table, where they differ from ours. */
const priceTableNames: Record<string, string> = {
  "azure-openai": "azure",
  gemini: "google",
  "gemini-openai": "google",
  vertex: "google",
  xai: "x-ai",
};

type Priced = { vendor: string; model: string | null; usage: Usage; at: Date };

/**
 * The list price of a call in whole micro-USD, rounded up once; null when the table knows no price for the model.
 * Source: the table bundled in `@pydantic/genai-prices`, by the model that answered.
 */
export function priceOf({ vendor, model, usage, at }: Priced): number | null {
  if (model === null) return null;
  const rates = ratesOf(vendor, model, at);
  if (rates === null) return null;

  const price = rates === "tiered" ? tablePrice({ vendor, model, usage, at }) : flatPrice(rates, usage);
  // The rounding of binary fractions must not make a whole amount one larger; and -0 is 0.
  return price === null ? null : Math.max(0, Math.ceil(price * microUsd - 1e-6));
}

/** USD for a million tokens of each kind. */
type Rates = { input: number; cached: number; written: number; output: number };

/** The rates found lately: to find a model in the table takes longer than all else that is done to settle a call. */
const known = new LRUCache<string, { rates: Rates | "tiered" | null }>({ max: 2_000 });

function ratesOf(vendor: string, model: string, at: Date): Rates | "tiered" | null {
  const key = `${vendor} ${model} ${Math.floor(at.getTime() / quarterMs)}`;
  const found = known.get(key) ?? { rates: findRates(vendor, model, at) };
  known.set(key, found);
  return found.rates;
}

function findRates(vendor: string, model: string, at: Date): Rates | "tiered" | null {
  const result = lookUp({ vendor, model, at, tokens: { input_tokens: million } });
  if (!result) return null;
  if (!Object.entries(result.model_price).every(isFlat)) return "tiered";

  const rate = (tokens: Record<string, number>) => lookUp({ vendor, model, at, tokens })?.total_price ?? 0;
  return {
    input: result.total_price,
    cached: rate({ input_tokens: million, cache_read_tokens: million }),
    written: rate({ input_tokens: million, cache_write_tokens: million }),
    output: rate({ output_tokens: million }),
  };
}

/** A price that grows with the number of tokens alone: no steps by the length of the prompt, no fee for each call. */
function isFlat([unit, price]: [string, unknown]): boolean {
  return typeof price === "number" && unit !== "requests_kcount";
}

function flatPrice({ input, cached, written, output }: Rates, usage: Usage): number {
  const cachedTokens = usage.cachedInputTokens ?? 0;
  const writtenTokens = usage.cacheWriteTokens ?? 0;
  const plainTokens = usage.inputTokens - cachedTokens - writtenTokens;
  return (
    (plainTokens * input + cachedTokens * cached + writtenTokens * written + usage.outputTokens * output) / million
  );
}

function tablePrice({ vendor, model, usage, at }: Priced & { model: string }): number | null {
  const tokens = {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cachedInputTokens ?? 0,
    cache_write_tokens: usage.cacheWriteTokens ?? 0,
  };
  return lookUp({ vendor, model, at, tokens })?.total_price ?? null;
}

function lookUp({
  vendor,
  model,
  at,
  tokens,
}: {
  vendor: string;
  model: string;
  at: Date;
  tokens: Record<string, number>;
}) {
  return calcPrice(tokens, model, { providerId: priceTableNames[vendor] ?? vendor, timestamp: at });
}
