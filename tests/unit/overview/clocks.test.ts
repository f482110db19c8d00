import { describe, expect, test } from "vitest";
import { clockAt, clocksAt } from "@/lib/overview/clocks";

const times = (now: string, timeZone: string) =>
  Object.fromEntries(
    Object.entries(clockAt(new Date(now), timeZone)).map(([name, value]) => [
      name,
      value instanceof Date ? value.toISOString() : value,
    ]),
  );

describe("a day and a month are compared with as much of those before, on the clock of their zone", () => {
  test("as many hours as are over today, and the same days of last month", () => {
    expect(times("2026-05-20T10:30:00Z", "Europe/Berlin")).toEqual({
      timeZone: "Europe/Berlin",
      today: "2026-05-20",
      dayStartsAt: "2026-05-19T22:00:00.000Z",
      hourStartsAt: "2026-05-20T10:00:00.000Z",
      yesterdayStartsAt: "2026-05-18T22:00:00.000Z",
      yesterdayEndsAt: "2026-05-19T10:00:00.000Z",
      monthDate: "2026-05-01",
      lastMonthDate: "2026-04-01",
      lastDate: "2026-04-20",
      lastDayStartsAt: "2026-04-19T22:00:00.000Z",
      lastDayEndsAt: "2026-04-20T10:00:00.000Z",
    });
  });

  test("where the month before has no such day, with the whole of that month", () => {
    expect(times("2026-03-30T12:00:00Z", "UTC")).toMatchObject({
      lastMonthDate: "2026-02-01",
      lastDate: "2026-03-01",
      lastDayStartsAt: "2026-03-01T00:00:00.000Z",
      lastDayEndsAt: "2026-03-01T00:00:00.000Z",
    });
  });

  test("with no more of a day of 23 hours than it has", () => {
    expect(times("2026-03-30T21:30:00Z", "Europe/Berlin")).toMatchObject({
      dayStartsAt: "2026-03-29T22:00:00.000Z",
      hourStartsAt: "2026-03-30T21:00:00.000Z",
      yesterdayStartsAt: "2026-03-28T23:00:00.000Z",
      yesterdayEndsAt: "2026-03-29T22:00:00.000Z",
    });
  });

  test("also where hours begin at a quarter to", () => {
    expect(times("2026-05-20T10:30:00Z", "Asia/Kathmandu")).toMatchObject({
      hourStartsAt: "2026-05-20T10:15:00.000Z",
      yesterdayEndsAt: "2026-05-19T10:15:00.000Z",
      lastDayEndsAt: "2026-04-20T10:15:00.000Z",
    });
  });

  test.each(["Pacific/Kiritimati", "Etc/GMT+12", "America/Sao_Paulo", "Pacific/Auckland"])(
    "in %s the same day of last month begins at its own midnight",
    (timeZone) => {
      const { lastDate, lastDayStartsAt } = clockAt(new Date("2026-05-20T10:30:00Z"), timeZone);
      const local = lastDayStartsAt.toLocaleString("sv-SE", { timeZone });
      expect(local).toBe(`${lastDate} 00:00:00`);
    },
  );

  test("in the first hour of a day nothing of it is compared", () => {
    const { dayStartsAt, hourStartsAt, yesterdayStartsAt, yesterdayEndsAt } = clockAt(
      new Date("2026-05-20T00:59:59Z"),
      "UTC",
    );
    expect(hourStartsAt).toEqual(dayStartsAt);
    expect(yesterdayEndsAt).toEqual(yesterdayStartsAt);
  });
});

test("clocks of several zones are those of each, also when they are asked for again later", () => {
  const zones = ["Asia/Kathmandu", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns"];
  for (let minute = 0; minute < 24 * 60; minute += 7) {
    const now = new Date(Date.UTC(2026, 2, 28, 20, minute));
    expect(clocksAt(now, zones)).toEqual(zones.map((zone) => clockAt(now, zone)));
  }
});
