import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dayAt, hourAt, isTimeZone, localDate, monthAt, type Period, windowAt } from "@/lib/quota/window";
import { day, distinctZones, firstYear, hour, lastYear, minute, transitionsOf, wallClock, wallDate } from "./zones";

const windows = { hour: hourAt, day: dayAt, month: monthAt };
type WindowName = keyof typeof windows;

const zones = distinctZones();

/** Instants around a change of the clocks where a window could be missed, doubled or cut. */
const around = [-61 * minute, -16 * minute, -1, 0, 14 * minute, 31 * minute, 61 * minute];

/** Walks over the windows that meet the span and tells where one does not begin at the end of the one before. */
function gapsIn(name: WindowName, timeZone: string, from: number, to: number): string[] {
  const windowAt = (at: number) => windows[name](new Date(at), timeZone);
  const gaps: string[] = [];
  let period = windowAt(from);
  for (let count = 0; count < 1_000; count++) {
    const [startsAt, endsAt] = [period.startsAt.getTime(), period.endsAt.getTime()];
    const next = windowAt(endsAt);
    const isTile =
      startsAt < endsAt &&
      isSame(windowAt(startsAt), period) &&
      isSame(windowAt(endsAt - 1), period) &&
      next.startsAt.getTime() === endsAt;
    if (!isTile)
      gaps.push(`${name} of ${timeZone}: ${period.startsAt.toISOString()} to ${period.endsAt.toISOString()}`);
    if (!isTile || endsAt > to) return gaps;
    period = next;
  }
  return gaps;
}

const isSame = (a: Period, b: Period) =>
  a.startsAt.getTime() === b.startsAt.getTime() && a.endsAt.getTime() === b.endsAt.getTime();
const isWithin = (a: Period, b: Period) => b.startsAt <= a.startsAt && a.endsAt <= b.endsAt;
const hours = ({ startsAt, endsAt }: Period) => (endsAt.getTime() - startsAt.getTime()) / hour;
const holds = ({ startsAt, endsAt }: Period, at: Date) => startsAt <= at && at < endsAt;
const local = (period: Period, timeZone: string) =>
  [period.startsAt, period.endsAt].map((at) => new Date(wallClock(at.getTime(), timeZone)).toISOString().slice(0, 16));

