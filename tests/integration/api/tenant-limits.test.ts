import { describe, expect, test } from "vitest";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makePlan, makeTenant } from "../../factories";
import { change, dailyTokens, quota } from "../../tenants";

useDatabase();

describe("the override of daily tokens", () => {
  test("replaces the plan's limit, may be zero, and is taken back by null with its reason and expiry", async () => {
    const tenant = await makeTenant({ planId: (await makePlan({ dailyTokenLimit: 100 })).id });

    const raised = await change(tenant.id, {
      dailyTokenLimit: 500,
      dailyTokenLimitReason: "launch",
      dailyTokenLimitExpiresAt: "2099-01-01T01:00:00+01:00",
    });
    expect(raised.body).toMatchObject({
      dailyTokenLimit: 500,
      dailyTokenLimitReason: "launch",
      dailyTokenLimitExpiresAt: "2099-01-01T00:00:00.000Z",
    });
    expect(await dailyTokens(tenant.id)).toMatchObject({ cap: 500, origin: "override" });
    expect((await quota(tenant.id)).dailyTokenLimit).toEqual({
      effective: 500,
      fromPlan: 100,
      override: 500,
      overrideReason: "launch",
      overrideExpiresAt: "2099-01-01T00:00:00.000Z",
    });
    // The reason is for colleagues.
    const own = await api("GET", "/api/usage/quota", { as: { user: await makeClientUser(tenant.id) } });
    expect(own.body.dailyTokenLimit).toMatchObject({ override: 500, overrideReason: null });

    await change(tenant.id, { dailyTokenLimit: 0 });
    expect(await dailyTokens(tenant.id)).toMatchObject({ cap: 0, origin: "override", remaining: 0, near: true });
    expect(await quota(tenant.id)).toMatchObject({ canGenerate: false, remainingTokens: 0, nearLimit: true });

    const takenBack = await change(tenant.id, { dailyTokenLimit: null });
    expect(takenBack.body).toMatchObject({
      dailyTokenLimit: null,
      dailyTokenLimitReason: null,
      dailyTokenLimitExpiresAt: null,
    });
    expect(await dailyTokens(tenant.id)).toMatchObject({ cap: 100, origin: "plan" });
  });

  test("stays as it is when another field changes", async () => {
    const tenant = await makeTenant();
    await change(tenant.id, { dailyTokenLimit: 0, dailyTokenLimitReason: "unpaid" });
    expect((await change(tenant.id, { name: "Renamed" })).body).toMatchObject({
      name: "Renamed",
      dailyTokenLimit: 0,
      dailyTokenLimitReason: "unpaid",
    });
  });

  test("is over when it has expired, and a new one does not inherit that", async () => {
    const tenant = await makeTenant({ planId: (await makePlan({ dailyTokenLimit: 100 })).id });
    await change(tenant.id, {
      dailyTokenLimit: 500,
      dailyTokenLimitReason: "launch",
      dailyTokenLimitExpiresAt: "2020-01-01T00:00:00Z",
    });
    expect(await dailyTokens(tenant.id)).toMatchObject({ cap: 100, origin: "plan" });
    expect((await quota(tenant.id)).dailyTokenLimit).toMatchObject({
      effective: 100,
      override: null,
      overrideReason: null,
    });

    const renewed = await change(tenant.id, { dailyTokenLimit: 700 });
    expect(renewed.body).toMatchObject({
      dailyTokenLimit: 700,
      dailyTokenLimitReason: null,
      dailyTokenLimitExpiresAt: null,
    });
    expect(await dailyTokens(tenant.id)).toMatchObject({ cap: 700 });
  });

  test.each([
    { name: "a text", body: { dailyTokenLimit: "5" }, field: "dailyTokenLimit" },
    { name: "a negative number", body: { dailyTokenLimit: -5 }, field: "dailyTokenLimit" },
    { name: "2^53", body: { dailyTokenLimit: 2 ** 53 }, field: "dailyTokenLimit" },
    {
      name: "an expiry without an override",
      body: { dailyTokenLimitExpiresAt: "2099-01-01T00:00:00Z" },
      field: "dailyTokenLimitExpiresAt",
    },
    {
      name: "an expiry that is no instant",
      body: { dailyTokenLimit: 5, dailyTokenLimitExpiresAt: "tomorrow" },
      field: "dailyTokenLimitExpiresAt",
    },
    { name: "an unknown status", body: { status: "paused" }, field: "status" },
    { name: "a slug", body: { slug: "new" }, field: "slug" },
  ])("refuses $name", async ({ body, field }) => {
    const answer = await change((await makeTenant()).id, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.fields).toHaveProperty(field);
  });
});

