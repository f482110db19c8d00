import type { Temporal } from "temporal-polyfill";
import { temporal } from "../temporal";
import type { Window } from "./types";

/** A half-open span of time, [startsAt, endsAt). */
export type Period = { startsAt: Date; endsAt: Date };

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

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
 * The local hour, which begins on the full local hour also where the offset is 30 or 45 minutes. Clocks that move by whole
 * hours leave these beginnings where they are. Where they move by part of an hour, one hour ends and the next begins then.
 */
export function hourAt(at: Date, timeZone: string): Period {
  const local = zoned(at, timeZone);
  const intoHour = pastFullHour(local);
  const startsAt = new Date(at.getTime() - intoHour);
  const endsAt = new Date(startsAt.getTime() + hourMs);
  const movedBefore = pastFullHour(zoned(startsAt, timeZone)) !== 0;
  const movesAfter = pastFullHour(zoned(endsAt, timeZone)) !== 0;
  return {
    startsAt: movedBefore ? changeOf(local.add({ milliseconds: 1 }), "previous") : startsAt,
    endsAt: movesAfter ? changeOf(local, "next") : endsAt,
  };
}

/**
 * The tenant's local date, `2026-11-21`. Where clocks went back over midnight (in Newfoundland until 2011), the time that is
 * repeated belongs to the new day: a day that has begun does not begin again.
 */
export function localDate(at: Date, timeZone: string): string {
  return localDateAt(at, timeZone).toString();
}

/** Whether it is the name of a zone by which windows can be told, as here so by the database: not the ICU library's own names. */
export function isTimeZone(timeZone: string): boolean {
  try {
    zoned(new Date(0), timeZone);
    return !/^(?:[+-]|SystemV\/)/i.test(timeZone);
  } catch {
    return false;
  }
}

function minuteAt(at: Date): Period {
  const startsAt = Math.floor(at.getTime() / minuteMs) * minuteMs;
  return { startsAt: new Date(startsAt), endsAt: new Date(startsAt + minuteMs) };
}

function localDateAt(at: Date, timeZone: string): Temporal.PlainDate {
  const date = zoned(at, timeZone).toPlainDate();
  const next = date.add({ days: 1 });
  return startOfDate(next, timeZone) <= at ? next : date;
}

function pastFullHour(local: Temporal.ZonedDateTime): number {
  return local.minute * minuteMs + local.second * 1_000 + local.millisecond;
}

function changeOf(local: Temporal.ZonedDateTime, direction: "previous" | "next"): Date {
  const change = local.getTimeZoneTransition(direction) ?? local;
  return new Date(change.epochMilliseconds);
}

function startOfDate(date: Temporal.PlainDate, timeZone: string): Date {
  return new Date(date.toZonedDateTime(timeZone).epochMilliseconds);
}

function zoned(at: Date, timeZone: string): Temporal.ZonedDateTime {
  return temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
}
