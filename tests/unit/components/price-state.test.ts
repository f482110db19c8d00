import { expect, test } from "vitest";
import { stateOfPrice } from "@/components/providers/price-state";

const now = new Date("2026-11-22T10:00:00Z");

test.each([
  { what: "began long ago", validFrom: "2026-01-01T00:00:00Z", endsAt: null, state: "current" },
  {
    what: "was saved since the page's clock last moved",
    validFrom: "2026-11-22T10:00:14Z",
    endsAt: null,
    state: "current",
  },
  { what: "begins tomorrow", validFrom: "2026-11-23T00:00:00Z", endsAt: null, state: "to come" },
  { what: "ends tomorrow", validFrom: "2026-01-01T00:00:00Z", endsAt: "2026-11-23T00:00:00Z", state: "current" },
  { what: "was just ended", validFrom: "2026-01-01T00:00:00Z", endsAt: "2026-11-22T10:00:14Z", state: "past" },
] as const)("a price that $what is $state", ({ validFrom, endsAt, state }) => {
  expect(stateOfPrice({ validFrom, endsAt }, now)).toBe(state);
});
