import { describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makePlan, makeTenant, unknownId } from "../../factories";

useDatabase();

const change = (tenantId: string, body: object) => api("PATCH", `/api/admin/tenants/${tenantId}`, { body });
const quota = async (tenantId: string) => (await api("GET", `/api/admin/tenants/${tenantId}/quota`)).body;
const dailyTokens = async (tenantId: string) =>
  (await quota(tenantId)).limits.find(
    (limit: { metric: string; window: string; subject: string }) =>
      limit.subject === "tenant" && limit.metric === "tokens" && limit.window === "day",
  );

describe("a new client", () => {
  test("gets a slug from its name, the agency's zone, and no override", async () => {
    const { status, body } = await api("POST", "/api/admin/tenants", { body: { name: "Ünique Straße & Söhne" } });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      slug: "unique-strasse-sohne",
      status: "active",
      timeZone: "UTC",
      dailyTokenLimit: null,
      dailyTokenLimitReason: null,
      dailyTokenLimitExpiresAt: null,
      plan: null,
      subscription: null,
      archivedAt: null,
    });
  });

  test("shares its name's slug with nobody, also when several are made at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => api("POST", "/api/admin/tenants", { body: { name: "Acme GmbH" } })),
    );
    expect(made.map(({ body }) => body.slug).toSorted()).toEqual([
      "acme-gmbh",
      "acme-gmbh-2",
      "acme-gmbh-3",
      "acme-gmbh-4",
      "acme-gmbh-5",
    ]);
  });

  test("may bring its slug, unless it is taken", async () => {
    const tenant = await makeTenant({ slug: "chosen" });
    expect(tenant.slug).toBe("chosen");
    const again = await api("POST", "/api/admin/tenants", { body: { name: "Another", slug: "chosen" } });
    expect(again).toMatchObject({ status: 409, body: { error: { fields: { slug: "is taken" } } } });
  });

  test("is on the plan that is given", async () => {
    const plan = await makePlan({ dailyTokenLimit: 100 });
    const tenant = await makeTenant({ planId: plan.id, timeZone: "Asia/Kathmandu" });
    expect(tenant).toMatchObject({
      timeZone: "Asia/Kathmandu",
      plan: { id: plan.id, origin: "subscription" },
      subscription: { planId: plan.id, endsAt: null },
    });
    expect(await dailyTokens(tenant.id)).toMatchObject({
      cap: 100,
      origin: "plan",
      used: 0,
      reserved: 0,
      remaining: 100,
      near: false,
      binding: true,
    });
  });

  test.each([
    { name: "a plan that does not exist", wrong: { planId: unknownId() }, field: "planId" },
    { name: "a plan id that is none", wrong: { planId: "starter" }, field: "planId" },
    { name: "an unknown time zone", wrong: { timeZone: "Mars/Olympus" }, field: "timeZone" },
    { name: "an offset for a time zone", wrong: { timeZone: "+02:00" }, field: "timeZone" },
    { name: "a slug with capitals", wrong: { slug: "Acme" }, field: "slug" },
    { name: "an unknown field", wrong: { dailyTokenLimit: 5 }, field: "dailyTokenLimit" },
  ])("with $name is refused", async ({ wrong, field }) => {
    const { status, body } = await api("POST", "/api/admin/tenants", { body: { name: "x", ...wrong } });
    expect(status).toBe(400);
    expect(body.error.fields).toHaveProperty(field);
  });
});

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

  test("that begins later leaves the tenant on its plan until then", async () => {
    const [first, second] = [await makePlan(), await makePlan()];
    const tenant = await makeTenant({ planId: first.id });
    await subscribe(tenant.id, { planId: second.id, startsAt: "2099-01-01T00:00:00Z", endsAt: "2100-01-01T00:00:00Z" });
    expect((await api("GET", `/api/admin/tenants/${tenant.id}`)).body).toMatchObject({
      plan: { id: first.id },
      subscription: { endsAt: "2099-01-01T00:00:00.000Z" },
    });
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
    await api("PATCH", `/api/admin/plans/${standard.id}`, { body: { isDefault: false } });
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

describe("archiving", () => {
  test("takes a client out of the list, keeps it readable, and can be repeated", async () => {
    const tenant = await makeTenant();
    expect((await api("DELETE", `/api/admin/tenants/${tenant.id}`)).status).toBe(204);
    expect((await api("DELETE", `/api/admin/tenants/${tenant.id}`)).status).toBe(204);

    const ids = async (query: string) =>
      (await api("GET", `/api/admin/tenants${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await ids("")).not.toContain(tenant.id);
    expect(await ids("?archived=true")).toContain(tenant.id);
    expect((await api("GET", `/api/admin/tenants/${tenant.id}`)).body.archivedAt).toMatch(/Z$/);
    expect((await change(tenant.id, { name: "x" })).status).toBe(409);
    expect((await api("POST", `/api/admin/tenants/${tenant.id}/keys`, { body: { name: "x" } })).status).toBe(409);
  });
});

test("each change moves the tenant's version once, and one that changes nothing does not", async () => {
  const tenant = await makeTenant();
  const version = async () => (await prisma().tenant.findUniqueOrThrow({ where: { id: tenant.id } })).version;
  const before = await version();
  await change(tenant.id, { status: "suspended" });
  await change(tenant.id, { status: "suspended" });
  expect(await version()).toBe(before + 1);
});

test("changes are on record with what was before and after, and who did it", async () => {
  const tenant = await makeTenant();
  await change(tenant.id, { dailyTokenLimit: 5, dailyTokenLimitReason: "trial" });

  const { body } = await api("GET", `/api/admin/audit?target=tenant:${tenant.id}&limit=1`);
  expect(body.items).toMatchObject([
    {
      action: "tenant.updated",
      actorId: null,
      actorName: "Admin token",
      tenantId: tenant.id,
      before: { dailyTokenLimit: null, dailyTokenLimitReason: null },
      after: { dailyTokenLimit: 5, dailyTokenLimitReason: "trial" },
    },
  ]);
  const next = await api("GET", `/api/admin/audit?target=tenant:${tenant.id}&limit=1&cursor=${body.nextCursor}`);
  expect(next.body).toMatchObject({ items: [{ action: "tenant.created", before: null }], nextCursor: null });
});

test.each([
  ["GET", ""],
  ["PATCH", ""],
  ["DELETE", ""],
  ["GET", "/quota"],
  ["GET", "/keys"],
  ["POST", "/keys"],
  ["PUT", "/subscription"],
] as const)("%s of a client%s that does not exist is not found", async (method, path) => {
  const bodies: Record<string, object> = { PATCH: {}, POST: { name: "x" }, PUT: { planId: (await makePlan()).id } };
  expect((await api(method, `/api/admin/tenants/${unknownId()}${path}`, { body: bodies[method] })).status).toBe(404);
  expect((await api(method, `/api/admin/tenants/acme${path}`, { body: bodies[method] })).status).toBe(404);
});
