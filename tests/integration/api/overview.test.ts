import { v7 as uuidv7 } from "uuid";
import { afterEach, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { readOverview } from "@/lib/overview/read-overview";
import { readOverviewUse } from "@/lib/overview/read-use";
import type { Attention } from "@/lib/overview/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makePlan, makeTenant, writeUse } from "../../factories";

useDatabase();

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = new Date("2026-05-20T10:30:00Z");

afterEach(async () => {
  await prisma().tenant.updateMany({ data: { archivedAt: new Date() } });
  await prisma().usageHourly.deleteMany();
  await prisma().usageDaily.deleteMany();
});

/** The columns of refusals that were all counted at that instant. */
const refusedAt = (at: Date) => ({ firstAt: at, lastAt: at, unbrokenSince: at });

/** One call at each of these instants, of so many tokens. */
async function useAt(tenantId: string, actorId: string, uses: [at: string, localDate: string, tokens: number][]) {
  for (const [at, localDate, totalTokens] of uses)
    await writeUse({ tenantId, actorId, at: new Date(at), localDate, totalTokens });
}

describe("what all clients use", () => {
  test("is told for today and this month, and compared with the same hours and days before", async () => {
    const tenant = await makeTenant({ timeZone: "Europe/Berlin" });
    await useAt(tenant.id, uuidv7(), [
      ["2026-05-20T10:00:00Z", "2026-05-20", 1],
      ["2026-05-20T08:00:00Z", "2026-05-20", 20],
      ["2026-05-19T22:00:00Z", "2026-05-20", 300],
      ["2026-05-19T11:00:00Z", "2026-05-19", 4_000],
      ["2026-05-19T09:00:00Z", "2026-05-19", 50_000],
      ["2026-05-01T09:00:00Z", "2026-05-01", 600_000],
      ["2026-04-20T10:00:00Z", "2026-04-20", 7_000_000],
      ["2026-04-20T09:00:00Z", "2026-04-20", 80_000_000],
      ["2026-04-01T09:00:00Z", "2026-04-01", 900_000_000],
    ]);
    const { today, month } = await readOverview(now);
    expect(today).toMatchObject({
      use: { requests: 3, totalTokens: 321 },
      compared: { now: { requests: 2, totalTokens: 320 }, before: { requests: 1, totalTokens: 50_000 } },
    });
    expect(month).toMatchObject({
      use: { requests: 6, totalTokens: 654_321 },
      compared: { now: { requests: 5, totalTokens: 654_320 }, before: { requests: 2, totalTokens: 980_000_000 } },
    });
  });

  test("tells how many requests have no price, in figures and chart, and shows a client with a correction of costs alone", async () => {
    const [tenant, corrected] = [await makeTenant(), await makeTenant()];
    await useAt(tenant.id, uuidv7(), [["2026-05-20T08:00:00Z", "2026-05-20", 20]]);
    await useAt(corrected.id, uuidv7(), [["2026-05-20T08:00:00Z", "2026-05-20", 0]]);
    await prisma().usageDaily.updateMany({ where: { tenantId: tenant.id }, data: { unpriced: 1 } });
    const correction = { requests: 0, costMicroUsd: -5n };
    await prisma().usageDaily.updateMany({ where: { tenantId: corrected.id }, data: correction });
    expect((await readOverview(now)).today.use).toMatchObject({ unpricedRequests: 1, costMicroUsd: -5 });
    const { series } = await readOverviewUse({ span: "month", now });
    expect(series.map(({ tenantId, unpricedRequests }) => [tenantId, unpricedRequests])).toEqual([
      [tenant.id, 1],
      [corrected.id, 0],
    ]);
  });

  test("follows each client's own clock, and holds what archived ones used", async () => {
    const [ahead, behind] = [
      await makeTenant({ timeZone: "Pacific/Kiritimati" }),
      await makeTenant({ timeZone: "America/Los_Angeles" }),
    ];
    await useAt(ahead.id, uuidv7(), [["2026-05-19T23:00:00Z", "2026-05-20", 5]]);
    await useAt(ahead.id, uuidv7(), [["2026-05-20T10:00:00Z", "2026-05-21", 30]]);
    await useAt(behind.id, uuidv7(), [["2026-05-20T06:00:00Z", "2026-05-19", 200]]);
    await useAt(behind.id, uuidv7(), [["2026-05-20T08:00:00Z", "2026-05-20", 1_000]]);
    await api("DELETE", `/api/admin/tenants/${ahead.id}`);
    expect((await readOverview(now)).today.use).toMatchObject({ requests: 2, totalTokens: 1_030 });
  });

  test("of the seven that used most has a line each, of all others one, and nothing is left out", async () => {
    for (let place = 1; place <= 9; place++) {
      const tenant = await makeTenant({ name: `Client ${place}` });
      await useAt(tenant.id, uuidv7(), [
        ["2026-05-20T09:00:00Z", "2026-05-20", place],
        ["2026-05-19T11:00:00Z", "2026-05-19", 10 * place],
        ["2026-05-19T10:00:00Z", "2026-05-19", 1_000],
      ]);
    }
    const day = await readOverviewUse({ now });
    expect(day.bucketStarts).toHaveLength(24);
    expect([day.bucketStarts[0], day.bucketStarts.at(-1)]).toEqual([
      "2026-05-19T11:00:00.000Z",
      "2026-05-20T10:00:00.000Z",
    ]);
    expect(day.series.map(({ name, tenants }) => [name, tenants])).toEqual([
      ...[9, 8, 7, 6, 5, 4, 3].map((place) => [`Client ${place}`, 1]),
      [null, 2],
    ]);
    const sum = (amounts: number[]) => amounts.reduce((one, other) => one + other, 0);
    expect(sum(day.series.flatMap(({ totalTokens }) => totalTokens))).toBe(45 + 450);
    expect(day.series.at(-1)?.totalTokens.filter(Boolean)).toEqual([30, 3]);

    const month = await readOverviewUse({ span: "month", now });
    expect(month).toMatchObject({ bucket: "day", timeZone: "UTC" });
    expect(month.bucketStarts).toHaveLength(30);
    expect(sum(month.series.flatMap(({ requests }) => requests))).toBe(27);
  });
});

describe("what needs attention", () => {
  const attention = async (): Promise<{ items: Attention[]; total: number }> =>
    (await api("GET", "/api/admin/overview")).body.attention;
  const later = (ms: number) => new Date(Date.now() + ms);

  async function refuse(tenantId: string, reason: string, refusals: number, lastAt = new Date()) {
    const startsAt = new Date(Math.floor(lastAt.getTime() / hourMs) * hourMs);
    const row = {
      tenantId,
      startsAt,
      source: "apikey",
      actorId: tenantId,
      reason,
      refusals,
      ...refusedAt(lastAt),
    } as const;
    await prisma().refusalHourly.create({ data: row });
  }

  test("is listed with what refuses calls first, and what may wait last", async () => {
    const plan = await makePlan({ dailyTokenLimit: 100 });
    const made = async (name: string) => makeTenant({ name, planId: plan.id });
    const over = await made("Over");
    await makeCall(await makeKey(over.id), { inputTokens: 60, outputTokens: 40 });
    await refuse(over.id, "tokens_day_tenant", 9);
    const near = await made("Near");
    await makeCall(await makeKey(near.id), { inputTokens: 45, outputTokens: 40 });
    await refuse((await made("Wild")).id, "requests_minute_key", 400);
    await refuse((await made("Refused")).id, "model_not_allowed", 3);
    const lent = await made("Lent");
    await api("PATCH", `/api/admin/tenants/${lent.id}`, {
      body: { dailyTokenLimit: 500, dailyTokenLimitExpiresAt: later(5 * hourMs).toISOString() },
    });
    const ending = await made("Ending");
    await makeKey(ending.id, { name: "short-lived", expiresAt: later(2 * dayMs).toISOString() });
    const unused = await makeKey(ending.id, { name: "forgotten" });
    await prisma().apiKey.update({ where: { id: unused.id }, data: { createdAt: later(-90 * dayMs) } });

    const { items, total } = await attention();
    expect(items.map((item) => [item.kind, "tenant" in item ? item.tenant.name : null])).toEqual([
      ["limit", "Over"],
      ["pace", "Wild"],
      ["limit", "Near"],
      ["refused", "Refused"],
      ["override_expires", "Lent"],
      ["key_expires", "Ending"],
      ["keys_unused", null],
    ]);
    expect(total).toBe(7);
    expect(items[0]).toMatchObject({ level: "over", limit: { metric: "tokens", window: "day", used: 100 } });
    expect(items[1]).toMatchObject({ reason: "requests_minute_key", refusals: 400 });
    expect(items.at(-1)).toMatchObject({ count: 1, keys: [{ keyName: "forgotten" }] });
  });

  test("is not what was refused before the last hour, nor who is archived or suspended on purpose", async () => {
    await refuse((await makeTenant()).id, "tokens_day_tenant", 50, later(-3 * hourMs));
    const archived = await makeTenant();
    await refuse(archived.id, "unknown", 50);
    await api("DELETE", `/api/admin/tenants/${archived.id}`);
    const suspended = await makeTenant();
    await refuse(suspended.id, "tenant_suspended", 50);
    const old = await makeKey(suspended.id);
    await prisma().apiKey.update({ where: { id: old.id }, data: { createdAt: later(-90 * dayMs) } });
    await api("PATCH", `/api/admin/tenants/${suspended.id}`, { body: { status: "suspended" } });
    expect(await attention()).toEqual({ items: [], total: 0 });
  });

  test("is a provider of which one call in ten fails, and not one that failed once", async () => {
    const { body: provider } = await api("POST", "/api/admin/providers", {
      body: { slug: "mock", name: "Mock", vendor: "custom", dialect: "openai", baseUrl: "http://127.0.0.1:9" },
    });
    const key = await makeKey((await makeTenant()).id);
    await makeCall(key, { state: "failed" });
    await prisma().usageRecord.updateMany({ data: { provider: provider.slug } });
    expect((await attention()).items).toEqual([]);

    for (let count = 0; count < 3; count++) await makeCall(key, { state: "failed" });
    await prisma().usageRecord.updateMany({ data: { provider: provider.slug } });
    expect((await attention()).items).toMatchObject([{ kind: "provider", slug: "mock", name: "Mock" }]);
  });
});

test("what a client was refused for in the last 24 hours is told by reason and key, the latest first", async () => {
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id, { name: "shop" });
  const at = (hours: number) => new Date(Date.now() - hours * hourMs);
  const refuse = async (reason: string, actorId: string, hoursAgo: number, refusals: number) => {
    const startsAt = new Date(Math.floor(at(hoursAgo).getTime() / hourMs) * hourMs);
    const row = {
      tenantId: tenant.id,
      startsAt,
      source: "apikey",
      actorId,
      reason,
      refusals,
      ...refusedAt(at(hoursAgo)),
    } as const;
    await prisma().refusalHourly.create({ data: row });
  };
  await refuse("tokens_day_tenant", key.id, 3, 5);
  await refuse("tokens_day_tenant", key.id, 1, 2);
  await refuse("model_not_allowed", tenant.id, 0, 1);
  await refuse("tokens_day_tenant", key.id, 30, 100);
  const { status, body } = await api("GET", `/api/admin/tenants/${tenant.id}/refusals`);
  expect(status).toBe(200);
  expect(body.items).toMatchObject([
    { reason: "model_not_allowed", apiKeyId: null, refusals: 1 },
    { reason: "tokens_day_tenant", apiKeyId: key.id, apiKeyName: "shop", refusals: 7 },
  ]);
});

test("a span that there is not is refused", async () => {
  expect((await api("GET", "/api/admin/overview/use?span=year")).status).toBe(400);
});
