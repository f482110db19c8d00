import { beforeAll, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api, type Caller, listEndpoints, type Method } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makePlan, makeStaff, makeTenant, unique, unknownId } from "../../factories";

useDatabase();

/** What each endpoint is: a read, a change. One that is not listed here fails the test. */
const reads = [
  "/api/admin/audit",
  "/api/admin/audit.csv",
  "/api/admin/overview",
  "/api/admin/overview/use",
  "/api/admin/plans",
  "/api/admin/plans/[planId]",
  "/api/admin/providers",
  "/api/admin/providers/[providerId]",
  "/api/admin/providers/[providerId]/prices",
  "/api/admin/providers/health",
  "/api/admin/search",
  "/api/admin/settings",
  "/api/admin/settings/retention",
  "/api/admin/settings/retention/preview",
  "/api/admin/tenants",
  "/api/admin/tenants/[tenantId]",
  "/api/admin/tenants/[tenantId]/adjustments",
  "/api/admin/tenants/[tenantId]/keys",
  "/api/admin/tenants/[tenantId]/keys/[keyId]",
  "/api/admin/tenants/[tenantId]/keys/[keyId]/attempts",
  "/api/admin/tenants/[tenantId]/people",
  "/api/admin/tenants/[tenantId]/quota",
  "/api/admin/tenants/[tenantId]/refusals",
  "/api/admin/tokens",
  "/api/admin/usage/monthly",
  "/api/admin/usage/monthly.csv",
  "/api/admin/usage/requests",
  "/api/admin/usage/requests.csv",
  "/api/admin/usage/sources",
  "/api/admin/usage/sources.csv",
].map((path) => `GET ${path}`);

const changes = [
  "POST /api/admin/plans",
  "PATCH /api/admin/plans/[planId]",
  "DELETE /api/admin/plans/[planId]",
  "POST /api/admin/plans/[planId]/preview",
  "POST /api/admin/plans/[planId]/retirement",
  "DELETE /api/admin/plans/[planId]/retirement",
  "POST /api/admin/providers",
  "PATCH /api/admin/providers/[providerId]",
  "DELETE /api/admin/providers/[providerId]",
  "POST /api/admin/providers/[providerId]/test",
  "POST /api/admin/providers/[providerId]/prices",
  "PATCH /api/admin/providers/[providerId]/prices/[priceId]",
  "DELETE /api/admin/providers/[providerId]/prices/[priceId]",
  "POST /api/admin/tenants",
  "PATCH /api/admin/tenants/[tenantId]",
  "DELETE /api/admin/tenants/[tenantId]",
  "POST /api/admin/tenants/[tenantId]/restoration",
  "PUT /api/admin/tenants/[tenantId]/subscription",
  "POST /api/admin/tenants/[tenantId]/adjustments",
  "POST /api/admin/tenants/[tenantId]/usage-import",
  "POST /api/admin/tenants/[tenantId]/keys",
  "PATCH /api/admin/tenants/[tenantId]/keys/[keyId]",
  "POST /api/admin/tenants/[tenantId]/keys/[keyId]/revocation",
  "POST /api/admin/tenants/[tenantId]/keys/[keyId]/rotation",
  "POST /api/admin/tenants/[tenantId]/people",
  "PATCH /api/admin/tenants/[tenantId]/people/[userId]",
  "DELETE /api/admin/tenants/[tenantId]/people/[userId]",
  "POST /api/admin/tenants/[tenantId]/people/[userId]/link",
  "DELETE /api/admin/tenants/[tenantId]/people/[userId]/sessions",
  "DELETE /api/admin/tenants/[tenantId]/people/[userId]/second-step",
];

