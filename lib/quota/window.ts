import { Temporal } from "temporal-polyfill";
import type { Window } from "./types";

/** A half-open span of time, [startsAt, endsAt). */
export type Period = { startsAt: Date; endsAt: Date };

const minuteMs = 60_000;

/**
 * The window that an instant lies in. Days and months begin at midnight in the tenant's time zone, so a day may have 23
 * or 25 hours; where a clock change skips midnight, the day begins with its first instant. Minutes are the same everywhere.
 */
export function windowAt(window: Window, at: Date, timeZone: string): Period {
  if (window === "minute") return minuteAt(at);
  return window === "day" ? dayAt(at, timeZone) : monthAt(at, timeZone);
}

export function dayAt(at: Date, timeZone: string): Period {
  const date = localDateAt(at, timeZone);
  return { startsAt: startOfDate(date, timeZone), endsAt: startOfDate(date.add({ days: 1 }), timeZone) };
}

export function monthAt(at: Date, timeZone: string): Period {
  const first = localDateAt(at, timeZone).with({ day: 1 });
  return { startsAt: startOfDate(first, timeZone), endsAt: startOfDate(first.add({ months: 1 }), timeZone) };
}

/**
 * The local hour, which begins on the full local hour also where the offset is 30 or 45 minutes. Where clocks move by
 * half an hour, the hour in which they do is that much shorter or longer.
 */
export function hourAt(at: Date, timeZone: string): Period {
  const startsAt = fullHour(zoned(at, timeZone));
  const next = fullHour(startsAt.add({ hours: 1 }));
  const endsAt = next.epochMilliseconds > startsAt.epochMilliseconds ? next : fullHour(startsAt.add({ hours: 2 }));
  return { startsAt: new Date(startsAt.epochMilliseconds), endsAt: new Date(endsAt.epochMilliseconds) };
}

/** The tenant's local date, `2026-11-21`. */
export function localDate(at: Date, timeZone: string): string {
  return localDateAt(at, timeZone).toString();
}

export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return !/^[+-]/.test(timeZone);
  } catch {
    return false;
  }
}

function minuteAt(at: Date): Period {
  const startsAt = Math.floor(at.getTime() / minuteMs) * minuteMs;
  return { startsAt: new Date(startsAt), endsAt: new Date(startsAt + minuteMs) };
}

function localDateAt(at: Date, timeZone: string): Temporal.PlainDate {
  return zoned(at, timeZone).toPlainDate();
}

function fullHour(local: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return local.round({ smallestUnit: "hour", roundingMode: "floor" });
}

function startOfDate(date: Temporal.PlainDate, timeZone: string): Date {
  return new Date(date.toZonedDateTime(timeZone).epochMilliseconds);
}

function zoned(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}
