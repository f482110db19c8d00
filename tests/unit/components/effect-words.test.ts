import { expect, test } from "vitest";
import { nobodyInWords } from "@/components/plans/effect-words";

test.each([
  { clients: 0, words: "No client would be on this plan." },
  { clients: 1, words: "With these limits its one client would not have been refused more in the last 30 days." },
  { clients: 60, words: "With these limits none of its 60 clients would have been refused more in the last 30 days." },
])(
  "a change of a plan that would have met none of $clients clients is told in words that fit",
  ({ clients, words }) => {
    expect(nobodyInWords({ clients, days: 30 })).toBe(words);
  },
);
