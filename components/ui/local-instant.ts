import type { Temporal } from "temporal-polyfill";
import { temporal } from "@/lib/temporal";
import { FieldError } from "./use-form";

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const time = String.raw`(?:[\s,T]+(?:at\s+)?(?<hour>\d{1,2})[:.](?<minute>\d\d))?`;
/** `2026-11-24`, `24 Nov 2026`, `24.11.2026`, each with a time or none. Nothing of which day and month could be mixed up. */
const written = [
  new RegExp(`^(?<year>\\d{4})-(?<month>\\d\\d?)-(?<day>\\d\\d?)${time}$`, "i"),
  new RegExp(`^(?<day>\\d\\d?)\\.?\\s+(?<name>[a-z]{3,9})\\.?,?\\s+(?<year>\\d{4})${time}$`, "i"),
  new RegExp(`^(?<day>\\d\\d?)\\.\\s?(?<month>\\d\\d?)\\.\\s?(?<year>\\d{4})${time}$`, "i"),
];

/** What a person wrote for a date and time on some clock; without a time it is midnight. Null when it is none. */
export function parseLocal(text: string): Temporal.PlainDateTime | null {
  const found = written.map((pattern) => pattern.exec(text.trim())).find((match) => match !== null);
  if (!found?.groups) return null;
  const { year, month, name, day, hour = "0", minute = "0" } = found.groups;
  const monthNumber = name === undefined ? Number(month) : months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  try {
    return temporal.PlainDateTime.from(
      { year: Number(year), month: monthNumber, day: Number(day), hour: Number(hour), minute: Number(minute) },
      { overflow: "reject" },
    );
  } catch {
    return null;
  }
}

/** `24 Nov 2026, 18:00`, whatever the browser's language: day and month cannot be mixed up. */
export function writeLocal(local: Temporal.PlainDateTime): string {
  return `${writeDate(local)}, ${local.toPlainTime().toString({ smallestUnit: "minute" })}`;
}

/** `24 Nov 2026`. */
export function writeDate({ day, month, year }: { day: number; month: number; year: number }): string {
  const name = months[month - 1] as string;
  return `${day} ${name.charAt(0).toUpperCase()}${name.slice(1)} ${year}`;
}

/** What a form's field says on the clocks of a zone; null for an empty one. @throws FieldError when it is no date. */
export function instantOf<Name extends string>(
  values: Record<Name, unknown>,
  name: Name,
  timeZone: string,
): string | null {
  const text = String(values[name]).trim();
  if (text === "") return null;
  const local = parseLocal(text);
  if (local === null) throw new FieldError(name, "Write a date such as 24 Nov 2026, 18:00");
  return local.toZonedDateTime(timeZone).toInstant().toString();
}

/** An instant as a form shows it, on the clocks of a zone; null is an empty field. */
export function localTextOf(instant: string | null, timeZone: string): string {
  return instant === null
    ? ""
    : writeLocal(temporal.Instant.from(instant).toZonedDateTimeISO(timeZone).toPlainDateTime());
}
