import { calcPrice } from "@pydantic/genai-prices";
import type { Usage } from "./types";

const microUsd = 1_000_000;

/** The vendors' names in the price table, where they differ from ours. */
const priceTableNames: Record<string, string> = {
  "azure-openai": "azure",
  gemini: "google",
  "gemini-openai": "google",
  vertex: "google",
  xai: "x-ai",
};

/**
 * The list price of a call in whole micro-USD, rounded up once; null when the table knows no price for the model.
 * Source: the table bundled in `@pydantic/genai-prices`, by the model that answered.
 */
export function priceOf({
  vendor,
  model,
  usage,
  at,
}: {
  vendor: string;
  model: string | null;
  usage: Usage;
  at: Date;
}): number | null {
  if (model === null) return null;
  const result = calcPrice(
    {
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cache_read_tokens: usage.cachedInputTokens ?? 0,
      cache_write_tokens: usage.cacheWriteTokens ?? 0,
    },
    model,
    { providerId: priceTableNames[vendor] ?? vendor, timestamp: at },
  );
  return result ? Math.max(0, Math.ceil(result.total_price * microUsd - 1e-6)) : null;
}
