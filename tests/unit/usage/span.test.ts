import { describe, expect, test } from "vitest";
import type { BucketSize } from "@/lib/usage/schema";
import { bucketsOfDays, spanOf } from "@/lib/usage/span";

const now = new Date("2026-11-21T10:20:00Z");

function span(given: { from?: string; to?: string; bucket: BucketSize; timeZone?: string; severalTenants?: boolean }) {
  const { from, to, bucket, timeZone = "Europe/Berlin", severalTenants = false } = given;
  const { startsAt, endsAt, bucketStarts, bucketDates, pieces } = spanOf({
    from: from ? new Date(from) : undefined,
    to: to ? new Date(to) : undefined,
    bucket,
    timeZone,
    severalTenants,
    now,
  });
  return {
    from: startsAt.toISOString(),
    to: endsAt.toISOString(),
    bucketStarts: bucketStarts.map((start) => start.toISOString()),
    bucketDates,
    pieces,
  };
}

test("without a range it is the last 30 days up to the end of today", () => {
  const { from, to, bucketDates, pieces } = span({ bucket: "day" });
  expect([from, to]).toEqual(["2026-10-22T22:00:00.000Z", "2026-11-21T23:00:00.000Z"]);
  expect(bucketDates).toHaveLength(30);
  expect(pieces).toEqual({ hours: [], dates: { from: "2026-10-23", to: "2026-11-22" } });
});

test.each(["Pacific/Kiritimati", "Etc/GMT+12"])(
  "that reaches to the end of all calendars is within them, in %s",
  (timeZone) => {
    const { from, to } = span({ from: "9998-12-01T00:00:00Z", to: "9999-12-31T23:59:59Z", bucket: "month", timeZone });
    expect([from, to].map((instant) => instant.slice(0, 4))).toEqual(["9998", expect.stringMatching(/^999[89]$/)]);
  },
);

describe("days", () => {
  test("of 25 and 23 hours are one bucket each", () => {
    expect(span({ from: "2026-10-24T22:00:00Z", to: "2026-10-26T23:00:00Z", bucket: "day" }).bucketStarts).toEqual([
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
    ]);
    expect(span({ from: "2026-03-28T23:00:00Z", to: "2026-03-30T22:00:00Z", bucket: "day" }).bucketStarts).toEqual([
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
    ]);
  });

  test("that the range cuts are read by the hour, the others whole", () => {
    const { from, to, bucketDates, pieces } = span({
      from: "2026-11-01T09:30:00Z",
      to: "2026-11-04T10:30:00Z",
      bucket: "day",
    });
    expect([from, to]).toEqual(["2026-11-01T09:00:00.000Z", "2026-11-04T11:00:00.000Z"]);
    expect(bucketDates).toEqual(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"]);
    expect(pieces).toEqual({
      hours: [
        { startsAt: new Date("2026-11-01T09:00:00Z"), endsAt: new Date("2026-11-01T23:00:00Z") },
        { startsAt: new Date("2026-11-03T23:00:00Z"), endsAt: new Date("2026-11-04T11:00:00Z") },
      ],
      dates: { from: "2026-11-02", to: "2026-11-04" },
    });
  });

  test("of which there is none whole are read by the hour alone", () => {
    const { pieces } = span({ from: "2026-11-01T20:00:00Z", to: "2026-11-02T05:00:00Z", bucket: "day" });
    expect(pieces).toEqual({
      hours: [{ startsAt: new Date("2026-11-01T20:00:00Z"), endsAt: new Date("2026-11-02T05:00:00Z") }],
      dates: null,
    });
  });

  test("over several tenants are whole, and open at the end while they run", () => {
    const past = span({
      from: "2026-11-01T09:30:00Z",
      to: "2026-11-04T10:30:00Z",
      bucket: "day",
      severalTenants: true,
    });
    expect(past).toMatchObject({
      from: "2026-10-31T23:00:00.000Z",
      to: "2026-11-04T23:00:00.000Z",
      pieces: { hours: [], dates: { from: "2026-11-01", to: "2026-11-05" } },
    });
    expect(span({ bucket: "day", severalTenants: true }).pieces.dates).toEqual({ from: "2026-10-23", to: null });
  });
});

test("hours begin on the full local hour, also where the offset is 45 minutes", () => {
  const { bucketStarts } = span({
    from: "2026-11-21T08:00:00Z",
    to: "2026-11-21T10:00:00Z",
    bucket: "hour",
    timeZone: "Asia/Kathmandu",
  });
  expect(bucketStarts).toEqual(["2026-11-21T07:15:00.000Z", "2026-11-21T08:15:00.000Z", "2026-11-21T09:15:00.000Z"]);
});

test("months begin on their local first", () => {
  const { bucketStarts, pieces } = span({ from: "2026-09-15T00:00:00Z", to: "2026-11-21T00:00:00Z", bucket: "month" });
  expect(bucketStarts).toEqual(["2026-08-31T22:00:00.000Z", "2026-09-30T22:00:00.000Z", "2026-10-31T23:00:00.000Z"]);
  expect(pieces.dates).toEqual({ from: "2026-09-16", to: "2026-11-21" });
});

test.each([
  {
    name: "an empty range",
    given: { from: "2026-11-02T00:00:00Z", to: "2026-11-02T00:00:00Z", bucket: "day" as const },
    field: "to",
  },
  {
    name: "a range that runs backwards",
    given: { from: "2026-11-03T00:00:00Z", to: "2026-11-02T00:00:00Z", bucket: "day" as const },
    field: "to",
  },
  {
    name: "more buckets than can be drawn",
    given: { from: "2026-01-01T00:00:00Z", to: "2026-11-02T00:00:00Z", bucket: "hour" as const },
    field: "bucket",
  },
])("$name is refused", ({ given, field }) => {
  expect(() => span(given)).toThrow(
    expect.objectContaining({ code: "invalid_request", fields: { [field]: expect.any(String) } }),
  );
});

test.each([
  { name: "days", starts: ["2026-03-28", "2026-03-29", "2026-03-30"], buckets: [0, 1, 2] },
  {
    name: "months, up to the first day of the last",
    starts: ["2026-01-30", "2026-02-01", "2026-02-03"],
    buckets: [0, 0, 1, 1, 2],
  },
  { name: "a zone that skipped a day", starts: ["2011-12-29", "2011-12-31"], buckets: [0, 0, 1] },
  { name: "hours, which have no dates", starts: [], buckets: [] },
])("each day is in its bucket: $name", ({ starts, buckets }) => {
  expect(bucketsOfDays(starts)).toEqual(buckets);
});
