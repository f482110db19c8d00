import { afterEach, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { meter } from "@/lib/metering/lifecycle";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makePlan, makeTenant, unknownId } from "../../factories";
import { counterOf } from "../../metering";
import { quietClock } from "../../quiet-clock";
import { expectToAddUp, playgroundCall, readSources } from "../../usage";

useDatabase();

afterEach(async () => {
  expect((await auditLedger(pool())).drifts).toEqual([]);
});

async function makeClient(plan: object = {}) {
  const { id: planId } = await makePlan(plan);
  const { id: tenantId } = await makeTenant({ planId, timeZone: "Asia/Kathmandu" });
  const key = await makeKey(tenantId);
  return { tenantId, key, path: `/api/admin/tenants/${tenantId}/adjustments` };
}

const adjust = (path: string, body: object) => api("POST", path, { body: { reason: "counted twice", ...body } });

describe("a correction", () => {
  test("moves the counters of client and key and all roll-ups, and stands beside the rows of the ledger", async () => {
    const { tenantId, key, path } = await makeClient({ dailyTokenLimit: 1_000 });
    await makeCall(key, { inputTokens: 400, outputTokens: 500, costMicroUsd: 90 });
    const made = await adjust(path, { apiKeyId: key.id, tokens: -300, requests: -1, costMicroUsd: -40 });
    expect(made).toMatchObject({
      status: 201,
      body: {
        tenantId,
        apiKeyId: key.id,
        tokens: -300,
        requests: -1,
        costMicroUsd: -40,
        reason: "counted twice",
        authorId: null,
        authorName: "Admin token",
      },
    });

    for (const subject of [tenantId, key.id])
      for (const window of ["day", "month"] as const)
        expect(await counterOf(pool(), subject, window)).toMatchObject({
          tokens_used: 600,
          requests_used: 0,
          cost_used: 50,
        });
    const { body: sources } = await api("GET", `/api/admin/usage/sources?tenantId=${tenantId}`);
    expect(sources.totals.grandTotal).toMatchObject({ totalTokens: 600, requests: 0, costMicroUsd: 50 });
    expect(sources.totals.byKey).toMatchObject([{ apiKeyId: key.id, totalTokens: 600 }]);
    const { body: monthly } = await api("GET", `/api/admin/usage/monthly?tenantId=${tenantId}&months=1`);
    expect(JSON.stringify(monthly)).toContain('"totalTokens":600');
    const { body: requests } = await api("GET", `/api/admin/usage/requests?tenantId=${tenantId}`);
    expect(requests.items).toMatchObject([{ totalTokens: 900 }]);
  });

  test("of the client alone leaves its keys as they were", async () => {
    const { tenantId, key, path } = await makeClient();
    await makeCall(key, { inputTokens: 400, outputTokens: 500 });
    expect((await adjust(path, { tokens: -100 })).status).toBe(201);
    expect((await counterOf(pool(), tenantId, "day")).tokens_used).toBe(800);
    expect((await counterOf(pool(), key.id, "day")).tokens_used).toBe(900);
    const { body } = await api("GET", `/api/admin/usage/sources?tenantId=${tenantId}`);
    expect(body.totals.grandTotal.totalTokens).toBe(800);
  });

  test("lets a client call again at once, and blocks it when it adds what was not counted", async () => {
    const { key, path } = await makeClient({ dailyTokenLimit: 1_000 });
    await makeCall(key, { inputTokens: 500, outputTokens: 495 });
    await expect(makeCall(key)).rejects.toThrow("refused");
    await adjust(path, { tokens: -900 });
    await makeCall(key);
    await adjust(path, { tokens: 900 });
    await expect(makeCall(key)).rejects.toThrow("refused");
  });

  test("counts in windows in which nothing was counted before, and calls count on from it", async () => {
    const { tenantId, key, path } = await makeClient({ dailyTokenLimit: 100 });
    await adjust(path, { apiKeyId: key.id, tokens: 95 });
    expect((await counterOf(pool(), key.id, "month")).tokens_used).toBe(95);
    await expect(makeCall(key)).rejects.toThrow("refused");
    await adjust(path, { apiKeyId: key.id, tokens: -50 });
    await makeCall(key);
    await meter().flush({ timeoutMs: 60_000 });
    expect((await counterOf(pool(), tenantId, "day")).tokens_used).toBe(55);
  });

  test("takes back what the day that runs has, by whatever clock it was counted, and no more", async () => {
    await quietClock({ forMs: 10_000 });
    const { tenantId, key, path } = await makeClient();
    const move = (timeZone: string) => api("PATCH", `/api/admin/tenants/${tenantId}`, { body: { timeZone } });
    await move("Pacific/Pago_Pago");
    await makeCall(key, { inputTokens: 400, outputTokens: 600 });
    await meter().flush({ timeoutMs: 60_000 });
    // There it is never the same date.
    await move("Pacific/Kiritimati");
    expect((await counterOf(pool(), tenantId, "day")).tokens_used).toBe(1_000);
    expect((await adjust(path, { tokens: -1_001 })).status).toBe(409);
    expect((await adjust(path, { tokens: -1_000 })).status).toBe(201);
    expect((await counterOf(pool(), tenantId, "day")).tokens_used).toBe(0);
    expect((await adjust(path, { tokens: -1 })).status).toBe(409);
  });

  test("of an earlier month leaves this month's counters as they are", async () => {
    const { tenantId, key, path } = await makeClient();
    await makeCall(key, { inputTokens: 4, outputTokens: 6 });
    await meter().flush({ timeoutMs: 60_000 });
    expect((await adjust(path, { tokens: 77, at: new Date(Date.now() - 70 * 86_400_000).toISOString() })).status).toBe(
      201,
    );
    expect((await counterOf(pool(), tenantId, "month")).tokens_used).toBe(10);
    const { body } = await api("GET", `/api/admin/usage/monthly?tenantId=${tenantId}&months=4`);
    expect(JSON.stringify(body)).toContain('"totalTokens":77');
  });

  test("tells what calls without a price cost, everywhere alike, so that the parts still add up", async () => {
    const { tenantId, key, path } = await makeClient();
    const user = await makeClientUser(tenantId);
    await makeCall(key, { costMicroUsd: null });
    const costs = async () => {
      const report = await readSources(`tenantId=${tenantId}`);
      expectToAddUp(report);
      const [{ body: quota }, { body: monthly }] = [
        await api("GET", `/api/admin/tenants/${tenantId}/quota`),
        await api("GET", `/api/admin/usage/monthly?tenantId=${tenantId}&months=1`),
      ];
      return [report.totals.byKey[0], report.totals.grandTotal, monthly.items[0], quota.month].map(
        (use) => use.costMicroUsd,
      );
    };
    expect(await costs()).toEqual([null, null, null, null]);
    await adjust(path, { apiKeyId: key.id, costMicroUsd: 400 });
    expect(await costs()).toEqual([400, 400, 400, 400]);
    await playgroundCall(tenantId, user.id);
    expect(await costs()).toEqual([400, 407, 407, 407]);
  });

  test("stays counted when the client moves to another time zone", async () => {
    const { tenantId, key, path } = await makeClient();
    await makeCall(key, { inputTokens: 400, outputTokens: 500 });
    await meter().flush({ timeoutMs: 60_000 });
    await adjust(path, { apiKeyId: key.id, tokens: -300 });
    await api("PATCH", `/api/admin/tenants/${tenantId}`, { body: { timeZone: "America/Los_Angeles" } });
    for (const subject of [tenantId, key.id]) expect((await counterOf(pool(), subject, "month")).tokens_used).toBe(600);
  });

  test("cannot be edited or deleted, by nobody", async () => {
    const { path } = await makeClient();
    const { body } = await adjust(path, { tokens: 5 });
    await expect(pool().query("update usage_adjustment set tokens = 6 where id = $1", [body.id])).rejects.toThrow(
      "append-only",
    );
    await expect(pool().query("delete from usage_adjustment where id = $1", [body.id])).rejects.toThrow("append-only");
  });
});

