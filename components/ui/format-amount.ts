import { numberFormat } from "./intl-formats";

const exact = numberFormat({ maximumFractionDigits: 0 });
const steps = [
  { from: 1e12, by: 1e12, suffix: "T" },
  { from: 1e9, by: 1e9, suffix: "B" },
  { from: 1e6, by: 1e6, suffix: "M" },
  { from: 1e3, by: 1e3, suffix: "k" },
];
const noBreakSpace = "\u00a0";

/** `1203441` as `1,203,441`. */
export function formatExact(amount: number): string {
  return exact.format(amount);
}

/** From here on a number is longer than what can be taken in at a glance. */
const compactFrom = 10_000;

/** `1203441` as `1.2 M`, below 10,000 as it is: cut and not rounded up, so that nothing looks used up which is not. */
export function formatCompact(amount: number): string {
  return scaled(amount, (value) => {
    const decimals = Math.abs(value) < 100 ? 1 : 0;
    const cut = Math.trunc(value * 10 ** decimals) / 10 ** decimals;
    return numberFormat({ maximumFractionDigits: decimals }).format(cut);
  });
}

/** `1350000` as `1.35 M`: a round number, with all its digits. */
export function formatTick(amount: number): string {
  return scaled(amount, (value) => numberFormat({ maximumFractionDigits: 3 }).format(value));
}

function scaled(amount: number, format: (value: number) => string): string {
  const step = steps.find(({ from }) => Math.abs(amount) >= from);
  if (!step || Math.abs(amount) < compactFrom) return exact.format(amount);
  return `${format(amount / step.by)}${noBreakSpace}${step.suffix}`;
}

/** `1 call`, `2 calls`: the exact number with its noun. */
export function countOf(amount: number, singular: string, plural?: string): string {
  return `${exact.format(amount)} ${unitOf(amount, singular, plural)}`;
}

/** `call` of one, `calls` of any other number. */
export function unitOf(amount: number, singular: string, plural = `${singular}s`): string {
  return amount === 1 ? singular : plural;
}

/** Micro-units of a currency as money; what is more or, taken back, less than nothing never looks like nothing. */
export function formatCost(microUnits: number, currency: string): string {
  if (microUnits > 0 && microUnits < 10_000) return `< ${money(0.01, currency, 2)}`;
  if (microUnits < 0 && microUnits > -10_000) return `> ${money(-0.01, currency, 2)}`;
  return money(microUnits / 1e6, currency, 2);
}

/** The same with all six decimals that are known, trailing zeros beyond cents left out. */
export function formatExactCost(microUnits: number, currency: string): string {
  return money(microUnits / 1e6, currency, 6);
}

function money(units: number, currency: string, maximumFractionDigits: number): string {
  return numberFormat({ style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits }).format(units);
}
