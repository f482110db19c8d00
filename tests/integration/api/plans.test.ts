import { describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makePlan, makeTenant, unique, unknownId } from "../../factories";

useDatabase();

const limits = [
  "dailyTokenLimit",
  "monthlyTokenLimit",
  "dailyRequestLimit",
  "monthlyRequestLimit",
  "requestsPerMinute",
  "monthlyCostLimitMicroUsd",
];

test("only a plan's name is required; a limit that is left out is unlimited", async () => {
  const name = unique("Plan");
  const { status, body } = await api("POST", "/api/admin/plans", { body: { name } });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    name,
    feeCents: 0,
    currency: "USD",
    ...Object.fromEntries(limits.map((each) => [each, null])),
    nearLimitPercent: 80,
    allowedModels: [],
    strict: false,
    isDefault: false,
    subscriptionCount: 0,
  });
  expect(await api("GET", `/api/admin/plans/${body.id}`)).toMatchObject({ status: 200, body });
});

test("null, zero and a missing limit stay apart", async () => {
  const plan = await makePlan({
    dailyTokenLimit: 0,
    monthlyTokenLimit: null,
    dailyRequestLimit: Number.MAX_SAFE_INTEGER,
  });
  expect(plan).toMatchObject({ dailyTokenLimit: 0, monthlyTokenLimit: null, dailyRequestLimit: 9_007_199_254_740_991 });

  const { body } = await api("PATCH", `/api/admin/plans/${plan.id}`, {
    body: { dailyTokenLimit: null, monthlyTokenLimit: 0 },
  });
  expect(body).toMatchObject({ dailyTokenLimit: null, monthlyTokenLimit: 0, dailyRequestLimit: 9_007_199_254_740_991 });
});

describe.each(limits)("the limit %s", (field) => {
  test.each([
    { name: "a text", value: '"1000"' },
    { name: "a fraction", value: "1.5" },
    { name: "a negative number", value: "-1" },
    { name: "more than 2^53 - 1", value: "9007199254740993" },
    { name: "a boolean", value: "true" },
  ])("refuses $name", async ({ value }) => {
    const { status, body } = await api("POST", "/api/admin/plans", { body: `{"name":"x","${field}":${value}}` });
    expect(status).toBe(400);
    expect(Object.keys(body.error.fields)).toEqual([field]);
  });
});

test.each([
  { name: "an unknown field", body: { name: "x", dailyTokenLimits: 5 }, field: "dailyTokenLimits" },
  { name: "no name", body: {}, field: "name" },
  { name: "an empty name", body: { name: "  " }, field: "name" },
  { name: "a name with a NUL", body: { name: "a\0b" }, field: "name" },
  { name: "half a surrogate pair", body: { name: "a\ud800" }, field: "name" },
  { name: "a near-limit share of 0", body: { name: "x", nearLimitPercent: 0 }, field: "nearLimitPercent" },
  { name: "an unknown currency", body: { name: "x", currency: "usd" }, field: "currency" },
  { name: "a model that is no text", body: { name: "x", allowedModels: [5] }, field: "allowedModels.0" },
])("$name is refused and named", async ({ body, field }) => {
  const answer = await api("POST", "/api/admin/plans", { body });
  expect(answer.status).toBe(400);
  expect(answer.body.error.fields).toHaveProperty([field]);
});

test.each([
  { name: "no JSON", body: "{oops" },
  { name: "a list", body: "[]" },
  { name: "null", body: "null" },
])("a body that is $name is malformed", async ({ body }) => {
  expect(await api("POST", "/api/admin/plans", { body })).toMatchObject({
    status: 400,
    body: { error: { code: "invalid_request" } },
  });
});

test("a body of more than 1 MB is too large", async () => {
  const body = JSON.stringify({ name: "x".repeat(1024 * 1024) });
  expect(await api("POST", "/api/admin/plans", { body })).toMatchObject({
    status: 413,
    body: { error: { code: "too_large" } },
  });
});