describe("what was used", () => {
  test("shows at once, and neither a new plan nor an override resets it", async () => {
    const tenant = await makeTenant({ planId: (await makePlan({ dailyTokenLimit: 100, monthlyRequestLimit: 10 })).id });
    const key = await makeKey(tenant.id, { dailyRequestLimit: 5 });
    await makeCall(key, { inputTokens: 30, outputTokens: 40 });

    const { limits } = await quota(tenant.id);
    const find = (subject: string, metric: string) =>
      limits.find((each: { subject: string; metric: string }) => each.subject === subject && each.metric === metric);
    expect(find("tenant", "tokens")).toMatchObject({
      cap: 100,
      used: 70,
      reserved: 0,
      remaining: 30,
      binding: true,
      near: false,
    });
    expect(find("tenant", "requests")).toMatchObject({
      window: "month",
      cap: 10,
      used: 1,
      remaining: 9,
      binding: false,
    });
    expect(find("key", "requests")).toMatchObject({
      subjectId: key.id,
      cap: 5,
      used: 1,
      remaining: 4,
      origin: "key",
      binding: true,
    });

    await change(tenant.id, { dailyTokenLimit: 50 });
    expect(await dailyTokens(tenant.id)).toMatchObject({ cap: 50, used: 70, remaining: 0, near: true });
    await api("PUT", `/api/admin/tenants/${tenant.id}/subscription`, {
      body: { planId: (await makePlan({ monthlyTokenLimit: 80 })).id },
    });
    expect((await quota(tenant.id)).limits.find((each: { window: string }) => each.window === "month")).toMatchObject({
      cap: 80,
      used: 70,
      near: true,
    });
    expect(await quota(tenant.id)).toMatchObject({
      today: { requests: 1, tokens: 70 },
      month: { requests: 1, tokens: 70, costMicroUsd: 7 },
    });
  });

  test("is kept by a change of time zone", async () => {
    const tenant = await makeTenant({
      planId: (await makePlan({ dailyTokenLimit: 100 })).id,
      timeZone: "Pacific/Kiritimati",
    });
    await makeCall(await makeKey(tenant.id), { inputTokens: 10, outputTokens: 10 });
    expect((await change(tenant.id, { timeZone: "Pacific/Kiritimati" })).body.timeZone).toBe("Pacific/Kiritimati");
    await change(tenant.id, { timeZone: "Europe/Berlin" });
    expect(await quota(tenant.id)).toMatchObject({ timeZone: "Europe/Berlin", today: { tokens: 20 } });
  });

  test("is in the list of clients, with the tightest limit of the day and of the month", async () => {
    const plan = await makePlan({ dailyTokenLimit: 100, dailyRequestLimit: 2, monthlyTokenLimit: 1_000 });
    const tenant = await makeTenant({ planId: plan.id });
    await makeCall(await makeKey(tenant.id), { inputTokens: 20, outputTokens: 0 });

    const { body } = await api("GET", "/api/admin/tenants");
    expect(body.items.find((each: { id: string }) => each.id === tenant.id)).toMatchObject({
      plan: { name: plan.name },
      today: { metric: "requests", cap: 2, used: 1 },
      month: { metric: "tokens", cap: 1_000, used: 20 },
      usedThisMonth: { requests: 1, tokens: 20 },
      activeKeys: 1,
      lastUsedAt: expect.stringMatching(/Z$/),
    });
  });
});
