import { dayAt, hourAt, localDate, monthAt } from "../quota/window";

/** Where the day and the month of a time zone stand, and the same stretch of those before: local dates, and instants. */
export type Clock = {
  timeZone: string;
  today: string;
  dayStartsAt: Date;
  /** The end of what is compared: the last full local hour. */
  hourStartsAt: Date;
  yesterdayStartsAt: Date;
  yesterdayEndsAt: Date;
  monthDate: string;
  lastMonthDate: string;
  /** The same day of the month before, of which as many hours count as are over today. In a shorter month there may be none. */
  lastDate: string;
  lastDayStartsAt: Date;
  lastDayEndsAt: Date;
};

const quarterMs = 15 * 60_000;
let known: { quarter: number; clocks: Map<string, Clock> } = { quarter: 0, clocks: new Map() };

/** The clocks of several zones. Hours begin on a quarter everywhere, so a clock stands until the next one: reckoning dates takes a while. */
export function clocksAt(now: Date, timeZones: string[]): Clock[] {
  const quarter = Math.floor(now.getTime() / quarterMs);
  if (known.quarter !== quarter) known = { quarter, clocks: new Map() };
  const { clocks } = known;
  return timeZones.map((timeZone) => {
    const clock = clocks.get(timeZone) ?? clockAt(now, timeZone);
    clocks.set(timeZone, clock);
    return clock;
  });
}

export function clockAt(now: Date, timeZone: string): Clock {
  const day = dayAt(now, timeZone);
  const month = monthAt(now, timeZone);
  const hourStartsAt = hourAt(now, timeZone).startsAt;
  const gone = hourStartsAt.getTime() - day.startsAt.getTime();
  const yesterday = dayAt(before(day.startsAt), timeZone);
  const lastMonth = monthAt(before(month.startsAt), timeZone);

  const today = localDate(now, timeZone);
  const lastDate = sameDateIn(localDate(lastMonth.startsAt, timeZone), today);
  const lastDay = lastDate === null ? month.startsAt : startOf(lastDate, timeZone);
  const hoursOf = (startsAt: Date, endsAt: Date) => new Date(Math.min(startsAt.getTime() + gone, endsAt.getTime()));

  return {
    timeZone,
    today,
    dayStartsAt: day.startsAt,
    hourStartsAt,
    yesterdayStartsAt: yesterday.startsAt,
    yesterdayEndsAt: hoursOf(yesterday.startsAt, yesterday.endsAt),
    monthDate: localDate(month.startsAt, timeZone),
    lastMonthDate: localDate(lastMonth.startsAt, timeZone),
    lastDate: lastDate ?? localDate(month.startsAt, timeZone),
    lastDayStartsAt: lastDay,
    lastDayEndsAt: lastDate === null ? lastDay : hoursOf(lastDay, dayAt(lastDay, timeZone).endsAt),
  };
}

/** The date of the same day in another month, `2026-10-21`; null where that month has no such day. */
function sameDateIn(firstOfMonth: string, date: string): string | null {
  const same = `${firstOfMonth.slice(0, 8)}${date.slice(8)}`;
  return new Date(`${same}T00:00Z`).toISOString().startsWith(same) ? same : null;
}

/** Noon of a date lies in it in each zone, fourteen hours before and after UTC; from there its beginning is found. */
function startOf(date: string, timeZone: string): Date {
  const noon = new Date(`${date}T12:00Z`);
  const around = [-12, 0, 12].map((hours) => new Date(noon.getTime() + hours * 3_600_000));
  const within = around.find((instant) => localDate(instant, timeZone) === date) ?? noon;
  return dayAt(within, timeZone).startsAt;
}

function before(instant: Date): Date {
  return new Date(instant.getTime() - 1);
}