test("a name is given to one plan only", async () => {
  const plan = await makePlan();
  const other = await makePlan();
  expect(await api("POST", "/api/admin/plans", { body: { name: plan.name } })).toMatchObject({
    status: 409,
    body: { error: { fields: { name: "is taken" } } },
  });
  expect((await api("PATCH", `/api/admin/plans/${other.id}`, { body: { name: plan.name } })).status).toBe(409);
});

test("the default moves from plan to plan, so that there is never more than one", async () => {
  const first = await makePlan({ isDefault: true });
  const second = await makePlan({ isDefault: true });
  const third = await makePlan();
  await Promise.all(
    [third, first, second].map(({ id }) => api("PATCH", `/api/admin/plans/${id}`, { body: { isDefault: true } })),
  );

  const { body } = await api("GET", "/api/admin/plans");
  expect(body.items.filter((plan: { isDefault: boolean }) => plan.isDefault)).toHaveLength(1);
});

test("the default stays the default until another plan becomes it, so that nobody is left without limits", async () => {
  const plan = await makePlan({ isDefault: true, dailyTokenLimit: 9 });
  const tenant = await makeTenant();
  expect(await api("PATCH", `/api/admin/plans/${plan.id}`, { body: { isDefault: false } })).toMatchObject({
    status: 409,
    body: { error: { code: "conflict", fields: { isDefault: expect.any(String) } } },
  });
  expect((await api("GET", `/api/admin/tenants/${tenant.id}`)).body.plan).toMatchObject({ id: plan.id });
});

test("a plan in use, or once in use, or the default cannot be deleted; any other can", async () => {
  const [used, another, unused] = [await makePlan(), await makePlan(), await makePlan()];
  const tenant = await makeTenant({ planId: used.id });
  expect(await api("DELETE", `/api/admin/plans/${used.id}`)).toMatchObject({
    status: 409,
    body: { error: { code: "conflict" } },
  });

  await api("PUT", `/api/admin/tenants/${tenant.id}/subscription`, { body: { planId: another.id } });
  expect((await api("DELETE", `/api/admin/plans/${used.id}`)).status).toBe(409);
  expect((await api("DELETE", `/api/admin/plans/${(await makePlan({ isDefault: true })).id}`)).status).toBe(409);

  expect((await api("DELETE", `/api/admin/plans/${unused.id}`)).status).toBe(204);
  expect((await api("GET", `/api/admin/plans/${unused.id}`)).status).toBe(404);
});

