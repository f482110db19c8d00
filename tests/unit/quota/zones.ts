/** Time zones as `Intl` knows them: what the quota windows are compared with, computed in another way than they are. */

export const firstYear = 2010;
export const lastYear = 2035;
const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

type Transition = { at: number; offsetBefore: number; offsetAfter: number };

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known) return known;
  const formatter = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  formatters.set(timeZone, formatter);
  return formatter;
}

/** What a clock on the wall shows, as if it were UTC. */
export function wallClock(at: number, timeZone: string): number {
  const [month = "", date = "", year = "", hours = "", minutes = "", seconds = ""] =
    formatterOf(timeZone).format(at).match(/\d+/g) ?? [];
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(date), Number(hours), Number(minutes), Number(seconds)) +
    (((at % second) + second) % second)
  );
}

export function wallDate(at: number, timeZone: string): string {
  return new Date(wallClock(at, timeZone)).toISOString().slice(0, 10);
}

function offsetAt(at: number, timeZone: string): number {
  return wallClock(at, timeZone) - at;
}

/** Every change of the offset from UTC, found by looking at it every few days and then closing in on the instant. */
export function transitionsOf(
  timeZone: string,
  from = Date.UTC(firstYear, 0),
  to = Date.UTC(lastYear + 1, 0),
): Transition[] {
  const transitions: Transition[] = [];
  let offsetBefore = offsetAt(from, timeZone);
  for (let at = from + 9 * day; at <= to; at += 9 * day) {
    const offsetAfter = offsetAt(at, timeZone);
    if (offsetAfter === offsetBefore) continue;
    transitions.push({ at: firstWithOtherOffset(at - 9 * day, at, offsetBefore, timeZone), offsetBefore, offsetAfter });
    offsetBefore = offsetAfter;
  }
  return transitions;
}

function firstWithOtherOffset(from: number, to: number, offset: number, timeZone: string): number {
  let [same, other] = [from, to];
  while (other - same > second) {
    const middle = same + Math.floor((other - same) / 2 / second) * second;
    if (offsetAt(middle, timeZone) === offset) same = middle;
    else other = middle;
  }
  return other;
}

/** Zones whose clocks have shown the same all along behave alike: one of each kind, with its transitions. */
export function distinctZones(): { timeZone: string; alike: string[]; transitions: Transition[] }[] {
  const kinds = new Map<string, { timeZone: string; alike: string[]; transitions: Transition[] }>();
  for (const timeZone of Intl.supportedValuesOf("timeZone")) {
    const transitions = transitionsOf(timeZone);
    const kind = JSON.stringify([offsetAt(Date.UTC(firstYear, 0), timeZone), transitions]);
    const known = kinds.get(kind);
    if (known) known.alike.push(timeZone);
    else kinds.set(kind, { timeZone, alike: [timeZone], transitions });
  }
  return [...kinds.values()];
}