/** What is for the owner alone, and for scripts with the admin token. */
const owners = [
  "PATCH /api/admin/settings",
  "PUT /api/admin/settings/logo",
  "DELETE /api/admin/settings/logo",
  "PUT /api/admin/settings/retention/[tenantId]",
  "GET /api/admin/team",
  "POST /api/admin/team",
  "PATCH /api/admin/team/[userId]",
  "DELETE /api/admin/team/[userId]",
  "POST /api/admin/team/[userId]/link",
  "DELETE /api/admin/team/[userId]/sessions",
  "DELETE /api/admin/team/[userId]/second-step",
  "POST /api/admin/tokens",
  "POST /api/admin/tokens/[tokenId]/revocation",
];

/** What clients may see of themselves. */
const own = [
  "/api/usage/keys",
  "/api/usage/monthly",
  "/api/usage/monthly.csv",
  "/api/usage/quota",
  "/api/usage/requests",
  "/api/usage/requests.csv",
  "/api/usage/sources",
  "/api/usage/sources.csv",
].map((path) => `GET ${path}`);

/** What the managers among a client's people may do, signed in. */
const managed = ["POST /api/usage/keys", "POST /api/usage/keys/[keyId]/revocation"];

/** What a signed-in user does with what is their own. */
const sessionsOnly = [
  "GET /api/auth/me",
  "POST /api/auth/me/password",
  "POST /api/auth/me/second-step",
  "POST /api/auth/me/second-step/confirmation",
  "POST /api/auth/me/second-step/removal",
  "DELETE /api/auth/me/sessions",
  "GET /api/playground",
];

/** A key that is presented wins over a session, and a provider has to be there: `playground.test.ts` says who may. */
const ofPlayground = ["POST /api/playground", "GET /api/playground/models"];

/** What is there before anybody is signed in, and what it answers to nobody who sends nothing of use. */
const open: Record<string, number> = {
  "GET /api/health/live": 200,
  "GET /api/health/ready": 200,
  "GET /api/logo": 404,
  "GET /api/openapi.json": 200,
  "GET /api/setup": 200,
  "POST /api/setup": 400,
  "POST /api/auth/password": 400,
  "POST /api/auth/password-reset": 400,
};

const kindOf: Record<string, keyof (typeof table)["nobody"]> = {
  ...Object.fromEntries(reads.map((endpoint) => [endpoint, "read"])),
  ...Object.fromEntries(changes.map((endpoint) => [endpoint, "change"])),
  ...Object.fromEntries(owners.map((endpoint) => [endpoint, "owners"])),
  ...Object.fromEntries(own.map((endpoint) => [endpoint, "own"])),
  ...Object.fromEntries(managed.map((endpoint) => [endpoint, "managed"])),
};

/** Who is let through, and what the others get. */
const table = {
  nobody: { read: 401, change: 401, owners: 401, own: 401, managed: 401 },
  "wrong token": { read: 401, change: 401, owners: 401, own: 401, managed: 401 },
  "key holder": { read: 401, change: 401, owners: 401, own: "passes", managed: 401 },
  "client's member": { read: 403, change: 403, owners: 403, own: "passes", managed: 403 },
  "client's manager": { read: 403, change: 403, owners: 403, own: "passes", managed: "passes" },
  viewer: { read: "passes", change: 403, owners: 403, own: "passes", managed: 404 },
  "reading token": { read: "passes", change: 403, owners: 403, own: "passes", managed: 401 },
  admin: { read: "passes", change: "passes", owners: 403, own: "passes", managed: 404 },
  "writing token": { read: "passes", change: "passes", owners: 403, own: "passes", managed: 401 },
  owner: { read: "passes", change: "passes", owners: "passes", own: "passes", managed: 404 },
  "admin token": { read: "passes", change: "passes", owners: "passes", own: "passes", managed: 401 },
} as const satisfies Record<string, Record<string, number | "passes">>;

type CallerName = keyof typeof table;

