import { amountOf } from "@/components/ui/amount-text";
import { instantOf } from "@/components/ui/local-instant";
import { moneyOf } from "@/components/ui/money-text";
import { FieldError } from "@/components/ui/use-form";
import type { CreateAdjustmentInput } from "@/lib/usage/adjustment-schema";

const microUnitsPerUnit = 1_000_000;

export const wholeClient = "client";

export const emptyValues = {
  direction: "less" as "less" | "more",
  subject: wholeClient,
  tokens: "",
  requests: "",
  costMicroUsd: "",
  at: "",
  reason: "",
};

/** @throws FieldError at the first field that cannot be read. */
export function inputOf(values: typeof emptyValues, timeZone: string): CreateAdjustmentInput {
  const sign = values.direction === "less" ? -1 : 1;
  const amounts = {
    tokens: sign * (amountOf(values, "tokens") ?? 0) || 0,
    requests: sign * (amountOf(values, "requests") ?? 0) || 0,
    costMicroUsd: sign * (moneyOf(values, "costMicroUsd", microUnitsPerUnit) ?? 0) || 0,
  };
  if (Object.values(amounts).every((amount) => amount === 0))
    throw new FieldError("tokens", "Write at least one amount");

  const at = instantOf(values, "at", timeZone);
  return {
    ...amounts,
    reason: values.reason,
    ...(values.subject !== wholeClient && { apiKeyId: values.subject }),
    ...(at !== null && { at }),
  };
}
