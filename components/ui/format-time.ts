import { dateFormat } from "./intl-formats";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** `5 h 12 m`, `3 d 4 h`, `40 s`: the two largest units that matter, which no line break parts. */
function formatDuration(milliseconds: number): string {
  const rest = Math.max(0, milliseconds);
  if (rest < minute) return `${Math.floor(rest / 1000)}\u00a0s`;
  if (rest < hour) return `${Math.floor(rest / minute)}\u00a0m`;
  if (rest < day) return twoUnits(rest, { unit: hour, name: "h" }, { unit: minute, name: "m" });
  if (rest < 14 * day) return twoUnits(rest, { unit: day, name: "d" }, { unit: hour, name: "h" });
  return `${Math.floor(rest / day)}\u00a0d`;
}

/** A short wait: `820 ms`, `1.4 s`. */
export function formatWait(milliseconds: number): string {
  return milliseconds < 1_000 ? `${milliseconds}\u00a0ms` : `${(milliseconds / 1_000).toFixed(1)}\u00a0s`;
}

/** By as much the time that a page shows may be behind: it moves on in steps, and clocks differ. */
const lagMs = 20_000;

/** `12 s ago`, `in 3 h 5 m`, `just now`: also for what came after the page's time had last moved on. */
export function formatRelative(at: Date, now: Date): string {
  const difference = at.getTime() - now.getTime();
  if (difference > -5_000 && difference < lagMs) return "just now";
  return difference < 0 ? `${shortDuration(-difference)} ago` : `in ${formatDuration(difference)}`;
}

/** `21 Nov 2026, 14:02:09`, in the given zone, which the caller names beside it. */
export function formatInstant(at: Date, timeZone: string): string {
  return dateFormat({ timeZone, dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" }).format(at);
}

/** `21 Nov 2026`. */
export function formatDate(at: Date, timeZone: string): string {
  return dateFormat({ timeZone, dateStyle: "medium" }).format(at);
}

/** The clock time within a day from now or before it (`00:00`), else with the date (`1 Dec, 00:00`). */
export function formatClock(at: Date, { timeZone, now }: { timeZone: string; now: Date }): string {
  const time = dateFormat({ timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(at);
  if (Math.abs(at.getTime() - now.getTime()) <= day) return time;
  return `${dateFormat({ timeZone, day: "numeric", month: "short" }).format(at)}, ${time}`;
}

/** A short span since then; of days the hours no longer matter. */
function shortDuration(milliseconds: number): string {
  if (milliseconds < hour) return formatDuration(milliseconds);
  if (milliseconds < day) return `${Math.floor(milliseconds / hour)}\u00a0h`;
  return `${Math.floor(milliseconds / day)}\u00a0d`;
}

type Unit = { unit: number; name: string };

function twoUnits(milliseconds: number, large: Unit, small: Unit): string {
  const whole = Math.floor(milliseconds / large.unit);
  const rest = Math.floor((milliseconds % large.unit) / small.unit);
  return rest === 0 ? `${whole}\u00a0${large.name}` : `${whole}\u00a0${large.name}\u00a0${rest}\u00a0${small.name}`;
}
