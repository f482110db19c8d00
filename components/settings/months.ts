import { FieldError } from "@/components/ui/use-form";

/** For ever is an empty field. */
export function monthsText(months: number | null): string {
  return months === null ? "" : String(months);
}

/** Nothing is null; undefined for what is no number of months yet. */
export function readMonths(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === "") return null;
  const months = /^\d{1,4}$/.test(plain) ? Number(plain) : 0;
  return months >= 1 && months <= 1_200 ? months : undefined;
}

/** @throws FieldError. */
export function requireMonths(text: string): number | null {
  const months = readMonths(text);
  if (months === undefined) throw new FieldError("months", "Write a whole number of months from 1 to 1,200");
  return months;
}
