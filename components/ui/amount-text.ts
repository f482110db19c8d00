import { formatExact } from "./format-amount";
import { parseAmount } from "./parse-amount";
import { FieldError } from "./use-form";

/** An amount as a form shows it; null is an empty field. */
export function textOf(amount: number | null | undefined): string {
  return amount === null || amount === undefined ? "" : formatExact(amount);
}

/** What a form's field says. @throws FieldError when it is not a whole number. */
export function amountOf<Name extends string>(values: Record<Name, unknown>, name: Name): number | null {
  const parsed = parseAmount(String(values[name]));
  if (!parsed.valid) throw new FieldError(name, "This is not a whole number");
  return parsed.amount;
}
