import { beforeEach, expect, test } from "vitest";
import { forgetAllRefusals, forgetRefusals, refusalMemory } from "@/lib/metering/refusal-memory";

const memory = refusalMemory<string>();
const asked = { tenantId: "tenant", actorId: "key" };

beforeEach(() => memory.clear());

test.each([
  { name: "is remembered at once", endsAt: 60_000, now: 10_000, recalled: "no" },
  { name: "is remembered for less than a second", endsAt: 60_000, now: 10_999, recalled: "no" },
  { name: "is forgotten after a second", endsAt: 60_000, now: 11_000, recalled: null },
  { name: "is remembered until the limit resets, if that is sooner", endsAt: 10_200, now: 10_199, recalled: "no" },
  { name: "is forgotten at the instant the limit resets", endsAt: 10_200, now: 10_200, recalled: null },
])("a refusal $name", ({ endsAt, now, recalled }) => {
  memory.remember({ ...asked, refusal: "no", now: 10_000, endsAt });
  expect(memory.recall({ ...asked, now })).toBe(recalled);
});

test("a refusal is forgotten when the clock is set back, instead of lasting until it has come round again", () => {
  memory.remember({ ...asked, refusal: "no", now: 3_600_000, endsAt: 7_200_000 });
  expect(memory.recall({ ...asked, now: 3_599_000 })).toBeNull();
  expect(memory.recall({ ...asked, now: 3_600_500 })).toBeNull();
});

test("a refusal is not stretched by being recalled", () => {
  memory.remember({ ...asked, refusal: "no", now: 10_000, endsAt: 60_000 });
  for (let now = 10_000; now < 11_000; now += 100) memory.recall({ ...asked, now });
  expect(memory.recall({ ...asked, now: 11_000 })).toBeNull();
});

test("a refusal holds for its key alone", () => {
  memory.remember({ ...asked, refusal: "no", now: 10_000, endsAt: 60_000 });
  expect(memory.recall({ tenantId: "tenant", actorId: "another", now: 10_001 })).toBeNull();
  expect(memory.recall({ tenantId: "another", actorId: "key", now: 10_001 })).toBeNull();
});

test("a change to a tenant forgets its refusals at once, and no other's", () => {
  memory.remember({ ...asked, refusal: "no", now: 10_000, endsAt: 60_000 });
  memory.remember({ tenantId: "another", actorId: "key", refusal: "no", now: 10_000, endsAt: 60_000 });
  forgetRefusals("tenant");
  expect(memory.recall({ ...asked, now: 10_001 })).toBeNull();
  expect(memory.recall({ tenantId: "another", actorId: "key", now: 10_001 })).toBe("no");
});

test("a change to a plan forgets all refusals at once", () => {
  memory.remember({ ...asked, refusal: "no", now: 10_000, endsAt: 60_000 });
  forgetAllRefusals();
  expect(memory.recall({ ...asked, now: 10_001 })).toBeNull();
});
