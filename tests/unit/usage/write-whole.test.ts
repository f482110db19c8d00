import { expect, test } from "vitest";
import { writeWhole } from "@/lib/usage/write-whole";

test.each([
  0,
  9,
  10,
  -1,
  99,
  100,
  999_999_999,
  1_000_000_000,
  1_000_000_001,
  -1_000_000_000,
  2_147_483_648,
  4_294_967_296,
  9_007_198_999_999_999,
  Number.MAX_SAFE_INTEGER,
  -Number.MAX_SAFE_INTEGER,
])("%d is written in its digits, after what is there, and nothing beyond them", (whole) => {
  const buffer = Buffer.from("a".repeat(20));
  const end = writeWhole(buffer, 1, whole);
  expect(buffer.toString()).toBe(`a${whole}`.padEnd(20, "a"));
  expect(end).toBe(1 + String(whole).length);
});
