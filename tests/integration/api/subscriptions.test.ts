import { describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { atOnce } from "@/lib/db/transaction";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makePlan, makeTenant, unknownId } from "../../factories";
import { dailyTokens } from "../../tenants";

useDatabase();

describe("a subscription", () => {
  const subscribe = (tenantId: string, body: object) =>
    api("PUT", `/api/admin/tenants/${tenantId}/subscription`, { body });

  test("replaces the one in force, which ends then", async () => {
    const [first, second] = [await makePlan(), await makePlan()];
    const tenant = await makeTenant({ planId: first.id });
    const { status, body } = await subscribe(tenant.id, { planId: second.id });
    expect(status).toBe(200);
    expect(body).toMatchObject({ tenantId: tenant.id, planId: second.id, planName: second.name, endsAt: null });

    const rows = await prisma().subscription.findMany({ where: { tenantId: tenant.id }, orderBy: { startsAt: "asc" } });
    expect(rows.map(({ planId, endsAt }) => [planId, endsAt?.toISOString() ?? null])).toEqual([
      [first.id, body.startsAt],
      [second.id, null],
    ]);
  });

  test("that begins at once lies ahead of neither clock, the database's nor this machine's", async () => {
    const before = Date.now();
    const [ahead, behind] = [before + 3_600_000, before - 3_600_000].map((ms) => new Date(ms)) as [Date, Date];
    const [byDatabase, byConsole] = await prisma().$transaction(async (transaction) => [
      await atOnce(transaction, ahead),
      await atOnce(transaction, behind),
    ]);
    expect(byDatabase?.getTime()).toBeGreaterThanOrEqual(before);
    expect(byDatabase?.getTime()).toBeLessThanOrEqual(Date.now());
    expect(byConsole).toEqual(behind);
  });

  test("that begins later leaves the tenant on its plan until then", async () => {
    const [first, second] = [await makePlan(), await makePlan()];
    const tenant = await makeTenant({ planId: first.id });
    await subscribe(tenant.id, { planId: second.id, startsAt: "2099-01-01T00:00:00Z", endsAt: "2100-01-01T00:00:00Z" });
    expect((await api("GET", `/api/admin/tenants/${tenant.id}`)).body).toMatchObject({
      plan: { id: first.id },
      subscription: { endsAt: "2099-01-01T00:00:00.000Z" },
    });
  });

  test("made of a client as it was before somebody else put it on another plan is refused", async () => {
    const [first, second] = [await makePlan(), await makePlan()];
    const tenant = await makeTenant();
    const path = `/api/admin/tenants/${tenant.id}`;
    const seen = (await api("GET", path)).headers.get("etag") as string;
    const put = (planId: string) =>
      api("PUT", `${path}/subscription`, { body: { planId }, headers: { "if-match": seen } });
    expect((await put(first.id)).status).toBe(200);
    expect((await put(second.id)).status).toBe(412);
    expect((await api("GET", path)).body.plan.id).toBe(first.id);
  });

  test("that is over leaves the tenant on the default plan", async () => {
    const plan = await makePlan();
    const tenant = await makeTenant();
    await subscribe(tenant.id, { planId: plan.id, startsAt: "2020-01-01T00:00:00Z", endsAt: "2021-01-01T00:00:00Z" });
    const standard = await makePlan({ isDefault: true, dailyTokenLimit: 9 });
    expect((await api("GET", `/api/admin/tenants/${tenant.id}`)).body).toMatchObject({
      plan: { id: standard.id, origin: "default" },
      subscription: null,
    });
    expect(await dailyTokens(tenant.id)).toMatchObject({ cap: 9, origin: "plan" });
    await prisma().plan.update({ where: { id: standard.id }, data: { isDefault: false } });
  });

  test.each([
    { name: "without a plan", body: {}, field: "planId" },
    { name: "to a plan that does not exist", body: { planId: unknownId() }, field: "planId" },
    {
      name: "that ends before it begins",
      body: { planId: unknownId(), startsAt: "2030-01-02T00:00:00Z", endsAt: "2030-01-01T00:00:00Z" },
      field: "endsAt",
    },
    { name: "that has ended", body: { planId: unknownId(), endsAt: "2020-01-01T00:00:00Z" }, field: "endsAt" },
  ])("$name is refused", async ({ body, field }) => {
    const answer = await subscribe((await makeTenant()).id, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.fields).toHaveProperty(field);
  });
});
