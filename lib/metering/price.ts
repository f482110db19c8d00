import { calcPrice } from "@pydantic/genai-prices";
import { LRUCache } from "lru-cache";
import { type MediaRates, noPrices, type PriceList, type Rates } from "./price-list";
import type { MediaKind, MediaTokens, Searches, Usage } from "./types";

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

/** Where answers of the tier `flex` cost half of what the table says. Source: pricing pages of OpenAI and Azure. */
const halvesFlex = new Set(["openai", "azure-openai"]);

type Priced = { vendor: string; model: string | null; usage: Usage; at: Date };

/** `asked` is the model that the request named, where another one answered. */
type OwnPriced = Priced & {
  prices?: PriceList;
  asked?: string | null;
  /** Searches that the provider ran for the answer, each at a fee where the table has one. */
  searches?: Searches | undefined;
  /** The tier of service in which the answer was made. */
  serviceTier?: string | undefined;
  /** What of its tokens is no text, each kind at a price of its own where the table has one. */
  media?: MediaTokens | undefined;
};

/**
 * What a call costs in whole micro-USD, rounded up once; null when no price is known for the model. The agency's own
 * prices count first, by the model that answered or else the one that was asked for; then the table bundled in
 * `@pydantic/genai-prices`, by the model that answered.
 */
export function priceOf({
  prices = noPrices,
  asked = null,
  searches,
  serviceTier,
  media,
  ...priced
}: OwnPriced): number | null {
  const { vendor, model, usage, at } = priced;
  if (model === null) return null;
  const own = prices.ratesFor(model, at) ?? (asked === null ? null : prices.ratesFor(asked, at));
  const rates = own ?? ratesOf(vendor, model, at);
  if (rates === null) return null;

  const price = rates === "tiered" ? tablePrice({ vendor, model, usage, at }) : flatPrice(rates, usage, media);
  if (price === null) return null;
  const share = own === null && serviceTier === "flex" && halvesFlex.has(vendor) ? 0.5 : 1;
  const fees = searches ? feesOf({ vendor, model, at, searches }) : 0;
  return whole(price * share + fees);
}

/** The rounding of binary fractions must not make a whole amount one larger; and -0 is 0. */
function whole(price: number): number {
  return Math.max(0, Math.ceil(price - 1e-6));
}

type Needs = { inputTokens: number; outputTokens: number; hasMedia: boolean; cachesForAnHour?: boolean | undefined };

/**
 * The most that so many tokens cost, at the dearest rate that they may have; null as `priceOf`.
 * @param needs `hasMedia`: whether some of the input is no text; `cachesForAnHour`: whether some of it may be kept for so long.
 */
export function highestPriceOf(
  { prices, vendor, model, at }: Pick<OwnPriced, "vendor" | "model" | "at"> & { prices: PriceList },
  { inputTokens, outputTokens, hasMedia, cachesForAnHour = false }: Needs,
): number | null {
  if (model === null) return null;
  const rates = prices.ratesFor(model, at) ?? ratesOf(vendor, model, at);
  if (rates === null) return null;
  if (rates === "tiered") {
    const cost = (cacheWriteTokens: number, cacheWrite1hTokens = 0) => {
      const used = { inputTokens, outputTokens, cachedInputTokens: 0, cacheWriteTokens, cacheWrite1hTokens };
      return tablePrice({ vendor, model, usage: { ...used, reasoningTokens: null }, at }) ?? 0;
    };
    return whole(Math.max(cost(0), cost(inputTokens), cachesForAnHour ? cost(inputTokens, inputTokens) : 0));
  }
  const media = Object.values(rates.media ?? {});
  const input = Math.max(
    rates.input,
    rates.cached,
    rates.written,
    (cachesForAnHour && rates.written1h) || 0,
    ...(hasMedia ? media.map((each) => each.input) : []),
  );
  const output = Math.max(rates.output, ...media.map((each) => each.output));
  return whole((inputTokens * input + outputTokens * output) / million);
}

/** The agency's own prices are of tokens: fees are the table's, also beside those. */
function feesOf({
  vendor,
  model,
  at,
  searches: { web, files },
}: Omit<Priced, "usage"> & { model: string; searches: Searches }) {
  const price = lookUp({ vendor, model, at, tokens: {} })?.model_price;
  return (feeOf(price?.web_searches_kcount) * web + feeOf(price?.storage_searches_kcount) * files) * microUsd;
}

