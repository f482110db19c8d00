import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completed } from "@/lib/metering/records";
import { keySubject, subjectsOf, tenantSubject } from "@/lib/metering/subject";
import { listKeyLimits, listTenantLimits } from "@/lib/quota/effective-limit";
import { dayAt, hourAt, localDate, monthAt } from "@/lib/quota/window";
import { fieldsOf } from "../../record-fields";
import { planOf, subscriptionTo } from "../quota/shapes";
import { keySnapshot, tenantSnapshot } from "./callers";

const at = new Date("2026-05-20T12:20:00.000Z");
const later = (minutes: number) => new Date(at.getTime() + minutes * 60_000);

describe("what admission is told of a tenant or key", () => {
  test("holds in all of its span: no window, date or limit changes inside it", () => {
    const zone = fc.constantFrom(
      "Europe/Brussels",
      "Australia/Lord_Howe",
      "Pacific/Chatham",
      "America/Havana",
      "Asia/Kathmandu",
      "UTC",
    );
    const instant = fc.date({
      min: new Date("2026-03-01T00:00Z"),
      max: new Date("2026-11-30T00:00Z"),
      noInvalidDate: true,
    });
    const shift = fc.integer({ min: -90, max: 90 });
    fc.assert(
      fc.property(
        zone,
        instant,
        shift,
        shift,
        fc.array(fc.nat(999), { maxLength: 5 }),
        (timeZone, now, startShift, expiryShift, shares) => {
          const near = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
          const tenant = tenantSnapshot({
            timeZone,
            subscriptions: [subscriptionTo(planOf({ dailyTokenLimit: 7 }), near(startShift).toISOString())],
            dailyTokenLimit: 5,
            dailyTokenLimitExpiresAt: near(expiryShift),
          });
          const subject = tenantSubject(tenant, now);
          const [from, to] = [subject.from.getTime(), subject.to.getTime()];
          expect(from <= now.getTime() && now.getTime() < to).toBe(true);
          for (const each of [
            from,
            to - 1,
            ...shares.map((share) => from + Math.floor(((to - from) * share) / 1_000)),
          ].map((time) => new Date(time))) {
            expect(subject.hour).toEqual(hourAt(each, timeZone));
            expect(subject.day).toEqual(dayAt(each, timeZone));
            expect(subject.month).toEqual(monthAt(each, timeZone));
            expect(subject.date).toBe(localDate(each, timeZone));
            expect(subject.limits).toEqual(listTenantLimits(tenant, each));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test("of a key holds no longer than its secret, its expiry and what its tenant is", () => {
    const tenant = tenantSnapshot();
    expect(keySubject({ tenant, key: keySnapshot() }, at).to).toEqual(tenantSubject(tenant, at).to);
    expect(keySubject({ tenant, key: keySnapshot({ expiresAt: later(5) }) }, at).to).toEqual(later(5));
    expect(keySubject({ tenant, key: keySnapshot({ expiresAt: later(5), secretExpiresAt: later(3) }) }, at).to).toEqual(
      later(3),
    );
    expect(keySubject({ tenant, key: keySnapshot({ expiresAt: later(500) }) }, at).to).toEqual(later(40));
  });

  test("is computed once for a snapshot and anew when its span is over", () => {
    const [tenant, key] = [tenantSnapshot(), keySnapshot({ dailyTokenLimit: 3 })];
    const first = subjectsOf({ source: "apikey", tenant, key, user: null }, at);
    const again = subjectsOf({ source: "apikey", tenant, key, user: null }, later(39));
    const next = subjectsOf({ source: "apikey", tenant, key, user: null }, later(40));
    expect([again.tenant === first.tenant, again.key === first.key]).toEqual([true, true]);
    expect([next.tenant === first.tenant, next.key === first.key]).toEqual([false, false]);
    expect(next.key?.hour).toEqual(next.tenant.hour);
    expect(next.key?.limits).toEqual(listKeyLimits(key));
  });

  test("counts a key in the windows of its tenant", () => {
    const tenant = tenantSnapshot({ timeZone: "Pacific/Apia" });
    const { tenant: owner, key } = subjectsOf({ source: "apikey", tenant, key: keySnapshot(), user: null }, at);
    expect([key?.hour, key?.day, key?.month, key?.date]).toEqual([owner.hour, owner.day, owner.month, owner.date]);
  });

  test("names version and limits as the database reads them", () => {
    const tenant = tenantSnapshot({
      version: 7,
      dailyTokenLimit: 0,
      defaultPlan: planOf({ requestsPerMinute: 9, monthlyCostLimitMicroUsd: 4 }),
    });
    const row = fieldsOf(completed(tenantSubject(tenant, at).row, [1]));
    expect(row.slice(0, 5)).toEqual(["tenant", "tenant", null, "7", "7"]);
    expect(row.slice(13)).toEqual([null, null, "0", null, "4", "9", null, "1"]);
  });
});