/** What is sent beside `{}` so that an endpoint gets as far as looking for what its path names. */
const validBodies: Record<string, () => unknown> = {
  "POST /api/admin/providers/[providerId]/prices": () => ({ modelPattern: "m", inputMicroUsd: 1, outputMicroUsd: 1 }),
  "PUT /api/admin/tenants/[tenantId]/subscription": () => ({ planId: ids.planId }),
  "POST /api/admin/tenants/[tenantId]/adjustments": () => ({ tokens: 1, reason: "none of ours" }),
  "POST /api/admin/tenants/[tenantId]/usage-import": () => "at,requests\n",
  "POST /api/admin/tenants/[tenantId]/people": () => ({ name: "x", email: "x@none.test", role: "member" }),
  "PATCH /api/admin/tenants/[tenantId]/people/[userId]": () => ({ role: "manager" }),
  "PATCH /api/admin/team/[userId]": () => ({ role: "admin" }),
  "PUT /api/admin/settings/retention/[tenantId]": () => ({ months: 6 }),
  "POST /api/admin/tenants/[tenantId]/keys": () => ({ name: "none of ours" }),
};

type Ids = Record<string, string>;

const callers = {} as Record<CallerName, Caller>;
let ids: Ids;
let otherIds: Ids;
let slugs: { own: string; other: string };

beforeAll(async () => {
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id);
  ids = await makeThings(tenant.id, key.id);
  const otherTenant = await makeTenant();
  const otherKey = await makeKey(otherTenant.id);
  otherIds = await makeThings(otherTenant.id, otherKey.id);
  slugs = { own: tenant.slug, other: otherTenant.slug };
  await makeCall(otherKey);

  const tokenOf = async (scope: "read" | "write") =>
    (await api("POST", "/api/admin/tokens", { body: { name: scope, scope } })).body.secret as string;
  const manager = await makeClientUser(tenant.id);
  await prisma().membership.updateMany({ where: { userId: manager.id }, data: { role: "manager" } });
  Object.assign(callers, {
    nobody: "nobody",
    "wrong token": { bearer: "not-the-admin-token-0123456789" },
    "key holder": { bearer: key.secret },
    "client's member": { user: await makeClientUser(tenant.id) },
    "client's manager": { user: manager },
    "reading token": { bearer: await tokenOf("read") },
    "writing token": { bearer: await tokenOf("write") },
    "admin token": "script",
  });
  for (const role of ["owner", "admin", "viewer"] as const) callers[role] = { user: await makeStaff(role) };
});

test("every endpoint stands in the table of who may use it", async () => {
  const known = (await listEndpoints(""))
    .filter(({ path }) => !path.includes("unknown"))
    .map(({ method, path }) => `${method} ${path}`);
  expect(known.toSorted()).toEqual(
    [...Object.keys(kindOf), ...sessionsOnly, ...ofPlayground, ...Object.keys(open)].toSorted(),
  );
});

describe("what is one's own, and asked for in a session", () => {
  test.each(sessionsOnly)("%s is for whoever is signed in, and opened by no token or key", async (endpoint) => {
    for (const caller of [
      "nobody",
      "wrong token",
      "key holder",
      "reading token",
      "writing token",
      "admin token",
    ] as const)
      expect((await callEndpoint(endpoint, caller, { ids })).status, caller).toBe(401);
    for (const caller of ["client's member", "client's manager", "viewer", "admin", "owner"] as const) {
      if (endpoint.startsWith("DELETE")) continue;
      const { status } = await callEndpoint(endpoint, caller, { ids, query: `?tenant=${slugs.own}` });
      const mayNot = caller === "viewer" && endpoint.includes("playground");
      expect(status, caller).toBe(mayNot ? 403 : endpoint.startsWith("GET") ? 200 : 400);
    }
  });
});

describe("what is open to everybody", () => {
  test.each(Object.entries(open))("%s tells nothing of anybody: %i", async (endpoint, expected) => {
    const answer = await callEndpoint(endpoint, "nobody", { ids });
    expect(answer.status).toBe(expected);
    const told = JSON.stringify(answer.body);
    for (const text of ["@agency.test", "@client.test", slugs.own, slugs.other]) expect(told).not.toContain(text);
  });
});

