import { FieldError } from "./use-form";

/** Commas and spaces group thousands only, so that a decimal comma is refused and not read as many times the amount. */
const money = /^(\d{1,3}(?:[,\s]\d{3})+|\d+)(\.\d{1,6})?$/;

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
  const written = String(values[name]).trim();
  if (written === "") return null;
  const stored = Number(written.replaceAll(/[,\s]/g, "")) * perUnit;
  const rounded = Math.round(stored);
  if (!money.test(written) || Math.abs(stored - rounded) > 1e-3)
    throw new FieldError(name, "Write an amount such as 49 or 49.50, with a point before the decimals");
  return rounded;
}