function feeOf(perThousand: unknown): number {
  return typeof perThousand === "number" ? perThousand / 1_000 : 0;
}

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
  if (!result || isOfOtherUnits(result.model_price)) return null;
  if (!Object.entries(result.model_price).every(isFlat)) return "tiered";

  const rate = (tokens: Record<string, number>) => (lookUp({ vendor, model, at, tokens })?.total_price ?? 0) * microUsd;
  const rates = {
    input: result.total_price * microUsd,
    cached: rate({ input_tokens: million, cache_read_tokens: million }),
    written: rate({ input_tokens: million, cache_write_tokens: million }),
    written1h: rate({ input_tokens: million, cache_write_tokens: million, cache_write_1h_tokens: million }),
    output: rate({ output_tokens: million }),
  };
  const media = mediaRatesOf(result.model_price, rates);
  return media ? { ...rates, media } : rates;
}

const mediaKinds: readonly MediaKind[] = ["audio", "image", "video"];

/** What the table says of sound, pictures and films; what it does not say of them is as for text. */
function mediaRatesOf(price: Record<string, unknown>, text: Rates): MediaRates | null {
  const rates: MediaRates = {};
  const rateOf = (unit: string) => (typeof price[unit] === "number" ? price[unit] * microUsd : null);
  for (const kind of mediaKinds) {
    const input = rateOf(`input_${kind}_mtok`);
    const output = rateOf(`output_${kind}_mtok`);
    if (input === null && output === null) continue;
    const cached = rateOf(`cache_${kind}_read_mtok`) ?? input ?? text.cached;
    rates[kind] = { input: input ?? text.input, cached, output: output ?? text.output };
  }
  return Object.keys(rates).length > 0 ? rates : null;
}

/** A price by the hour or the picture alone: what the tokens of such a model cost is not told. One that is free has none at all. */
function isOfOtherUnits(price: object): boolean {
  const units = Object.keys(price);
  return units.length > 0 && !units.some((unit) => unit.endsWith("_mtok"));
}

/** A price that grows with the number of tokens alone: no steps by the length of the prompt, no fee for each call. */
function isFlat([unit, price]: [string, unknown]): boolean {
  return typeof price === "number" && unit !== "requests_kcount";
}

function flatPrice(rates: Rates, usage: Usage, media: MediaTokens | undefined): number {
  const { input, cached, written, written1h = written, output } = rates;
  const cachedTokens = usage.cachedInputTokens ?? 0;
  const writtenTokens = usage.cacheWriteTokens ?? 0;
  const plainTokens = usage.inputTokens - cachedTokens - writtenTokens;
  const writtenPrice = writtenTokens * written + (usage.cacheWrite1hTokens ?? 0) * (written1h - written);
  const price = plainTokens * input + cachedTokens * cached + writtenPrice + usage.outputTokens * output;
  return (media && rates.media ? price + beyondText(rates, rates.media, { usage, media }) : price) / million;
}

/** What tokens of media cost more than as many of text. There are no more of them than there are tokens. */
function beyondText(text: Rates, rates: MediaRates, { usage, media }: { usage: Usage; media: MediaTokens }): number {
  let { inputTokens: inputLeft, outputTokens: outputLeft } = usage;
  let more = 0;
  for (const kind of mediaKinds) {
    const [rate, told] = [rates[kind], media[kind]];
    if (!rate || !told) continue;
    const input = Math.min(told.input, inputLeft);
    const output = Math.min(told.output, outputLeft);
    const cached = Math.min(told.cached, input);
    inputLeft -= input;
    outputLeft -= output;
    more += (input - cached) * (rate.input - text.input) + cached * (rate.cached - text.cached);
    more += output * (rate.output - text.output);
  }
  return more;
}

function tablePrice({ vendor, model, usage, at }: Priced & { model: string }): number | null {
  const tokens = {
    input_tokens: usage.inputTokens,
    output_tokens: usage.outputTokens,
    cache_read_tokens: usage.cachedInputTokens ?? 0,
    cache_write_tokens: usage.cacheWriteTokens ?? 0,
    cache_write_1h_tokens: usage.cacheWrite1hTokens ?? 0,
  };
  const found = lookUp({ vendor, model, at, tokens });
  return found ? found.total_price * microUsd : null;
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
