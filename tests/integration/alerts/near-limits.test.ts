import { expect, test } from "vitest";
import { alertsOf, thresholdsCrossed } from "@/lib/alerts/crossing";
import { listNearLimits } from "@/lib/alerts/store";
import { prisma } from "@/lib/db/client";
import { listHeadroom } from "@/lib/quota/headroom";
import { resolvePlan } from "@/lib/quota/resolve-plan";
import { getMeteredTenant } from "@/lib/tenants/store";
import { setUse } from "../../alerts";
import { useDatabase } from "../../database";
import { makeKey, makePlan, makeTenant } from "../../factories";

useDatabase();

const zones = ["Pacific/Auckland", "America/New_York", "Asia/Kathmandu"];
const dayMs = 86_400_000;

test("what the database finds near is what the quota rules say, of any client and key", async () => {
  const now = new Date();
  await makePlan({ isDefault: true, dailyTokenLimit: 90, monthlyCostLimitMicroUsd: 400 });
  const plans = [
    await makePlan({ dailyTokenLimit: 100, dailyRequestLimit: 10, monthlyTokenLimit: 1_000 }),
    await makePlan({ monthlyRequestLimit: 50, monthlyCostLimitMicroUsd: 500, nearLimitPercent: 50 }),
    await makePlan({ dailyTokenLimit: 0, nearLimitPercent: 100 }),
    await makePlan({}),
    null,
  ];
  const tenantIds: string[] = [];
  for (let place = 0; place < 60; place++) {
    const plan = plans[place % plans.length];
    const timeZone = zones[place % zones.length] ?? "UTC";
    const { id } = await makeTenant({ timeZone, ...(plan && { planId: plan.id }) });
    const key = await makeKey(id, { dailyTokenLimit: place % 4 === 0 ? null : 40, monthlyRequestLimit: 20 });
    const used = (place * 37) % 120;
    const amounts = { tokens: used, requests: used >> 3, cost: used * 4, reserved: 30 };
    // Of some the day is over, of some the month too.
    const at = new Date(now.getTime() - (place % 7 === 0 ? 40 * dayMs : place % 5 === 0 ? dayMs : 0));
    await setUse({ tenantId: id, timeZone, at, day: amounts, month: { ...amounts, tokens: used * 9 } });
    await setUse({ tenantId: id, subjectId: key.id, timeZone, at, day: amounts, month: amounts });
    if (place % 6 === 1)
      await override(id, { dailyTokenLimit: 60, dailyTokenLimitExpiresAt: new Date(now.getTime() + dayMs) });
    if (place % 6 === 2) await override(id, { dailyTokenLimit: 10, dailyTokenLimitExpiresAt: now });
    if (place % 11 === 3) await override(id, { dailyTokenLimit: 0 });
    const startsAt = new Date(now.getTime() - dayMs);
    const endsAt = place % 9 === 4 ? now : null;
    await prisma().subscription.updateMany({ where: { tenantId: id }, data: { startsAt, endsAt } });
    tenantIds.push(id);
  }

  const found = alertsOf(await listNearLimits(now), now);
  const told = found.map(({ tenantId, subjectId, metric, window, cap, used, threshold, resetsAt }) =>
    JSON.stringify({ tenantId, subjectId, metric, window, cap, used, threshold, resetsAt }),
  );
  const expected = (await Promise.all(tenantIds.map((id) => alertsByRules(id, now)))).flat();
  expect(told.toSorted()).toEqual(expected.toSorted());
  for (const threshold of ["near", "used_up"])
    expect(told.filter((alert) => alert.includes(threshold)).length, threshold).toBeGreaterThan(10);
});

async function alertsByRules(tenantId: string, now: Date): Promise<string[]> {
  const { tenant, keys } = await getMeteredTenant(tenantId, now);
  const nearLimitPercent = resolvePlan(tenant, now).plan?.nearLimitPercent ?? 80;
  const own = listHeadroom({ tenant, key: null, at: now });
  const ofKeys = keys.flatMap((key) =>
    listHeadroom({ tenant, key, at: now }).filter(({ subject }) => subject === "key"),
  );
  return [...own, ...ofKeys].flatMap(({ subjectId, metric, window, cap, used, resetsAt }) =>
    thresholdsCrossed({ cap, used, nearLimitPercent }).map((threshold) =>
      JSON.stringify({ tenantId, subjectId, metric, window, cap, used, threshold, resetsAt }),
    ),
  );
}

async function override(id: string, data: { dailyTokenLimit: number; dailyTokenLimitExpiresAt?: Date }): Promise<void> {
  await prisma().tenant.update({ where: { id }, data });
}
