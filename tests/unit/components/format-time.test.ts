import { expect, test } from "vitest";
import { formatRelative } from "@/components/ui/format-time";

const now = new Date("2026-11-21T11:00:00Z");

test.each([
  { seconds: -3_600, words: "1\u00a0h ago" },
  { seconds: -5, words: "5\u00a0s ago" },
  { seconds: -4, words: "just now" },
  { seconds: 15, words: "just now" },
  { seconds: 30, words: "in 30\u00a0s" },
])(
  "$seconds s from now is $words: what came after the page's time last moved on is not to come",
  ({ seconds, words }) => {
    expect(formatRelative(new Date(now.getTime() + seconds * 1_000), now)).toBe(words);
  },
);
