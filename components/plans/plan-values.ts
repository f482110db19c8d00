import { amountOf, textOf } from "@/components/ui/amount-text";
import { moneyOf, moneyTextOf } from "@/components/ui/money-text";
import { FieldError } from "@/components/ui/use-form";
import type { UnpricedPolicy } from "@/lib/agency/schema";
import type { CreatePlanInput, Plan, UpdatePlanInput } from "@/lib/plans/schema";

const centsPerUnit = 100;
const microUnitsPerUnit = 1_000_000;
const defaults = { nearLimitPercent: 80, defaultOutputTokens: 1024 };

/** Stands for null, which a choice cannot hold. */
export const asAgency = "agency";

/** A plan as its form holds it. */
export type PlanValues = ReturnType<typeof valuesOf>;

export function valuesOf(plan: Plan | undefined) {
  return {
    name: plan?.name ?? "",
    feeCents: moneyTextOf(plan?.feeCents, centsPerUnit),
    dailyTokenLimit: textOf(plan?.dailyTokenLimit),
    monthlyTokenLimit: textOf(plan?.monthlyTokenLimit),
    dailyRequestLimit: textOf(plan?.dailyRequestLimit),
    monthlyRequestLimit: textOf(plan?.monthlyRequestLimit),
    requestsPerMinute: textOf(plan?.requestsPerMinute),
    monthlyCostLimitMicroUsd: moneyTextOf(plan?.monthlyCostLimitMicroUsd, microUnitsPerUnit),
    nearLimitPercent: String(plan?.nearLimitPercent ?? defaults.nearLimitPercent),
    defaultOutputTokens: textOf(plan?.defaultOutputTokens ?? defaults.defaultOutputTokens),
    allowedModels: plan?.allowedModels.join(", ") ?? "",
    strict: plan?.strict ?? false,
    unpricedPolicy: plan?.unpricedPolicy ?? (asAgency as UnpricedPolicy | typeof asAgency),
    isDefault: plan?.isDefault ?? false,
  };
}

/** @throws FieldError at the first field that cannot be read. */
export function inputOf(values: PlanValues, currency: string): CreatePlanInput {
  const nearLimitPercent = amountOf(values, "nearLimitPercent");
  if (nearLimitPercent === null) throw new FieldError("nearLimitPercent", "Write a share from 1 to 100");

  return {
    name: values.name,
    feeCents: moneyOf(values, "feeCents", centsPerUnit) ?? 0,
    currency,
    dailyTokenLimit: amountOf(values, "dailyTokenLimit"),
    monthlyTokenLimit: amountOf(values, "monthlyTokenLimit"),
    dailyRequestLimit: amountOf(values, "dailyRequestLimit"),
    monthlyRequestLimit: amountOf(values, "monthlyRequestLimit"),
    requestsPerMinute: amountOf(values, "requestsPerMinute"),
    monthlyCostLimitMicroUsd: moneyOf(values, "monthlyCostLimitMicroUsd", microUnitsPerUnit),
    nearLimitPercent,
    defaultOutputTokens: amountOf(values, "defaultOutputTokens") ?? defaults.defaultOutputTokens,
    allowedModels: values.allowedModels
      .split(/[\s,]+/)
      .map((model) => model.trim())
      .filter(Boolean),
    strict: values.strict,
    unpricedPolicy: values.unpricedPolicy === asAgency ? null : values.unpricedPolicy,
    isDefault: values.isDefault,
  };
}

/** What of a plan decides over calls, as far as a form says otherwise than the plan; null when nothing does. */
export function decisiveChanges(plan: Plan, input: CreatePlanInput): UpdatePlanInput | null {
  const changed = decisive.filter((field) => JSON.stringify(plan[field]) !== JSON.stringify(input[field]));
  return changed.length === 0 ? null : Object.fromEntries(changed.map((field) => [field, input[field]]));
}

const decisive = [
  "dailyTokenLimit",
  "monthlyTokenLimit",
  "dailyRequestLimit",
  "monthlyRequestLimit",
  "requestsPerMinute",
  "monthlyCostLimitMicroUsd",
  "allowedModels",
  "unpricedPolicy",
  "isDefault",
] as const satisfies (keyof CreatePlanInput)[];
