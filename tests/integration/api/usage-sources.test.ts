import { describe, expect, test } from "vitest";
import { keyDirectory } from "@/lib/keys/directory";
import { meter } from "@/lib/metering/lifecycle";
import type { TenantSnapshot } from "@/lib/metering/types";
import type { SourcesReport } from "@/lib/usage/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makeStaff, makeTenant, unknownId, writeUse } from "../../factories";
import { expectToAddUp, hoursAgo, playgroundCall, readSources, sumOf } from "../../usage";

useDatabase();

describe("use by source", () => {
  test("adds up: buckets, sources, keys and the grand total agree", async () => {
    const tenant = await makeTenant({ timeZone: "Asia/Tokyo" });
    const [first, second] = [await makeKey(tenant.id), await makeKey(tenant.id)];
    const legacy = await makeKey(tenant.id, { secret: `legacy-${unknownId()}` });
    const user = await makeClientUser(tenant.id);
    await makeCall(first, { inputTokens: 5, outputTokens: 5 });
    await makeCall(second, { inputTokens: 50, outputTokens: 50, costMicroUsd: null });
    await makeCall(legacy, { inputTokens: 1, outputTokens: 0 });
    await playgroundCall(tenant.id, user.id);
    await makeCall(first, { state: "failed" });

    const report = await readSources(`tenantId=${tenant.id}&bucket=day`);
    expect(report).toMatchObject({ bucket: "day", timeZone: "Asia/Tokyo", mixedTimeZones: false, truncated: false });
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
    expect(await readSources(`tenantId=${tenant.id.toUpperCase()}&bucket=day`)).toEqual(report);
  });

  test("keeps apart what one person used in the playgrounds of several clients", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    const staff = await makeStaff("admin");
    for (const { id } of [tenant, tenant, other]) await playgroundCall(id, staff.id);

    const report = await readSources("bucket=day");
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
    const report = await readSources(`tenantId=${tenant.id}&bucket=hour&from=${hoursAgo(1)}&to=${hoursAgo(-1)}`);
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

    const report = await readSources(
      `tenantId=${tenant.id}&bucket=day&from=2026-03-27T23:00:00Z&to=2026-03-30T22:00:00Z`,
    );
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
    const report = await readSources(`tenantId=${tenant.id}&bucket=${bucket}&from=${from}&to=${to}`);
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
    expect(used(await readSources(`tenantId=${tenant.id}&${range}`))).toEqual(["2026-05-01T06:15:00.000Z"]);
    expect(used(await readSources(range))).toEqual(["2026-05-01T06:00:00.000Z"]);
  });

  test("over the whole agency leaves out nobody whose today is elsewhere already tomorrow", async () => {
    const tenant = await makeTenant({ timeZone: "Pacific/Kiritimati" });
    await makeCall(await makeKey(tenant.id), { inputTokens: 77, outputTokens: 0 });
    const report = await readSources("bucket=day");
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
    const report = await readSources(query);
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
    const { totals } = await readSources(`tenantId=${tenant.id}&from=2026-04-10T00:00:00Z&to=2026-04-11T00:00:00Z`);
    expect(totals.byKey.map(({ apiKeyId }) => apiKeyId)).toEqual([ids[0], ids[1], ids[2]]);
  });

  test("is one snapshot, whose parts agree while calls are being made", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id);
    const calling = Promise.all(Array.from({ length: 60 }, () => makeCall(key)));
    for (let index = 0; index < 10; index++)
      expectToAddUp(await readSources(`tenantId=${tenant.id}&bucket=hour&from=${hoursAgo(2)}&to=${hoursAgo(-1)}`));
    await calling;
    expect((await readSources(`tenantId=${tenant.id}`)).totals.grandTotal.requests).toBe(60);
  });

  test("of ids that do not exist is empty", async () => {
    for (const query of [`tenantId=${unknownId()}`, `apiKeyId=${unknownId()}`]) {
      expect(await readSources(query)).toMatchObject({
        buckets: [],
        truncated: false,
        totals: { bySource: [], byKey: [], byUserSource: [], grandTotal: { requests: 0, totalTokens: 0 } },
      });
    }
  });
});