describe.each(Object.keys(table) as CallerName[])("%s", (caller) => {
  test.each(Object.entries(kindOf))("at %s, a matter of %s", async (endpoint, kind) => {
    const expected = table[caller][kind];
    const query = kind === "own" || kind === "managed" ? `?tenant=${slugs.own}` : "";
    if (expected !== "passes") {
      expect((await callEndpoint(endpoint, caller, { ids, query })).status).toBe(expected);
      return;
    }
    // A change without its input is malformed, and that is told only to those who may make it; what takes no input is
    // asked of a thing that is not there.
    const takesNoInput = /^DELETE|\/(test|restoration|retirement|revocation|link)$/.test(endpoint);
    const { status } = await callEndpoint(endpoint, caller, { ids: takesNoInput ? unknownIds() : ids, query });
    expect(status).toBe(takesNoInput ? 404 : endpoint.startsWith("GET") ? 200 : 400);
  });
});

describe("what is not there, or is another's", () => {
  const withIds = Object.keys(kindOf).filter((endpoint) => endpoint.includes("[") && !managed.includes(endpoint));
  const nested = withIds.filter((endpoint) => endpoint.split("[").length > 2);

  test.each(withIds)("%s answers 404 for ids of nothing, and for what is no id", async (endpoint) => {
    const body = validBodies[endpoint]?.() ?? {};
    for (const given of [unknownIds(), Object.fromEntries(Object.keys(ids).map((name) => [name, "none"]))])
      expect((await callEndpoint(endpoint, "admin token", { ids: given, body })).status).toBe(404);
  });

  test.each(nested)("%s answers 404 for a thing that belongs to another, and leaves it as it is", async (endpoint) => {
    const outer = endpoint.includes("[tenantId]") ? "tenantId" : "providerId";
    const given = { ...otherIds, [outer]: ids[outer] as string };
    const body = validBodies[endpoint]?.() ?? {};
    expect((await callEndpoint(endpoint, "admin token", { ids: given, body })).status).toBe(404);
    const [key, price, member] = await Promise.all([
      prisma().apiKey.findUniqueOrThrow({ where: { id: otherIds.keyId as string } }),
      prisma().modelPrice.findUniqueOrThrow({ where: { id: otherIds.priceId as string } }),
      prisma().user.findUniqueOrThrow({ where: { id: otherIds.userId as string }, include: { memberships: true } }),
    ]);
    expect([key.revokedAt, key.version, price.modelPattern]).toEqual([null, 1, "mock"]);
    expect([member.sessionVersion, member.memberships]).toMatchObject([1, [{ role: "member" }]]);
  });

  test.each(own)("%s answers 404 to a client who names another", async (endpoint) => {
    for (const caller of ["key holder", "client's member", "client's manager"] as const) {
      for (const slug of [slugs.other, "nobody-of-ours"])
        expect((await callEndpoint(endpoint, caller, { ids, query: `?tenant=${slug}` })).status).toBe(404);
    }
  });

  test("a client who asks for another's key finds nothing of it", async () => {
    for (const caller of ["key holder", "client's member", "client's manager"] as const) {
      const ask = async (path: string) =>
        (await api("GET", `${path}?apiKeyId=${otherIds.keyId}`, { as: callers[caller] })).body;
      expect(await ask("/api/usage/requests")).toEqual({ items: [], nextCursor: null });
      const { totals } = await ask("/api/usage/sources");
      expect(totals).toMatchObject({ byKey: [], grandTotal: { requests: 0, totalTokens: 0 } });
      expect(await ask("/api/usage/requests.csv")).not.toContain("key ");
    }
  });

  test("another's key cannot be made to bear a correction", async () => {
    const body = { apiKeyId: otherIds.keyId, tokens: 5, reason: "not its own" };
    expect((await api("POST", `/api/admin/tenants/${ids.tenantId}/adjustments`, { body })).status).toBe(404);
  });
});

