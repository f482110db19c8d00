import { z } from "zod";
import { instant, text } from "../http/fields";

const rateRule = "must be a whole number from 0 to 1000000000000";

/** Micro-USD for a million tokens. */
const rate = z.int({ error: rateRule }).min(0, { error: rateRule }).max(1_000_000_000_000, { error: rateRule });

const priceFields = z.strictObject({
  modelPattern: text
    .trim()
    .min(1, { error: "must not be empty" })
    .max(200, { error: "must have at most 200 characters" }),
  inputMicroUsd: rate,
  cachedInputMicroUsd: rate.nullable(),
  cacheWriteMicroUsd: rate.nullable(),
  outputMicroUsd: rate,
  validFrom: instant,
  validTo: instant.nullable(),
});

/** Left out, the price is valid from now on, and cached input costs what other input does. */
export const createPriceInput = priceFields.partial({
  cachedInputMicroUsd: true,
  cacheWriteMicroUsd: true,
  validFrom: true,
  validTo: true,
});

/** What is left out stays as it is. What has been settled keeps its cost. */
export const updatePriceInput = priceFields.partial();

export type CreatePriceInput = z.input<typeof createPriceInput>;
export type UpdatePriceInput = z.input<typeof updatePriceInput>;

/** What the agency pays a provider, in micro-USD for a million tokens of each kind. It comes before the bundled table. */
export type ModelPrice = {
  id: string;
  providerId: string;
  /** A name, or a pattern with `*`. The most exact one that covers a model counts. */
  modelPattern: string;
  inputMicroUsd: number;
  /** Null: as other input. */
  cachedInputMicroUsd: number | null;
  cacheWriteMicroUsd: number | null;
  /** Reasoning included. */
  outputMicroUsd: number;
  validFrom: string;
  /** Null: until a later price of the same pattern begins, which ends it in any case. */
  validTo: string | null;
  createdAt: string;
};

/** `GET /api/admin/providers/{id}/prices` */
export type ModelPriceList = { items: ModelPrice[] };
