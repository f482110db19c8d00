import { beforeAll, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { findTenantSnapshot, keyDirectory } from "@/lib/keys/directory";
import type { KeyWithSecret } from "@/lib/keys/schema";
import { meter } from "@/lib/metering/lifecycle";
import type { TenantSnapshot } from "@/lib/metering/types";
import type { Tenant } from "@/lib/tenants/schema";
import type { KeyTotals, SourcesBucket, SourcesReport, UsageRequest } from "@/lib/usage/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import {
  makeCall,
  makeClientUser,
  makeKey,
  makePlan,
  makeStaff,
  makeTenant,
  recordCall,
  unknownId,
  writeUse,
} from "../../factories";

useDatabase();

const requests = (query: string) => api("GET", `/api/admin/usage/requests?${query}`);
const sources = async (query: string): Promise<SourcesReport> =>
  (await api("GET", `/api/admin/usage/sources?${query}`)).body;

describe("the list of requests", () => {
  test("holds each call with its tokens, as soon as it is settled", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id);
    await makeCall(key, { inputTokens: 12, outputTokens: 30, costMicroUsd: null });

    const { body } = await requests(`tenantId=${tenant.id}`);
    expect(body).toEqual({
      items: [
        {
          id: expect.any(String),
          tenantId: tenant.id,
          tenantName: tenant.name,
          apiKeyId: key.id,
          apiKeyName: key.name,
          userId: null,
          userName: null,
          source: "apikey",
          provider: "openai",
          endpoint: "chat/completions",
          model: "gpt-test",
          answeredModel: "gpt-test",
          state: "settled",
          httpStatus: 200,
          stream: false,
          inputTokens: 12,
          cachedInputTokens: null,
          cacheWriteTokens: null,
          outputTokens: 30,
          reasoningTokens: null,
          totalTokens: 42,
          reservedTokens: 42,
          estimated: false,
          costMicroUsd: null,
          latencyMs: 5,
          firstByteMs: 3,
          admittedAt: expect.stringMatching(/Z$/),
          settledAt: expect.stringMatching(/Z$/),
        },
      ],
      nextCursor: null,
    });
  });

  test("keeps the key's name as it was, also when it is renamed and revoked", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id, { name: "before" });
    await makeCall(key);
    await api("PATCH", `/api/admin/tenants/${tenant.id}/keys/${key.id}`, { body: { name: "after" } });
    await makeCall(key);
    await api("POST", `/api/admin/tenants/${tenant.id}/keys/${key.id}/revocation`);

    const { body } = await requests(`apiKeyId=${key.id}`);
    expect(body.items.map(({ apiKeyName }: UsageRequest) => apiKeyName)).toEqual(["after", "before"]);
    const { totals } = await sources(`apiKeyId=${key.id}`);
    expect(totals.byKey).toMatchObject([
      { apiKeyId: key.id, apiKeyName: "after", requests: 2, revoked: true, revokedAt: expect.stringMatching(/Z$/) },
    ]);
  });

  test("comes in pages that neither skip nor repeat a call, also of those admitted in the same moment", async () => {
    const tenant = await makeTenant();
    const keys = [await makeKey(tenant.id), await makeKey(tenant.id)];
    await Promise.all(Array.from({ length: 23 }, (_, index) => makeCall(keys[index % 2] as KeyWithSecret)));

    const ids: string[] = [];
    let cursor = "";
    do {
      const { body } = await requests(`tenantId=${tenant.id}&limit=5${cursor && `&cursor=${cursor}`}`);
      ids.push(...body.items.map(({ id }: UsageRequest) => id));
      cursor = body.nextCursor ?? "";
    } while (cursor);
    expect(ids).toHaveLength(23);
    expect(new Set(ids).size).toBe(23);
  });

  test("is filtered by tenant, key, state and time, which combine", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    const key = await makeKey(tenant.id);
    await makeCall(key);
    await makeCall(key, { state: "failed" });
    await makeCall(await makeKey(other.id));
    const count = async (query: string) => (await requests(query)).body.items.length;

    expect(await count(`tenantId=${tenant.id}`)).toBe(2);
    expect(await count(`tenantId=${tenant.id}&state=failed`)).toBe(1);
    expect(await count(`tenantId=${other.id}&apiKeyId=${key.id}`)).toBe(0);
    expect(await count(`apiKeyId=${key.id}&from=${new Date(Date.now() - 60_000).toISOString()}`)).toBe(2);
    expect(await count(`apiKeyId=${key.id}&to=${new Date(Date.now() - 60_000).toISOString()}`)).toBe(0);
    expect(await count(`tenantId=${unknownId()}`)).toBe(0);
  });
});

