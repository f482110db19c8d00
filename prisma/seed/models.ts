import { priceOf } from "@/lib/metering/price";

/** A model that clients ask for, with the shape of its calls: middle sizes in tokens, and how fast it writes. */
export type ModelSeed = {
  provider: "openai" | "mistral";
  endpoint: "chat/completions" | "embeddings" | "responses";
  /** As it is asked for, and as it answers. */
  model: string;
  answeredModel: string;
  inputTokens: number;
  outputTokens: number;
  millisecondsPerToken: number;
  isStreamed: boolean;
};

const chat = { endpoint: "chat/completions", isStreamed: true } as const;

export const modelSeeds = {
  "gpt-4o-mini": {
    ...chat,
    provider: "openai",
    model: "gpt-4o-mini",
    answeredModel: "gpt-4o-mini-2024-07-18",
    inputTokens: 1_250,
    outputTokens: 210,
    millisecondsPerToken: 9,
  },
  "gpt-4.1-mini": {
    ...chat,
    provider: "openai",
    model: "gpt-4.1-mini",
    answeredModel: "gpt-4.1-mini-2025-04-14",
    inputTokens: 1_500,
    outputTokens: 260,
    millisecondsPerToken: 11,
  },
  "gpt-4.1": {
    ...chat,
    provider: "openai",
    model: "gpt-4.1",
    answeredModel: "gpt-4.1-2025-04-14",
    inputTokens: 1_900,
    outputTokens: 380,
    millisecondsPerToken: 17,
  },
  "gpt-5-mini": {
    endpoint: "responses",
    isStreamed: true,
    provider: "openai",
    model: "gpt-5-mini",
    answeredModel: "gpt-5-mini-2025-08-07",
    inputTokens: 1_300,
    outputTokens: 620,
    millisecondsPerToken: 10,
  },
  "text-embedding-3-small": {
    endpoint: "embeddings",
    isStreamed: false,
    provider: "openai",
    model: "text-embedding-3-small",
    answeredModel: "text-embedding-3-small",
    inputTokens: 900,
    outputTokens: 0,
    millisecondsPerToken: 0,
  },
  "mistral-small-latest": {
    ...chat,
    provider: "mistral",
    model: "mistral-small-latest",
    answeredModel: "mistral-small-latest",
    inputTokens: 1_100,
    outputTokens: 240,
    millisecondsPerToken: 8,
  },
  "mistral-large-latest": {
    ...chat,
    provider: "mistral",
    model: "mistral-large-latest",
    answeredModel: "mistral-large-latest",
    inputTokens: 1_700,
    outputTokens: 330,
    millisecondsPerToken: 19,
  },
} as const satisfies Record<string, ModelSeed>;

export type ModelName = keyof typeof modelSeeds;

/** The list price of a call in micro-USD, as the gateway settles it; the table is asked once per model, since it takes its time. */
export function costOf(
  name: ModelName,
  {
    inputTokens,
    cachedInputTokens,
    outputTokens,
  }: { inputTokens: number; cachedInputTokens: number; outputTokens: number },
  at: Date,
): number | null {
  const rates = ratesOf(name, at);
  if (rates === null) return null;
  return Math.ceil(
    ((inputTokens - cachedInputTokens) * rates.input + cachedInputTokens * rates.cached + outputTokens * rates.output) /
      million -
      1e-6,
  );
}

const million = 1_000_000;
const known = new Map<ModelName, { input: number; cached: number; output: number } | null>();

/** Micro-USD for a million tokens of each kind. */
export function ratesOf(name: ModelName, at: Date) {
  if (!known.has(name)) {
    const { provider, answeredModel } = modelSeeds[name];
    const price = (input: number, cached: number, output: number) => {
      const usage = {
        inputTokens: input,
        outputTokens: output,
        cachedInputTokens: cached,
        cacheWriteTokens: null,
        reasoningTokens: null,
      };
      return priceOf({ vendor: provider, model: answeredModel, usage, at });
    };
    const [input, cached, both] = [price(million, 0, 0), price(million, million, 0), price(million, 0, million)];
    known.set(
      name,
      input === null || cached === null || both === null ? null : { input, cached, output: both - input },
    );
  }
  return known.get(name) ?? null;
}