test("corrections are listed newest first, in pages, and are on the audit trail", async () => {
  const { tenantId, path } = await makeClient();
  for (const tokens of [1, 2, 3]) await adjust(path, { tokens });
  const first = await api("GET", `${path}?limit=2`);
  expect(first.body.items.map(({ tokens }: { tokens: number }) => tokens)).toEqual([3, 2]);
  const second = await api("GET", `${path}?limit=2&cursor=${first.body.nextCursor}`);
  expect(second.body).toMatchObject({ items: [{ tokens: 1 }], nextCursor: null });
  const { body } = await api("GET", `/api/admin/audit?target=tenant:${tenantId}&limit=1`);
  expect(body.items).toMatchObject([{ action: "usage.adjusted", after: { tokens: 3, reason: "counted twice" } }]);
});

describe("refused are", () => {
  test.each([
    { name: "nothing to correct", body: {}, field: "tokens" },
    { name: "a fraction", body: { tokens: 0.5 }, field: "tokens" },
    { name: "no reason", body: { tokens: 1, reason: " " }, field: "reason" },
    { name: "an instant to come", body: { tokens: 1, at: "2999-01-01T00:00:00Z" }, field: "at" },
    { name: "an unknown field", body: { tokens: 1, inputTokens: 1 }, field: "inputTokens" },
  ])("$name", async ({ body, field }) => {
    const { path } = await makeClient();
    const answer = await adjust(path, body);
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body.error.fields)).toEqual([field]);
  });

  test("more than was counted, which leaves everything as it was", async () => {
    const { tenantId, key, path } = await makeClient();
    await makeCall(key, { inputTokens: 4, outputTokens: 6 });
    await meter().flush({ timeoutMs: 60_000 });
    expect((await adjust(path, { apiKeyId: key.id, tokens: -11 })).status).toBe(409);
    expect((await counterOf(pool(), tenantId, "day")).tokens_used).toBe(10);
    expect((await api("GET", path)).body.items).toEqual([]);
  });

  test.each([
    { name: "a day that is over", days: 1 },
    { name: "a month that is over", days: 70 },
  ])("more than was counted in $name, however much there was since", async ({ days }) => {
    const { tenantId, key, path } = await makeClient();
    const at = new Date(Date.now() - days * 86_400_000).toISOString();
    await adjust(path, { apiKeyId: key.id, at, tokens: 20 });
    await adjust(path, { at, tokens: 5 });
    await makeCall(key, { inputTokens: 400, outputTokens: 600 });
    expect((await adjust(path, { apiKeyId: key.id, at, tokens: -21 })).status).toBe(409);
    expect((await adjust(path, { at, tokens: -26 })).status).toBe(409);
    expect((await adjust(path, { at, requests: -1 })).status).toBe(409);
    expect((await adjust(path, { apiKeyId: key.id, at, tokens: -20 })).status).toBe(201);
    expect((await adjust(path, { at, tokens: -5 })).status).toBe(201);

    const from = new Date(Date.now() - 80 * 86_400_000).toISOString();
    const { body } = await api("GET", `/api/admin/usage/sources?tenantId=${tenantId}&from=${from}`);
    expect(body.totals.grandTotal.totalTokens).toBe(1_000);
  });

  test("another client's key, and a client that there is not", async () => {
    const [mine, other] = [await makeClient(), await makeClient()];
    expect((await adjust(mine.path, { apiKeyId: other.key.id, tokens: 1 })).status).toBe(404);
    expect((await adjust(`/api/admin/tenants/${unknownId()}/adjustments`, { tokens: 1 })).status).toBe(404);
  });
});