describe("use by source", () => {
  test("adds up: buckets, sources, keys and the grand total agree", async () => {
    const tenant = await makeTenant();
    const [first, second] = [await makeKey(tenant.id), await makeKey(tenant.id)];
    const legacy = await makeKey(tenant.id, { secret: `legacy-${unknownId()}` });
    const user = await makeClientUser(tenant.id);
    await makeCall(first, { inputTokens: 5, outputTokens: 5 });
    await makeCall(second, { inputTokens: 50, outputTokens: 50, costMicroUsd: null });
    await makeCall(legacy, { inputTokens: 1, outputTokens: 0 });
    await playgroundCall(tenant.id, user.id);
    await makeCall(first, { state: "failed" });

    const report = await sources(`tenantId=${tenant.id}&bucket=day`);
    expect(report).toMatchObject({ bucket: "day", timeZone: "UTC", mixedTimeZones: false, truncated: false });
    expect(report.totals.grandTotal).toMatchObject({
      requests: 4,
      failed: 1,
      totalTokens: 121,
      unpricedRequests: 1,
      costMicroUsd: 21,
    });
    expect(report.totals.bySource.map(({ source, requests: count }) => [source, count])).toEqual([
      ["apikey", 2],
      ["web", 1],
      ["legacy", 1],
    ]);
    expect(report.totals.byKey.map(({ apiKeyId, totalTokens, source }) => [apiKeyId, totalTokens, source])).toEqual([
      [second.id, 100, "apikey"],
      [first.id, 10, "apikey"],
      [legacy.id, 1, "legacy"],
    ]);
    expect(report.totals.byKey[0]).toMatchObject({
      costMicroUsd: null,
      tenantId: tenant.id,
      tenantName: tenant.name,
      apiKeyPrefix: second.prefix,
      revoked: false,
      lastUsedAt: expect.stringMatching(/Z$/),
    });
    expect(report.totals.byUserSource).toMatchObject([
      { source: "web", userId: user.id, userName: "Uma User", requests: 1, totalTokens: 10 },
      { source: "legacy", userId: null, tenantId: tenant.id, totalTokens: 1 },
    ]);
    expectToAddUp(report);
  });

  test("keeps apart what one person used in the playgrounds of several clients", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    const staff = await makeStaff("admin");
    for (const { id } of [tenant, tenant, other]) await playgroundCall(id, staff.id);

    const report = await sources("bucket=day");
    const usedIn = (tenantId: string) =>
      report.buckets.filter((line) => line.userId === staff.id && line.tenantId === tenantId);
    expect(sumOf(usedIn(tenant.id)).requests).toBe(2);
    expect(sumOf(usedIn(other.id)).requests).toBe(1);
    expectToAddUp(report);
  });

  test("counts what was refused, also of a key that never got through", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id, { dailyRequestLimit: 0 });
    const entry = await keyDirectory().reload(key.secret, { olderThanMs: 0 });
    for (let index = 0; index < 3; index++) {
      meter().count({
        caller: { source: "apikey", tenant: entry?.tenant as TenantSnapshot, key: entry?.key ?? null, user: null },
        reason: "quota",
        at: new Date(),
      });
    }
    const report = await sources(`tenantId=${tenant.id}&bucket=hour&from=${hoursAgo(1)}&to=${hoursAgo(-1)}`);
    expect(report.totals.byKey).toMatchObject([
      { apiKeyId: key.id, requests: 0, blocked: 3, costMicroUsd: 0, lastUsedAt: null },
    ]);
    expectToAddUp(report);
  });

  test("has every series in every bucket, with zero where there was no use", async () => {
    const tenant = await makeTenant({ timeZone: "Europe/Berlin" });
    const [a, b] = [unknownId(), unknownId()];
    await writeUse({
      tenantId: tenant.id,
      actorId: a,
      at: new Date("2026-03-28T12:00:00Z"),
      localDate: "2026-03-28",
      totalTokens: 10,
    });
    await writeUse({
      tenantId: tenant.id,
      actorId: b,
      at: new Date("2026-03-30T12:00:00Z"),
      localDate: "2026-03-30",
      totalTokens: 20,
    });

    const report = await sources(`tenantId=${tenant.id}&bucket=day&from=2026-03-27T23:00:00Z&to=2026-03-30T22:00:00Z`);
    expect(report.bucketStarts).toEqual([
      "2026-03-27T23:00:00.000Z",
      "2026-03-28T23:00:00.000Z",
      "2026-03-29T22:00:00.000Z",
    ]);
    const series = (id: string) =>
      report.buckets.filter(({ apiKeyId }) => apiKeyId === id).map(({ bucket, totalTokens }) => [bucket, totalTokens]);
    expect(series(a)).toEqual(report.bucketStarts.map((start, index) => [start, index === 0 ? 10 : 0]));
    expect(series(b)).toEqual(report.bucketStarts.map((start, index) => [start, index === 2 ? 20 : 0]));
    expectToAddUp(report);
  });

  test.each([
    { bucket: "hour", from: "2026-05-01T00:00:00Z", to: "2026-05-03T00:00:00Z", expected: 30 },
    { bucket: "day", from: "2026-05-01T00:00:00Z", to: "2026-05-03T00:00:00Z", expected: 30 },
    { bucket: "day", from: "2026-05-01T10:00:00Z", to: "2026-05-02T06:00:00Z", expected: 20 },
    { bucket: "month", from: "2026-05-01T00:00:00Z", to: "2026-06-01T00:00:00Z", expected: 30 },
    { bucket: "day", from: "2026-05-02T00:00:00Z", to: "2026-05-04T00:00:00Z", expected: 15 },
  ])("from $from to $to by $bucket holds what was used then: $expected", async ({ bucket, from, to, expected }) => {
    const tenant = await makeTenant({ timeZone: "UTC" });
    const actorId = unknownId();
    for (const [at, totalTokens] of [
      ["2026-05-01T09:00:00Z", 10],
      ["2026-05-01T10:00:00Z", 5],
      ["2026-05-02T05:00:00Z", 15],
    ] as const) {
      await writeUse({ tenantId: tenant.id, actorId, at: new Date(at), localDate: at.slice(0, 10), totalTokens });
    }
    const report = await sources(`tenantId=${tenant.id}&bucket=${bucket}&from=${from}&to=${to}`);
    expect(report.totals.grandTotal.totalTokens).toBe(expected);
    expectToAddUp(report);
  });

  test("puts hours of a zone 45 minutes off where they belong, for its own tenant and for the agency", async () => {
    const tenant = await makeTenant({ timeZone: "Asia/Kathmandu" });
    const actorId = unknownId();
    await writeUse({
      tenantId: tenant.id,
      actorId,
      at: new Date("2026-05-01T06:15:00Z"),
      localDate: "2026-05-01",
      totalTokens: 10,
    });

    const range = "from=2026-05-01T05:00:00Z&to=2026-05-01T08:00:00Z&bucket=hour";
    const used = (report: SourcesReport) =>
      report.buckets
        .filter(({ totalTokens, apiKeyId }) => apiKeyId === actorId && totalTokens > 0)
        .map(({ bucket }) => bucket);
    expect(used(await sources(`tenantId=${tenant.id}&${range}`))).toEqual(["2026-05-01T06:15:00.000Z"]);
    expect(used(await sources(range))).toEqual(["2026-05-01T06:00:00.000Z"]);
  });

  test("over the whole agency leaves out nobody whose today is elsewhere already tomorrow", async () => {
    const tenant = await makeTenant({ timeZone: "Pacific/Kiritimati" });
    await makeCall(await makeKey(tenant.id), { inputTokens: 77, outputTokens: 0 });
    const report = await sources("bucket=day");
    expect(report.mixedTimeZones).toBe(true);
    expect(report.totals.byKey.find(({ tenantId }) => tenantId === tenant.id)).toMatchObject({ totalTokens: 77 });
    expectToAddUp(report);
  });

  test("shows at most 200 keys, says so, and puts the others into an explicit rest", async () => {
    const tenant = await makeTenant();
    const at = new Date("2026-04-10T12:00:00Z");
    for (let index = 0; index < 203; index++) {
      await writeUse({
        tenantId: tenant.id,
        actorId: unknownId(),
        at,
        localDate: "2026-04-10",
        requests: 2,
        totalTokens: 1_000 - index,
      });
    }
    const query = `tenantId=${tenant.id}&from=2026-04-10T00:00:00Z&to=2026-04-11T00:00:00Z`;
    const report = await sources(query);
    expect(report.truncated).toBe(true);
    expect(report.totals.byKey).toHaveLength(200);
    expect(report.totals.byKeyRemainder).toMatchObject({ keys: 3, requests: 6, totalTokens: 800 + 799 + 798 });
    expect(report.buckets.filter(({ remainder }) => remainder)).toMatchObject([
      { source: "apikey", apiKeyId: null, totalTokens: 2397 },
    ]);
    expectToAddUp(report);

    const user = await makeClientUser(tenant.id);
    const own = await api("GET", `/api/usage/sources?from=2026-04-10T00:00:00Z&to=2026-04-11T00:00:00Z`, {
      as: { user },
    });
    expect(own.body).toMatchObject({ truncated: true, totals: { byKeyRemainder: { keys: 3 } } });
  });

  test("of equal use is in the same order each time: by requests, then by id", async () => {
    const tenant = await makeTenant();
    const ids = [unknownId(), unknownId(), unknownId()].toSorted();
    const at = new Date("2026-04-10T12:00:00Z");
    for (const [index, actorId] of ids.toReversed().entries()) {
      await writeUse({
        tenantId: tenant.id,
        actorId,
        at,
        localDate: "2026-04-10",
        totalTokens: 5,
        requests: index === 2 ? 9 : 1,
      });
    }
    const { totals } = await sources(`tenantId=${tenant.id}&from=2026-04-10T00:00:00Z&to=2026-04-11T00:00:00Z`);
    expect(totals.byKey.map(({ apiKeyId }) => apiKeyId)).toEqual([ids[0], ids[1], ids[2]]);
  });

  test("is one snapshot, whose parts agree while calls are being made", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id);
    const calling = Promise.all(Array.from({ length: 60 }, () => makeCall(key)));
    for (let index = 0; index < 10; index++)
      expectToAddUp(await sources(`tenantId=${tenant.id}&bucket=hour&from=${hoursAgo(2)}&to=${hoursAgo(-1)}`));
    await calling;
    expect((await sources(`tenantId=${tenant.id}`)).totals.grandTotal.requests).toBe(60);
  });

  test("of ids that do not exist is empty", async () => {
    for (const query of [`tenantId=${unknownId()}`, `apiKeyId=${unknownId()}`]) {
      expect(await sources(query)).toMatchObject({
        buckets: [],
        truncated: false,
        totals: { bySource: [], byKey: [], byUserSource: [], grandTotal: { requests: 0, totalTokens: 0 } },
      });
    }
  });
});

