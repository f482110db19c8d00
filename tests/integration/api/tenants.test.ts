import { describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makePlan, makeTenant, unknownId } from "../../factories";
import { change, dailyTokens } from "../../tenants";

useDatabase();

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
      Array.from({ length: 12 }, () => api("POST", "/api/admin/tenants", { body: { name: "Acme GmbH" } })),
    );
    const numbered = Array.from({ length: 11 }, (_, index) => `acme-gmbh-${index + 2}`);
    expect(new Set(made.map(({ body }) => body.slug))).toEqual(new Set(["acme-gmbh", ...numbered]));
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
