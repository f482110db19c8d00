import { expect, test } from "vitest";
import { instantOf, localTextOf, parseLocal, writeLocal } from "@/components/ui/local-instant";
import { FieldError } from "@/components/ui/use-form";

test.each([
  ["2026-11-24", "24 Nov 2026, 00:00"],
  ["2026-11-24T18:00", "24 Nov 2026, 18:00"],
  ["2026-1-4 9:05", "4 Jan 2026, 09:05"],
  ["24 Nov 2026, 18:00", "24 Nov 2026, 18:00"],
  ["  24 november 2026 at 18.30 ", "24 Nov 2026, 18:30"],
  ["24. Sept. 2026", "24 Sep 2026, 00:00"],
  ["24.11.2026 18:00", "24 Nov 2026, 18:00"],
  ["29 Feb 2028", "29 Feb 2028, 00:00"],
])("%j is read as %s", (written, meant) => {
  const local = parseLocal(written);
  expect(local && writeLocal(local)).toBe(meant);
});

test.each([
  "",
  "tomorrow",
  "11/24/2026",
  "24/11/2026",
  "24 Nov",
  "24 Foo 2026",
  "29 Feb 2026",
  "31.4.2026",
  "24 Nov 2026, 25:00",
])("%j is no date that can be read, or not only as one", (written) => {
  expect(parseLocal(written)).toBeNull();
});

test("a field is read on the clocks of its zone, and what it shows is read as what it was", () => {
  const read = (at: string) => instantOf({ at }, "at", "Europe/Berlin");
  expect(read("24 Nov 2026, 18:00")).toBe("2026-11-24T17:00:00Z");
  expect(read(" ")).toBeNull();
  expect(localTextOf("2026-07-01T22:30:00Z", "Europe/Berlin")).toBe("2 Jul 2026, 00:30");
  expect(read(localTextOf("2026-07-01T22:30:00Z", "Europe/Berlin"))).toBe("2026-07-01T22:30:00Z");
  expect(localTextOf(null, "Europe/Berlin")).toBe("");
});

test("what is no date is told at its field", () => {
  expect(() => instantOf({ at: "soon" }, "at", "UTC")).toThrow(FieldError);
});
