import { expect, test } from "vitest";
import { daysOfRange, rangeOf } from "@/components/usage/range";

/** Still 31 March in Berlin, where clocks went forward on the 29th. */
const now = new Date("2026-03-31T21:30:00Z");
const timeZone = "Europe/Berlin";

test.each([
  { preset: "today", from: "2026-03-30T22:00:00.000Z", to: "2026-03-31T22:00:00.000Z", bucket: "hour" },
  { preset: "7d", from: "2026-03-24T23:00:00.000Z", to: "2026-03-31T22:00:00.000Z", bucket: "day" },
  { preset: "30d", from: "2026-03-01T23:00:00.000Z", to: "2026-03-31T22:00:00.000Z", bucket: "day" },
  { preset: "month", from: "2026-02-28T23:00:00.000Z", to: "2026-03-31T22:00:00.000Z", bucket: "day" },
  { preset: "last-month", from: "2026-01-31T23:00:00.000Z", to: "2026-02-28T23:00:00.000Z", bucket: "day" },
  { preset: "nonsense", from: "2026-03-01T23:00:00.000Z", to: "2026-03-31T22:00:00.000Z", bucket: "day" },
])("$preset is from $from to $to by $bucket", ({ preset, ...range }) => {
  expect(rangeOf({ preset, from: "", to: "" }, { timeZone, now })).toEqual(range);
});

test.each([
  {
    from: "2026-03-28",
    to: "2026-03-29",
    begins: "2026-03-27T23:00:00.000Z",
    ends: "2026-03-29T22:00:00.000Z",
    bucket: "hour",
  },
  {
    from: "2026-03-29",
    to: "2026-03-01",
    begins: "2026-02-28T23:00:00.000Z",
    ends: "2026-03-29T22:00:00.000Z",
    bucket: "day",
  },
  {
    from: "2025-01-01",
    to: "2026-03-31",
    begins: "2024-12-31T23:00:00.000Z",
    ends: "2026-03-31T22:00:00.000Z",
    bucket: "month",
  },
  {
    from: "2026-02-30",
    to: "2026-03-31",
    begins: "2026-03-01T23:00:00.000Z",
    ends: "2026-03-31T22:00:00.000Z",
    bucket: "day",
  },
])("from $from to $to are whole local days by $bucket", ({ from, to, begins, ends, bucket }) => {
  expect(rangeOf({ preset: "custom", from, to }, { timeZone, now })).toEqual({ from: begins, to: ends, bucket });
});

test.each([
  { chosen: { preset: "custom", from: "2026-03-02", to: "2026-03-04" }, days: ["2026-03-02", "2026-03-04"] },
  { chosen: { preset: "custom", from: "2026-03-04", to: "2026-03-02" }, days: ["2026-03-04", "2026-03-02"] },
  { chosen: { preset: "custom", from: "", to: "2026-03-04" }, days: ["2026-03-02", "2026-03-31"] },
  { chosen: { preset: "custom", from: "2026-03-02", to: "2026-02-30" }, days: ["2026-03-02", "2026-03-31"] },
  { chosen: { preset: "month", from: "", to: "" }, days: ["2026-03-01", "2026-03-31"] },
])("the days of $chosen are shown as $days", ({ chosen, days }) => {
  expect(daysOfRange(chosen, { timeZone, now })).toEqual(days);
});
