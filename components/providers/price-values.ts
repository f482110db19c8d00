import { instantOf, localTextOf } from "@/components/ui/local-instant";
import { moneyOf, moneyTextOf } from "@/components/ui/money-text";
import { FieldError } from "@/components/ui/use-form";
import type { CreatePriceInput, ModelPrice } from "@/lib/prices/schema";

const microUnitsPerUnit = 1_000_000;

/** A price as its form holds it: amounts of money for a million tokens, and an instant on the clocks of a zone. */
export type PriceValues = ReturnType<typeof valuesOf>;

export function valuesOf(price: ModelPrice | undefined, timeZone: string) {
  return {
    modelPattern: price?.modelPattern ?? "",
    inputMicroUsd: moneyTextOf(price?.inputMicroUsd, microUnitsPerUnit),
    cachedInputMicroUsd: moneyTextOf(price?.cachedInputMicroUsd, microUnitsPerUnit),
    cacheWriteMicroUsd: moneyTextOf(price?.cacheWriteMicroUsd, microUnitsPerUnit),
    outputMicroUsd: moneyTextOf(price?.outputMicroUsd, microUnitsPerUnit),
    validFrom: localTextOf(price?.validFrom ?? null, timeZone),
  };
}

/** @throws FieldError at the first field that cannot be read. */
export function inputOf(values: PriceValues, timeZone: string): CreatePriceInput {
  const validFrom = instantOf(values, "validFrom", timeZone);
  return {
    modelPattern: values.modelPattern,
    inputMicroUsd: rateOf(values, "inputMicroUsd"),
    cachedInputMicroUsd: moneyOf(values, "cachedInputMicroUsd", microUnitsPerUnit),
    cacheWriteMicroUsd: moneyOf(values, "cacheWriteMicroUsd", microUnitsPerUnit),
    outputMicroUsd: rateOf(values, "outputMicroUsd"),
    ...(validFrom !== null && { validFrom }),
  };
}

function rateOf(values: PriceValues, name: "inputMicroUsd" | "outputMicroUsd"): number {
  const rate = moneyOf(values, name, microUnitsPerUnit);
  if (rate === null) throw new FieldError(name, "Write a price; 0 is free");
  return rate;
}
