import { expect, test } from "vitest";
import { actorId, Tallies } from "@/lib/metering/tallies";
import { callBy, keySnapshot, tenantSnapshot } from "./callers";

const at = new Date("2026-05-20T12:20:00.000Z");
const nextHour = new Date("2026-05-20T13:00:00.000Z");
const { caller } = callBy();

test("refusals are counted per key, hour and reason, and free calls beside them", () => {
  const tallies = new Tallies();
  for (const reason of ["tokens_day_tenant", "tokens_day_tenant", "concurrency", null, null, null])
    tallies.count({ caller, reason, at });
  tallies.count({ caller: { ...caller, key: keySnapshot({ id: "other" }) }, reason: null, at });
  tallies.count({ caller, reason: null, at: nextHour });
  expect(
    tallies
      .take()
      .map(({ actor, reason, hour, date, count }) => [actor, reason, hour.toISOString().slice(11, 13), date, count]),
  ).toEqual([
    ["key", "tokens_day_tenant", "12", "2026-05-20", 2],
    ["key", "concurrency", "12", "2026-05-20", 1],
    ["key", null, "12", "2026-05-20", 3],
    ["other", null, "12", "2026-05-20", 1],
    ["key", null, "13", "2026-05-20", 1],
  ]);
});

test("a user who acts for several clients is counted for each", () => {
  const tallies = new Tallies();
  const user = { id: "user", name: "User" };
  for (const id of ["first", "second"])
    tallies.count({ caller: { ...caller, tenant: tenantSnapshot({ id }), key: null, user }, reason: null, at });
  expect(tallies.take().map(({ tenant, actor, count }) => [tenant, actor, count])).toEqual([
    ["first", "user", 1],
    ["second", "user", 1],
  ]);
});

test("what was taken is gone, and what could not be written comes back to what was counted since", () => {
  const tallies = new Tallies();
  tallies.count({ caller, reason: "concurrency", at });
  tallies.count({ caller, reason: null, at });
  const taken = tallies.take();
  expect(tallies.isEmpty).toBe(true);

  tallies.count({ caller, reason: null, at });
  tallies.restore(taken);
  const counts = Object.fromEntries(tallies.take().map(({ reason, count }) => [String(reason), count]));
  expect(counts).toEqual({ concurrency: 1, null: 2 });
});

test("use is counted for the key, without one for the user, and else for the client", () => {
  const user = { id: "user", name: "User" };
  expect(actorId({ ...caller, user })).toBe("key");
  expect(actorId({ ...caller, key: null, user })).toBe("user");
  expect(actorId({ ...caller, tenant: tenantSnapshot(), key: null, user: null })).toBe("tenant");
});
