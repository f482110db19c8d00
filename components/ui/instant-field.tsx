"use client";

import type { Temporal } from "temporal-polyfill";
import { temporal } from "@/lib/temporal";
import { CalendarButton } from "./calendar-button";
import { Field } from "./field";
import { formatRelative } from "./format-time";
import { Input } from "./input";
import { parseLocal, writeLocal } from "./local-instant";
import { useNow } from "./now";

/** Spans from now on that are wanted often. */
const spans = [
  { label: "In a week", days: 7 },
  { label: "30 days", days: 30 },
  { label: "90 days", days: 90 },
  { label: "A year", days: 365 },
];

type InstantFieldProps = {
  label: string;
  timeZone: string;
  /** As it is written: `localTextOf` gives it, `instantOf` reads it. */
  value: string;
  onChange: (text: string) => void;
  error?: string | undefined;
  whenEmpty: string;
  /** Whether it can only lie ahead, so that a span from now on is a likely choice. */
  isAhead?: boolean;
};

/** A date and time on the clocks of a zone, which it names: to be written, or chosen from a calendar. */
export function InstantField({ label, timeZone, value, onChange, error, whenEmpty, isAhead }: InstantFieldProps) {
  const now = useNow();
  const local = parseLocal(value);
  const today = temporal.Instant.from(now.toISOString()).toZonedDateTimeISO(timeZone).toPlainDate();

  /** The time stays; of a day that is chosen first it is midnight. */
  function chooseDate(date: Temporal.PlainDate) {
    onChange(writeLocal(date.toPlainDateTime(local?.toPlainTime())));
  }

  return (
    <Field label={label} optional error={error} help={helpOf({ local, value, timeZone, now, whenEmpty })}>
      {(control) => (
        <div className="relative">
          <Input
            {...control}
            className="pe-10"
            spellCheck={false}
            placeholder="24 Nov 2026, 18:00"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onBlur={() => local && onChange(writeLocal(local))}
          />
          <CalendarButton
            chosen={local?.toPlainDate() ?? null}
            today={today}
            spans={isAhead ? spans : []}
            onChoose={chooseDate}
          />
        </div>
      )}
    </Field>
  );
}

type Help = {
  local: Temporal.PlainDateTime | null;
  value: string;
  timeZone: string;
  now: Date;
  whenEmpty: string;
};

/** `Tuesday, in Europe/Berlin (in 3 d 2 h)`. */
function helpOf({ local, value, timeZone, now, whenEmpty }: Help): string {
  if (value.trim() === "") return whenEmpty;
  if (local === null) return "Such as 24 Nov 2026, 18:00";
  const weekday = local.toLocaleString("en-GB", { weekday: "long" });
  const at = new Date(local.toZonedDateTime(timeZone).epochMilliseconds);
  return `${weekday}, in ${timeZone} (${formatRelative(at, now)})`;
}
