import type { Temporal } from "temporal-polyfill";
import { localDate } from "@/lib/quota/window";
import { temporal } from "@/lib/temporal";
import { monthSoFar } from "@/lib/usage/month-so-far";
import type { BucketSize } from "@/lib/usage/schema";

export const presets = [
  { value: "today", label: "Today" },
  { value: "7d", label: "7 days" },
  { value: "30d", label: "30 days" },
  { value: "month", label: "This month" },
  { value: "last-month", label: "Last month" },
  { value: "custom", label: "Custom" },
] as const;

type Preset = (typeof presets)[number]["value"];

/** A range as the URL has it: a preset, or for `custom` the first and the last local date. */
export type ChosenRange = { preset: string; from: string; to: string };

/** What is asked of the server: instants [from, to) and the size of the buckets. */
export type Range = { from: string; to: string; bucket: BucketSize };

export const defaultPreset: Preset = "30d";

const mostDaysByHour = 2;
const mostDaysByDay = 100;

/**
 * The range on the clocks of a zone, whole days that end today at the latest. What the URL has wrong is the default; a
 * custom range whose ends are the wrong way round is taken as it was meant.
 */
export function rangeOf({ preset, from, to }: ChosenRange, { timeZone, now }: { timeZone: string; now: Date }): Range {
  const today = temporal.PlainDate.from(localDate(now, timeZone));
  const [first, last] = datesOf(preset, { from: dateOf(from), to: dateOf(to) }, today);
  const days = first.until(last).days + 1;
  return {
    from: startOf(first, timeZone),
    to: startOf(last.add({ days: 1 }), timeZone),
    bucket: days <= mostDaysByHour ? "hour" : days <= mostDaysByDay ? "day" : "month",
  };
}

/**
 * The first and the last local date to show. A custom range shows its dates as they were chosen, even the wrong way round;
 * where either is no date, those that are asked for instead.
 */
export function daysOfRange(
  chosen: ChosenRange,
  clock: { timeZone: string; now: Date },
): [first: string, last: string] {
  if (chosen.preset === "custom" && dateOf(chosen.from) && dateOf(chosen.to)) return [chosen.from, chosen.to];
  const { from, to } = rangeOf(chosen, clock);
  return [localDate(new Date(from), clock.timeZone), localDate(new Date(Date.parse(to) - 1), clock.timeZone)];
}

/** What a forecast of the running month is made from. */
export function forecastRange(clock: { timeZone: string; now: Date }): Range {
  const { from, to, bucket } = monthSoFar(clock);
  return { from: from.toISOString(), to: to.toISOString(), bucket };
}

type Dates = [first: Temporal.PlainDate, last: Temporal.PlainDate];
type Custom = { from: Temporal.PlainDate | null; to: Temporal.PlainDate | null };

function datesOf(preset: string, { from, to }: Custom, today: Temporal.PlainDate): Dates {
  const monthBefore = today.with({ day: 1 }).subtract({ months: 1 });
  if (preset === "today") return [today, today];
  if (preset === "7d") return [today.subtract({ days: 6 }), today];
  if (preset === "month") return [today.with({ day: 1 }), today];
  if (preset === "last-month") return [monthBefore, monthBefore.add({ months: 1 }).subtract({ days: 1 })];
  if (preset === "custom" && from && to) return temporal.PlainDate.compare(from, to) <= 0 ? [from, to] : [to, from];
  return [today.subtract({ days: 29 }), today];
}

function dateOf(text: string): Temporal.PlainDate | null {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return null;
  try {
    return temporal.PlainDate.from(text, { overflow: "reject" });
  } catch {
    return null;
  }
}

function startOf(date: Temporal.PlainDate, timeZone: string): string {
  return new Date(date.toZonedDateTime(timeZone).epochMilliseconds).toISOString();
}