describe("windows in every time zone", () => {
  test("around every change of the clocks, hours, days and months tile time without gap or overlap", () => {
    const gaps = zones.flatMap(({ timeZone, transitions }) => [
      ...transitions.flatMap(({ at }) => [
        ...gapsIn("hour", timeZone, at - 90 * minute, at + 90 * minute),
        ...gapsIn("day", timeZone, at, at),
      ]),
      ...gapsIn("month", timeZone, Date.UTC(firstYear, 0), Date.UTC(lastYear, 0)),
    ]);
    expect(zones.flatMap(({ transitions }) => transitions).length).toBeGreaterThan(2_000);
    expect(gaps).toEqual([]);
  });

  test("around every change of the clocks, a window holds the instant it was asked for, a day begins with its date, and an hour lies in one day", () => {
    const broken: string[] = [];
    for (const { timeZone, transitions } of zones) {
      for (const at of transitions.flatMap((each) => around.map((distance) => new Date(each.at + distance)))) {
        const [inHour, inDay, date] = [hourAt(at, timeZone), dayAt(at, timeZone), localDate(at, timeZone)];
        const hasOddClock = at < new Date("2012-01-01T12:00Z");
        const isRight =
          holds(inHour, at) &&
          holds(inDay, at) &&
          (hasOddClock || isWithin(inHour, inDay)) &&
          wallDate(inDay.startsAt.getTime(), timeZone) === date &&
          wallDate(inDay.startsAt.getTime() - 1, timeZone) < date &&
          (wallDate(at.getTime(), timeZone) === date || (hasOddClock && wentBackOverMidnight.includes(timeZone)));
        if (!isRight) broken.push(`${timeZone} ${at.toISOString()}`);
      }
    }
    expect(broken).toEqual([]);
  });

  test("any instant of any zone lies in the windows that its local clock shows", () => {
    const anyZone = fc.constantFrom(...zones.flatMap(({ alike }) => alike));
    const anyInstant = fc.date({
      min: new Date(Date.UTC(2012, 0)),
      max: new Date(Date.UTC(lastYear, 11)),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(anyZone, anyInstant, (timeZone, at) => {
        const date = wallDate(at.getTime(), timeZone);
        expect(localDate(at, timeZone)).toBe(date);
        expect(wallDate(monthAt(at, timeZone).startsAt.getTime(), timeZone)).toBe(`${date.slice(0, 7)}-01`);
        for (const name of ["hour", "day", "month"] as const) {
          expect(holds(windows[name](at, timeZone), at)).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

/** Where clocks were set back from the new day into the old one, in 2010 and 2011: the date that was shown did not only grow. */
const wentBackOverMidnight = ["America/St_Johns", "America/Goose_Bay", "Antarctica/Casey"];

describe("known changes of the clocks", () => {
  test.each([
    {
      name: "a day of 23 hours in spring",
      timeZone: "Europe/Brussels",
      at: "2026-03-29T10:00Z",
      lasts: 23,
      from: "2026-03-29T00:00",
      to: "2026-03-30T00:00",
    },
    {
      name: "a day of 25 hours in autumn",
      timeZone: "Europe/Brussels",
      at: "2026-10-25T10:00Z",
      lasts: 25,
      from: "2026-10-25T00:00",
      to: "2026-10-26T00:00",
    },
    {
      name: "a day of 24.5 hours on Lord Howe",
      timeZone: "Australia/Lord_Howe",
      at: "2026-04-05T00:00Z",
      lasts: 24.5,
      from: "2026-04-05T00:00",
      to: "2026-04-06T00:00",
    },
    {
      name: "a day of 23.5 hours on Lord Howe",
      timeZone: "Australia/Lord_Howe",
      at: "2026-10-04T00:00Z",
      lasts: 23.5,
      from: "2026-10-04T00:00",
      to: "2026-10-05T00:00",
    },
    {
      name: "a day without midnight begins at one o'clock",
      timeZone: "Africa/Cairo",
      at: "2026-04-24T10:00Z",
      lasts: 23,
      from: "2026-04-24T01:00",
      to: "2026-04-25T00:00",
    },
    {
      name: "a day with two midnights begins at the first",
      timeZone: "America/Havana",
      at: "2026-11-01T10:00Z",
      lasts: 25,
      from: "2026-11-01T00:00",
      to: "2026-11-02T00:00",
    },
    {
      name: "a day that shows 23 o'clock twice has 25 hours",
      timeZone: "Africa/Cairo",
      at: "2026-10-29T10:00Z",
      lasts: 25,
      from: "2026-10-29T00:00",
      to: "2026-10-30T00:00",
    },
    {
      name: "the last day before the date line moved ends where the day after the skipped one begins",
      timeZone: "Pacific/Apia",
      at: "2011-12-30T09:59Z",
      lasts: 24,
      from: "2011-12-29T00:00",
      to: "2011-12-31T00:00",
    },
    {
      name: "the first day after the date line moved",
      timeZone: "Pacific/Apia",
      at: "2011-12-30T10:00Z",
      lasts: 24,
      from: "2011-12-31T00:00",
      to: "2012-01-01T00:00",
    },
    {
      name: "Kwajalein skipped a day as well",
      timeZone: "Pacific/Kwajalein",
      at: "1993-08-21T11:00Z",
      lasts: 24,
      from: "1993-08-20T00:00",
      to: "1993-08-22T00:00",
    },
  ])("$timeZone: $name", ({ timeZone, at, lasts, from, to }) => {
    const period = dayAt(new Date(at), timeZone);
    expect({ lasts: hours(period), local: local(period, timeZone) }).toEqual({ lasts, local: [from, to] });
  });

  test.each(["Pacific/Apia", "Pacific/Kwajalein"])(
    "where a whole day was skipped in %s, hours, days and months still tile time",
    (timeZone) => {
      const skipped = transitionsOf(timeZone, Date.UTC(1990, 0), Date.UTC(2014, 0)).find(
        ({ offsetBefore, offsetAfter }) => offsetAfter - offsetBefore > 20 * hour,
      );
      const at = skipped?.at as number;
      expect(gapsIn("hour", timeZone, at - 26 * hour, at + 26 * hour)).toEqual([]);
      expect(gapsIn("day", timeZone, at - 3 * day, at + 3 * day)).toEqual([]);
      expect(gapsIn("month", timeZone, at - 40 * day, at + 40 * day)).toEqual([]);
    },
  );

  test.each([
    { timeZone: "Europe/Brussels", at: "2026-03-15T10:00Z", hours: 31 * 24 - 1 },
    { timeZone: "Europe/Brussels", at: "2026-10-15T10:00Z", hours: 31 * 24 + 1 },
    { timeZone: "Europe/Brussels", at: "2028-02-29T22:59Z", hours: 29 * 24 },
    { timeZone: "UTC", at: "2026-02-28T23:59:59.999Z", hours: 28 * 24 },
    { timeZone: "Pacific/Apia", at: "2011-12-15T00:00Z", hours: 30 * 24 },
  ])("the month of $at in $timeZone has $hours hours", ({ timeZone, at, hours: expected }) => {
    expect(hours(monthAt(new Date(at), timeZone))).toBe(expected);
  });

  test.each([
    { timeZone: "Asia/Kathmandu", at: "2026-05-01T10:14:59.999Z", from: "2026-05-01T15:00", lasts: 1 },
    { timeZone: "Asia/Kathmandu", at: "2026-05-01T10:15:00.000Z", from: "2026-05-01T16:00", lasts: 1 },
    { timeZone: "Asia/Kolkata", at: "2026-05-01T10:29:59.999Z", from: "2026-05-01T15:00", lasts: 1 },
    { timeZone: "Australia/Eucla", at: "2026-05-01T10:15:00.000Z", from: "2026-05-01T19:00", lasts: 1 },
    // On Lord Howe the clock goes from 2:00 back to 1:30, and from 2:00 on to 2:30.
    { timeZone: "Australia/Lord_Howe", at: "2026-04-04T14:59:00.000Z", from: "2026-04-05T01:00", lasts: 1 },
    { timeZone: "Australia/Lord_Howe", at: "2026-04-04T15:00:00.000Z", from: "2026-04-05T01:30", lasts: 0.5 },
    { timeZone: "Australia/Lord_Howe", at: "2026-04-04T15:30:00.000Z", from: "2026-04-05T02:00", lasts: 1 },
    { timeZone: "Australia/Lord_Howe", at: "2026-10-03T15:29:00.000Z", from: "2026-10-04T01:00", lasts: 1 },
    { timeZone: "Australia/Lord_Howe", at: "2026-10-03T15:30:00.000Z", from: "2026-10-04T02:30", lasts: 0.5 },
    // On the Chathams clocks change at a quarter to three.
    { timeZone: "Pacific/Chatham", at: "2026-09-26T14:05:00.000Z", from: "2026-09-27T02:00", lasts: 1 },
    { timeZone: "Pacific/Chatham", at: "2026-09-26T14:15:00.000Z", from: "2026-09-27T04:00", lasts: 1 },
    // The hour that is repeated is a second hour.
    { timeZone: "Europe/Brussels", at: "2026-10-25T00:59:00.000Z", from: "2026-10-25T02:00", lasts: 1 },
    { timeZone: "Europe/Brussels", at: "2026-10-25T01:00:00.000Z", from: "2026-10-25T02:00", lasts: 1 },
  ])("the hour of $at in $timeZone begins at $from and lasts $lasts h", ({ timeZone, at, from, lasts }) => {
    const period = hourAt(new Date(at), timeZone);
    expect({ from: local(period, timeZone)[0], lasts: hours(period) }).toEqual({ from, lasts });
  });
});

test("a minute is the same everywhere and holds its first instant, not its last", () => {
  for (const timeZone of ["UTC", "Asia/Kathmandu", "Australia/Lord_Howe"]) {
    const { startsAt, endsAt } = windowAt("minute", new Date("2026-05-01T10:14:59.999Z"), timeZone);
    expect([startsAt.toISOString(), endsAt.toISOString()]).toEqual([
      "2026-05-01T10:14:00.000Z",
      "2026-05-01T10:15:00.000Z",
    ]);
    expect(windowAt("minute", endsAt, timeZone).startsAt).toEqual(endsAt);
  }
});

test.each([
  ["Europe/Brussels", true],
  ["UTC", true],
  ["Asia/Calcutta", true],
  ["+02:00", false],
  ["-05", false],
  ["Europe/Atlantis", false],
  ["PST", false],
  ["IST", false],
  ["SystemV/PST8", false],
  ["", false],
])("%j is a time zone: %s", (text, expected) => {
  expect(isTimeZone(text)).toBe(expected);
});

test("whatever text is a time zone, every window can be told in it", () => {
  const names = [
    "ACT",
    "BST",
    "CST",
    "EST",
    "EST5EDT",
    "Factory",
    "GMT",
    "HST",
    "JST",
    "MST",
    "PST8PDT",
    "SST",
    "Z",
    "utc",
  ];
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...names, ...Intl.supportedValuesOf("timeZone")), fc.string()), (timeZone) => {
      fc.pre(isTimeZone(timeZone));
      const at = new Date("2026-11-23T10:00:00Z");
      for (const { startsAt, endsAt } of [hourAt, dayAt, monthAt].map((window) => window(at, timeZone)))
        expect([startsAt <= at, at < endsAt]).toEqual([true, true]);
    }),
  );
});
