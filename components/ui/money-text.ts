import { FieldError } from "./use-form";

const money = /^\d+(\.\d{1,6})?$/;

/** Money as a form shows it: `49.00`, `0.5`. `perUnit` is how many of the stored units make one of the currency. */
export function moneyTextOf(stored: number | null | undefined, perUnit: number): string {
  return stored === null || stored === undefined ? "" : String(stored / perUnit);
}

/** What a form's field says, in stored units; empty is null. @throws FieldError when it is no amount of money. */
export function moneyOf<Name extends string>(
  values: Record<Name, unknown>,
  name: Name,
  perUnit: number,
): number | null {
  const written = String(values[name]).trim().replaceAll(",", "");
  if (written === "") return null;
  const stored = Number(written) * perUnit;
  const rounded = Math.round(stored);
  if (!money.test(written) || Math.abs(stored - rounded) > 1e-3)
    throw new FieldError(name, "Write an amount such as 49 or 49.50");
  return rounded;
}
