import { expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { localDate } from "@/lib/quota/window";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makePlan, makeTenant, writeUse } from "../../factories";

useDatabase();

const dayMs = 24 * 3_600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * dayMs);

async function makeClient(planId: string, used: { daysAgo: number; totalTokens: number }[] = []) {
  const tenant = await makeTenant({ planId });
  const key = await makeKey(tenant.id);
  for (const { daysAgo: days, totalTokens } of used) {
    const at = daysAgo(days);
    await writeUse({ tenantId: tenant.id, actorId: key.id, at, localDate: localDate(at, "UTC"), totalTokens });
  }
  return { tenant, key };
}

const preview = (planId: string, body: object) => api("POST", `/api/admin/plans/${planId}/preview`, { body });

test("a plan's change tells who would have been refused in the last 30 days, and changes nothing", async () => {
  const plan = await makePlan({ dailyTokenLimit: 1_000 });
  const { tenant } = await makeClient(plan.id, [
    { daysAgo: 3, totalTokens: 800 },
    { daysAgo: 5, totalTokens: 400 },
    { daysAgo: 40, totalTokens: 900 },
  ]);
  await makeClient(plan.id, [{ daysAgo: 2, totalTokens: 500 }]);
  await makeClient((await makePlan()).id, [{ daysAgo: 3, totalTokens: 5_000 }]);

  expect((await preview(plan.id, { dailyTokenLimit: 500 })).body).toEqual({
    clients: 2,
    days: 30,
    affected: [
      {
        tenantId: tenant.id,
        tenantName: tenant.name,
        tenantSlug: tenant.slug,
        blocked: 0,
        refusals: [{ cause: "tokens_day", cap: 500, times: 1, beyond: 300, firstOn: localDate(daysAgo(3), "UTC") }],
      },
    ],
  });
  expect((await preview(plan.id, { dailyTokenLimit: 5_000, name: "Wider" })).body).toMatchObject({ affected: [] });
  expect((await api("GET", `/api/admin/plans/${plan.id}`)).body).toEqual({ ...plan, subscriptionCount: 2 });
});

test("the ledger tells which models would no longer be allowed, and which minutes had too many calls", async () => {
  const plan = await makePlan({ requestsPerMinute: 100 });
  const { tenant, key } = await makeClient(plan.id);
  await prisma().$queryRaw`select ensure_usage_partitions((now() - interval '1 day')::date, now()::date)::text`;
  for (let call = 0; call < 4; call++) await makeCall(key);
  // All of them in one minute, whenever the test runs.
  await prisma().$executeRaw`update usage_record set admitted_at = date_trunc('minute', now()) - interval '1 minute' +
    interval '1 second' * (extract(second from admitted_at)::int % 60) where tenant_id = ${tenant.id}::uuid`;
  await prisma().$executeRaw`update usage_hourly set starts_at = date_trunc('hour', now() - interval '1 minute')
    where tenant_id = ${tenant.id}::uuid`;

  const refusalsBy = async (body: object) => (await preview(plan.id, body)).body.affected[0]?.refusals ?? [];
  expect(await refusalsBy({ allowedModels: ["claude-*"] })).toMatchObject([{ cause: "model", times: 4, beyond: 4 }]);
  expect(await refusalsBy({ allowedModels: ["gpt-*"] })).toEqual([]);
  expect(await refusalsBy({ requestsPerMinute: 3 })).toMatchObject([
    { cause: "requests_minute", cap: 3, times: 1, beyond: 1 },
  ]);
  expect(await refusalsBy({ requestsPerMinute: 4 })).toEqual([]);
});

test("making a plan the default tells of the clients that come onto it", async () => {
  const strict = await makePlan({ dailyTokenLimit: 10 });
  const unsubscribed = await makeTenant();
  const key = await makeKey(unsubscribed.id);
  const at = daysAgo(1);
  await writeUse({ tenantId: unsubscribed.id, actorId: key.id, at, localDate: localDate(at, "UTC"), totalTokens: 50 });

  expect((await preview(strict.id, {})).body).toMatchObject({ clients: 0, affected: [] });
  const { body } = await preview(strict.id, { isDefault: true });
  expect(body.affected).toMatchObject([{ tenantId: unsubscribed.id, refusals: [{ cause: "tokens_day", beyond: 40 }] }]);
});

test("what cannot be saved cannot be previewed", async () => {
  const plan = await makePlan();
  expect((await preview(plan.id, { dailyTokenLimit: -1 })).status).toBe(400);
});