describe("months", () => {
  test("hold calls and tokens per tenant and key, months without use included", async () => {
    const tenant = await makeTenant({ timeZone: "Pacific/Auckland" });
    const key = await makeKey(tenant.id);
    await makeCall(key, { inputTokens: 3, outputTokens: 4 });
    const month = new Intl.DateTimeFormat("en-CA", {
      timeZone: "Pacific/Auckland",
      year: "numeric",
      month: "2-digit",
    }).format(new Date());

    const { body } = await api("GET", `/api/admin/usage/monthly?tenantId=${tenant.id}&months=3`);
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({
      month,
      tenantId: tenant.id,
      tenantName: tenant.name,
      requests: 1,
      totalTokens: 7,
      byKey: [{ apiKeyId: key.id, apiKeyName: key.name, requests: 1, totalTokens: 7 }],
    });
    expect(body.items.slice(1)).toMatchObject([
      { requests: 0, byKey: [] },
      { requests: 0, byKey: [] },
    ]);
  });

  test("of a tenant that does not exist are none", async () => {
    expect((await api("GET", `/api/admin/usage/monthly?tenantId=${unknownId()}`)).body).toEqual({ items: [] });
  });
});

describe("a parameter that is malformed is refused and named", () => {
  test.each([
    ["requests", "limit=0", "limit"],
    ["requests", "limit=201", "limit"],
    ["requests", "limit=ten", "limit"],
    ["requests", "state=open", "state"],
    ["requests", "cursor=nonsense", "cursor"],
    ["requests", "from=yesterday", "from"],
    ["requests", "tenantId=acme", "tenantId"],
    ["requests", "page=2", "page"],
    ["requests", "state=failed&state=settled", "state"],
    ["sources", "bucket=week", "bucket"],
    ["sources", "from=2026-01-01", "from"],
    ["sources", "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "to"],
    ["sources", "bucket=hour&from=2020-01-01T00:00:00Z", "bucket"],
    ["sources", "apiKeyId=1", "apiKeyId"],
    ["sources", "groupBy=model", "groupBy"],
    ["monthly", "months=0", "months"],
    ["monthly", "months=61", "months"],
  ])("%s?%s", async (endpoint, query, field) => {
    const { status, body } = await api("GET", `/api/admin/usage/${endpoint}?${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "invalid_request", fields: { [field]: expect.any(String) } });
  });
});

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

test("health tells that the process runs, and that its database is ready", async () => {
  expect(await api("GET", "/api/health/live", { as: "nobody" })).toMatchObject({ status: 200, body: { status: "ok" } });
  expect(await api("GET", "/api/health/ready", { as: "nobody" })).toMatchObject({
    status: 200,
    body: { status: "ok" },
  });
});

async function playgroundCall(tenantId: string, userId: string): Promise<void> {
  const tenant = (await findTenantSnapshot(tenantId)) as TenantSnapshot;
  await recordCall({ source: "web", tenant, key: null, user: { id: userId, name: "Uma User" } });
}

function hoursAgo(hours: number): string {
  return new Date(Date.now() - hours * 3_600_000).toISOString();
}

/** Every way to add a report up gives its grand total. */
function expectToAddUp({ buckets, bucketStarts, totals }: SourcesReport): void {
  const { requests: calls, blocked, inputTokens, outputTokens, totalTokens } = totals.grandTotal;
  const grandTotal = { requests: calls, blocked, inputTokens, outputTokens, totalTokens };
  const rest = totals.byKeyRemainder ? [totals.byKeyRemainder] : [];
  const web = totals.bySource.filter(({ source }) => source === "web");
  expect(sumOf(buckets)).toEqual(grandTotal);
  expect(sumOf(totals.bySource)).toEqual(grandTotal);
  expect(sumOf([...totals.byKey, ...rest, ...web])).toEqual(grandTotal);
  expect([...new Set(buckets.map(({ bucket }) => bucket))]).toEqual(buckets.length > 0 ? bucketStarts : []);
  expect(buckets.length % Math.max(1, bucketStarts.length)).toBe(0);
}

function sumOf(
  parts: Pick<SourcesBucket & KeyTotals, "requests" | "blocked" | "inputTokens" | "outputTokens" | "totalTokens">[],
) {
  const fields = ["requests", "blocked", "inputTokens", "outputTokens", "totalTokens"] as const;
  return Object.fromEntries(fields.map((field) => [field, parts.reduce((sum, part) => sum + part[field], 0)]));
}