describe("a change in a browser session", () => {
  test("is refused when it comes from another site", async () => {
    const { user } = callers.owner as { user: { id: string; sessionVersion: number } };
    const foreign = await api("POST", "/api/admin/plans", {
      as: { user, origin: "https://evil.test" },
      body: { name: "x" },
    });
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });

    const fetched = await api("POST", "/api/admin/plans", {
      as: { user, origin: null },
      headers: { "sec-fetch-site": "cross-site" },
      body: { name: "x" },
    });
    expect(fetched.status).toBe(403);
  });

  const changing = [...Object.keys(kindOf), ...sessionsOnly].filter((endpoint) => !endpoint.startsWith("GET "));

  test.each(changing)("%s is refused to another site, whichever way the browser tells it", async (endpoint) => {
    const { user } = callers.owner as { user: { id: string; sessionVersion: number } };
    const [method, template] = endpoint.split(" ") as [Method, string];
    const path = template.replace(/\[(\w+)\]/g, (_, name: string) => ids[name] as string);
    const body = validBodies[endpoint]?.() ?? {};
    for (const [origin, site] of [
      ["https://evil.test", null],
      ["null", null],
      [null, "cross-site"],
      ["http://sluice.test", "same-site"],
    ] as const) {
      const answer = await api(method, path, {
        as: { user, origin },
        headers: site === null ? {} : { "sec-fetch-site": site },
        body,
      });
      expect(answer).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    }
  });

  test("is refused once the user was signed out everywhere", async () => {
    const user = await makeStaff("owner");
    const old = { user: { id: user.id, sessionVersion: user.sessionVersion - 1 } };
    expect((await api("GET", "/api/admin/plans", { as: old })).status).toBe(401);
    expect((await api("GET", "/api/admin/plans", { as: { user } })).status).toBe(200);
  });
});

test("an address that does not exist is told in JSON, to staff only", async () => {
  expect(await api("GET", "/api/admin/nothing/here")).toMatchObject({
    status: 404,
    body: { error: { code: "not_found" } },
  });
  expect((await api("GET", "/api/admin/nothing/here", { as: "nobody" })).status).toBe(401);
});

test("who is signed in is told with role, clients and agency", async () => {
  const { body } = await api("GET", "/api/auth/me", { as: callers["client's member"] });
  expect(body).toMatchObject({
    user: { name: "Uma User" },
    staffRole: null,
    tenants: [{ id: ids.tenantId, role: "member" }],
    agency: { timeZone: "UTC" },
  });
  expect((await api("GET", "/api/auth/me", { as: "nobody" })).status).toBe(401);
});

async function makeThings(tenantId: string, keyId: string): Promise<Ids> {
  const plan = await makePlan();
  const slug = unique("mock").replace(" ", "-");
  const { body: provider } = await api("POST", "/api/admin/providers", {
    body: { slug, name: "Mock", vendor: "custom", dialect: "openai", baseUrl: "http://127.0.0.1:9" },
  });
  const { body: price } = await api("POST", `/api/admin/providers/${provider.id}/prices`, {
    body: { modelPattern: "mock", inputMicroUsd: 1, outputMicroUsd: 1 },
  });
  const { body: token } = await api("POST", "/api/admin/tokens", { body: { name: unique("script"), scope: "read" } });
  const { id: userId } = await makeClientUser(tenantId);
  return { tenantId, keyId, userId, planId: plan.id, providerId: provider.id, priceId: price.id, tokenId: token.id };
}

function unknownIds(): Ids {
  return Object.fromEntries(Object.keys(ids).map((name) => [name, unknownId()]));
}

type Asked = { ids: Ids; query?: string; body?: unknown };

function callEndpoint(
  endpoint: string,
  caller: CallerName,
  { ids: given, query = "", body = { unknown: true } }: Asked,
) {
  const [method, template] = endpoint.split(" ") as [Method, string];
  const path = template.replace(/\[(\w+)\]/g, (_, name: string) => given[name] as string);
  return api(method, path + query, { as: callers[caller], ...(method !== "GET" && { body }) });
}