describe("a change of plan moves the version", () => {
  const versionOf = async (tenantId: string) =>
    (await prisma().tenant.findUniqueOrThrow({ where: { id: tenantId } })).version;

  test("of the tenants on it, and of no other", async () => {
    const [plan, other] = [await makePlan(), await makePlan()];
    const [on, off] = [await makeTenant({ planId: plan.id }), await makeTenant({ planId: other.id })];
    const before = [await versionOf(on.id), await versionOf(off.id)] as const;

    await api("PATCH", `/api/admin/plans/${plan.id}`, { body: { dailyTokenLimit: 5 } });
    expect(await versionOf(on.id)).toBe(before[0] + 1);
    expect(await versionOf(off.id)).toBe(before[1]);
  });

  test("of tenants that will be on it later", async () => {
    const plan = await makePlan();
    const tenant = await makeTenant();
    await api("PUT", `/api/admin/tenants/${tenant.id}/subscription`, {
      body: { planId: plan.id, startsAt: "2099-01-01T00:00:00Z" },
    });
    const before = await versionOf(tenant.id);

    await api("PATCH", `/api/admin/plans/${plan.id}`, { body: { dailyTokenLimit: 5 } });
    expect(await versionOf(tenant.id)).toBe(before + 1);
  });

  test("of every tenant, when it is or becomes the default", async () => {
    const tenant = await makeTenant();
    const before = await versionOf(tenant.id);
    const plan = await makePlan({ isDefault: true });
    expect(await versionOf(tenant.id)).toBe(before + 1);

    await api("PATCH", `/api/admin/plans/${plan.id}`, { body: { dailyTokenLimit: 5 } });
    expect(await versionOf(tenant.id)).toBe(before + 2);
  });

  test("of nobody when nothing changes", async () => {
    const plan = await makePlan({ dailyTokenLimit: 5 });
    const tenant = await makeTenant({ planId: plan.id });
    const before = await versionOf(tenant.id);
    await api("PATCH", `/api/admin/plans/${plan.id}`, { body: { dailyTokenLimit: 5 } });
    expect(await versionOf(tenant.id)).toBe(before);
  });

  test("also of tenants that are put on it at the same time, whatever the order", async () => {
    const [plan, other] = [await makePlan(), await makePlan()];
    const tenants = await Promise.all(Array.from({ length: 6 }, () => makeTenant({ planId: other.id })));
    await Promise.all([
      ...tenants.map(({ id }) => api("PUT", `/api/admin/tenants/${id}/subscription`, { body: { planId: plan.id } })),
      ...[1, 2, 3].map((dailyTokenLimit) => api("PATCH", `/api/admin/plans/${plan.id}`, { body: { dailyTokenLimit } })),
    ]).then((answers) => expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200])));
  });
});

test.each(["GET", "PATCH", "DELETE"] as const)("%s of a plan that does not exist is not found", async (method) => {
  const body = method === "PATCH" ? {} : undefined;
  expect((await api(method, `/api/admin/plans/${unknownId()}`, { body })).status).toBe(404);
  expect((await api(method, "/api/admin/plans/no-id", { body })).status).toBe(404);
});

describe("a retired plan", () => {
  const retire = (planId: string) => api("POST", `/api/admin/plans/${planId}/retirement`);

  test("keeps the clients that are on it, and takes no other", async () => {
    const plan = await makePlan({ dailyTokenLimit: 10 });
    const tenant = await makeTenant({ planId: plan.id });
    const retired = await retire(plan.id);
    expect(retired).toMatchObject({
      status: 200,
      body: { ...plan, retiredAt: expect.any(String), subscriptionCount: 1 },
    });
    expect((await retire(plan.id)).body).toEqual(retired.body);

    const refused = { status: 409, body: { error: { code: "conflict", fields: { planId: "is retired" } } } };
    expect(
      await api("POST", "/api/admin/tenants", { body: { name: unique("Client"), planId: plan.id } }),
    ).toMatchObject(refused);
    const other = await makeTenant();
    expect(
      await api("PUT", `/api/admin/tenants/${other.id}/subscription`, { body: { planId: plan.id } }),
    ).toMatchObject(refused);
    expect((await api("GET", `/api/admin/tenants/${tenant.id}`)).body.plan).toMatchObject({ id: plan.id });
    expect((await api("GET", `/api/admin/tenants/${other.id}`)).body.plan?.id).not.toBe(plan.id);
  });

  test("is put back on offer", async () => {
    const plan = await makePlan();
    await retire(plan.id);
    const back = await api("DELETE", `/api/admin/plans/${plan.id}/retirement`);
    expect(back).toMatchObject({ status: 200, body: { retiredAt: null } });
    expect((await makeTenant({ planId: plan.id })).plan).toMatchObject({ id: plan.id });
  });

  test("is not the default, and does not become it", async () => {
    const plan = await makePlan({ isDefault: true });
    expect((await retire(plan.id)).status).toBe(409);
    await makePlan({ isDefault: true });
    expect((await retire(plan.id)).status).toBe(200);
    expect((await api("PATCH", `/api/admin/plans/${plan.id}`, { body: { isDefault: true } })).status).toBe(409);
  });
});
