import { temporal } from "@/lib/temporal";

/** `2026-11-21T09:30` on the clocks of a zone as an instant; null for an empty text. */
export function instantOf(localText: string, timeZone: string): string | null {
  if (localText === "") return null;
  return temporal.PlainDateTime.from(localText).toZonedDateTime(timeZone).toInstant().toString();
}

/** An instant as what `<input type="datetime-local">` takes, on the clocks of a zone. */
export function localTextOf(instant: string | null, timeZone: string): string {
  if (instant === null) return "";
  return temporal.Instant.from(instant)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "minute" });
}
