import type { Clock } from "./clocks";

/** Which whole days are told apart: today, those of this month before, and of last month as many. */
export type DayPart = "today" | "earlier" | "lastMonth";

/** Local dates, `to` not included. */
type Dates = { from: string; to: string };

/** Days by the part that they are in: those on which all clocks agree, and those for which each clock is to be asked. */
type Days = { agreed: (Dates & { part: DayPart })[]; others: Dates[] };

/** All days since last month began anywhere. Days of last month that no clock counts are in neither. */
export function daysOf(clocks: Clock[]): Days {
  if (clocks.length === 0) return { agreed: [], others: [] };

  const dates = (name: "today" | "monthDate" | "lastMonthDate" | "lastDate") =>
    clocks.map((clock) => clock[name]).toSorted();
  const first = (name: Parameters<typeof dates>[0]) => dates(name)[0] as string;
  const last = (name: Parameters<typeof dates>[0]) => dates(name).at(-1) as string;
  const told = [
    { part: "lastMonth" as const, from: last("lastMonthDate"), to: first("lastDate") },
    { part: null, from: last("lastDate"), to: first("monthDate") },
    { part: "earlier" as const, from: last("monthDate"), to: first("today") },
  ].filter(({ from, to }) => from < to);

  const ends = [first("lastMonthDate"), ...told.map(({ to }) => to)];
  const starts = [...told.map(({ from }) => from), "infinity"];
  return {
    agreed: told.flatMap(({ part, ...days }) => (part === null ? [] : [{ part, ...days }])),
    others: ends.map((from, place) => ({ from, to: starts[place] as string })).filter(({ from, to }) => from < to),
  };
}
