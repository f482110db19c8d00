import { beforeAll, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import type { KeyWithSecret } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makePlan, makeStaff, makeTenant, unknownId } from "../../factories";
import { expectToAddUp } from "../../usage";

useDatabase();

describe("a client's own usage", () => {
  const endpoints = ["quota", "sources", "monthly", "keys"];
  let tenant: Tenant;
  let other: Tenant;
  let key: KeyWithSecret;
  let legacy: KeyWithSecret;
  let user: { id: string; sessionVersion: number };

  beforeAll(async () => {
    const plan = await makePlan({ dailyRequestLimit: 2 });
    [tenant, other] = [await makeTenant({ planId: plan.id }), await makeTenant()];
    key = await makeKey(tenant.id, { dailyTokenLimit: 50 });
    legacy = await makeKey(tenant.id, { secret: `legacy-${unknownId()}` });
    user = await makeClientUser(tenant.id);
    await makeCall(key, { inputTokens: 10, outputTokens: 5 });
    await makeCall(legacy, { inputTokens: 100, outputTokens: 0 });
  });

  test("shows quota, sources, months and keys, and nothing of legacy keys", async () => {
    const get = async (endpoint: string) => (await api("GET", `/api/usage/${endpoint}`, { as: { user } })).body;
    expect(await get("quota")).toMatchObject({
      tenantId: tenant.id,
      canGenerate: false,
      today: { requests: 2, tokens: 115 },
    });
    expect(await get("keys")).toMatchObject({
      items: [{ id: key.id, name: key.name, state: "active", usedThisMonth: { requests: 1, tokens: 15 } }],
    });

    const report = await get("sources");
    expect(report.totals).toMatchObject({
      grandTotal: { requests: 1, totalTokens: 15 },
      bySource: [{ source: "apikey" }],
      byKey: [{ apiKeyId: key.id }],
    });
    expect(report.totals).not.toHaveProperty("byUserSource");
    expectToAddUp(report);
    expect((await get("monthly")).items[0]).toMatchObject({
      requests: 1,
      totalTokens: 15,
      byKey: [{ apiKeyId: key.id }],
    });
    for (const endpoint of endpoints) expect(JSON.stringify(await get(endpoint))).not.toContain(legacy.id);
  });

  test.each(endpoints)("%s is shown to the holder of a key, also when it is used up", async (endpoint) => {
    const { status, body } = await api("GET", `/api/usage/${endpoint}`, { as: { bearer: key.secret } });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain(key.id);
  });

  test.each(endpoints)("%s is shown to nobody without a valid key or session", async (endpoint) => {
    const revoked = await makeKey(tenant.id);
    await api("POST", `/api/admin/tenants/${tenant.id}/keys/${revoked.id}/revocation`);
    const expired = await makeKey(tenant.id);
    await prisma().apiKey.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1) } });

    for (const bearer of [revoked.secret, expired.secret, legacy.secret, `${key.secret.slice(0, -1)}~`, "nonsense"]) {
      expect((await api("GET", `/api/usage/${endpoint}`, { as: { bearer } })).status).toBe(401);
    }
    expect((await api("GET", `/api/usage/${endpoint}?nonsense=1`, { as: "nobody" })).status).toBe(401);
    await prisma().apiKey.deleteMany({ where: { id: { in: [revoked.id, expired.id] } } });
  });

  test.each(endpoints)("%s of another client is not found", async (endpoint) => {
    for (const as of [{ user }, { bearer: key.secret }]) {
      expect((await api("GET", `/api/usage/${endpoint}?tenant=${other.slug}`, { as })).status).toBe(404);
    }
    const stranger = await makeClientUser();
    expect((await api("GET", `/api/usage/${endpoint}`, { as: { user: stranger } })).status).toBe(404);
  });

  test("cannot be widened by parameters", async () => {
    const { status, body } = await api("GET", `/api/usage/sources?tenantId=${other.id}`, { as: { user } });
    expect(status).toBe(400);
    expect(body.error.fields).toHaveProperty("tenantId");
    const foreign = await makeKey(other.id);
    await makeCall(foreign);
    const report = await api("GET", `/api/usage/sources?apiKeyId=${foreign.id}`, { as: { user } });
    expect(report.body.totals.grandTotal.requests).toBe(0);
  });

  test("of one of several clients is chosen by its slug", async () => {
    const both = await makeClientUser(tenant.id, other.id);
    expect((await api("GET", "/api/usage/quota", { as: { user: both } })).body.error.fields).toHaveProperty("tenant");
    expect((await api("GET", `/api/usage/quota?tenant=${other.slug}`, { as: { user: both } })).body.tenantId).toBe(
      other.id,
    );
  });

  test("can be looked at by staff, for any client", async () => {
    const staff = await makeStaff("viewer");
    expect((await api("GET", `/api/usage/quota?tenant=${tenant.slug}`, { as: { user: staff } })).body.tenantId).toBe(
      tenant.id,
    );
    expect((await api("GET", "/api/usage/quota", { as: { user: staff } })).status).toBe(400);
  });

  test("shows a key's holder the limits of the tenant and of that key alone", async () => {
    const another = await makeKey(tenant.id, { dailyTokenLimit: 5 });
    const { body } = await api("GET", "/api/usage/quota", { as: { bearer: key.secret } });
    expect(body.limits.map(({ subjectId }: { subjectId: string }) => subjectId)).toEqual([tenant.id, key.id]);
    expect(JSON.stringify(body)).not.toContain(another.id);
  });

  test("stays readable when the client is suspended", async () => {
    await api("PATCH", `/api/admin/tenants/${tenant.id}`, { body: { status: "suspended" } });
    expect((await api("GET", "/api/usage/quota", { as: { user } })).body).toMatchObject({
      status: "suspended",
      canGenerate: false,
    });
    expect((await api("GET", "/api/usage/sources", { as: { bearer: key.secret } })).status).toBe(200);
    await api("PATCH", `/api/admin/tenants/${tenant.id}`, { body: { status: "active" } });
  });
});
