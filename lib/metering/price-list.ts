import { LRUCache } from "lru-cache";
import { endOfPrice } from "../prices/span";
import { matchesModel } from "../quota/model-pattern";
import type { MediaKind } from "./types";

/**
 * What a million tokens of each kind cost, in micro-USD. `written1h` and `media`: where what is cached for an hour, and sound or
 * pictures, cost something else.
 */
export type Rates = {
  input: number;
  cached: number;
  written: number;
  written1h?: number;
  output: number;
  media?: MediaRates;
};
export type MediaRates = Partial<Record<MediaKind, { input: number; cached: number; output: number }>>;

/** A price that the agency has entered, from a time on. Null: as other input. */
export type OwnPrice = {
  modelPattern: string;
  inputMicroUsd: number;
  cachedInputMicroUsd: number | null;
  cacheWriteMicroUsd: number | null;
  outputMicroUsd: number;
  validFrom: Date;
  validTo: Date | null;
};

type Dated = { rates: Rates; validFrom: Date; endsAt: Date | null };

const keptModels = 1_000;

/** The agency's own prices for one provider. What it finds for a model it keeps, as it is asked at every call. */
export class PriceList {
  private readonly byModel: LRUCache<string, Dated[]> | null;

  constructor(private readonly prices: OwnPrice[]) {
    this.byModel = prices.length === 0 ? null : new LRUCache({ max: keptModels });
  }

  /** The most exact pattern that covers the model counts, and of its prices the newest that is valid. Null: none is. */
  ratesFor(model: string, at: Date): Rates | null {
    if (!this.byModel) return null;
    let dated = this.byModel.get(model);
    if (!dated) {
      dated = this.find(model);
      this.byModel.set(model, dated);
    }
    return dated.find(({ validFrom, endsAt }) => validFrom <= at && (endsAt === null || at < endsAt))?.rates ?? null;
  }

  private find(model: string): Dated[] {
    return this.prices
      .filter(({ modelPattern }) => matchesModel(modelPattern, model))
      .toSorted((a, b) => exactness(b) - exactness(a) || b.validFrom.getTime() - a.validFrom.getTime())
      .map((price) => ({ validFrom: price.validFrom, endsAt: endOfPrice(price, this.prices), rates: ratesOf(price) }));
  }
}

export const noPrices = new PriceList([]);

/** A name without a wildcard before any pattern, then the pattern that says most of the name. */
function exactness({ modelPattern }: OwnPrice): number {
  return modelPattern.includes("*") ? modelPattern.replaceAll("*", "").length : Number.POSITIVE_INFINITY;
}

function ratesOf({ inputMicroUsd, cachedInputMicroUsd, cacheWriteMicroUsd, outputMicroUsd }: OwnPrice): Rates {
  return {
    input: inputMicroUsd,
    cached: cachedInputMicroUsd ?? inputMicroUsd,
    written: cacheWriteMicroUsd ?? inputMicroUsd,
    output: outputMicroUsd,
  };
}
