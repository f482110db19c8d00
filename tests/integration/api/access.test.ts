import { beforeAll, describe, expect, test } from "vitest";
import { api, type Caller, listEndpoints, type Method } from "../../api";
import { useDatabase } from "../../database";
import { makeClientUser, makeKey, makePlan, makeStaff, makeTenant } from "../../factories";

useDatabase();

/** What each endpoint of the admin API is: a read, or a change. One that is not listed here fails the test. */
const reads = [
  "/api/admin/audit",
  "/api/admin/audit.csv",
  "/api/admin/plans",
  "/api/admin/plans/[planId]",
  "/api/admin/providers",
  "/api/admin/providers/[providerId]",
  "/api/admin/providers/[providerId]/prices",
  "/api/admin/settings",
  "/api/admin/tenants",
  "/api/admin/tenants/[tenantId]",
  "/api/admin/tenants/[tenantId]/adjustments",
  "/api/admin/tenants/[tenantId]/keys",
  "/api/admin/tenants/[tenantId]/keys/[keyId]",
  "/api/admin/tenants/[tenantId]/quota",
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
  "PUT /api/admin/tenants/[tenantId]/subscription",
  "POST /api/admin/tenants/[tenantId]/adjustments",
  "POST /api/admin/tenants/[tenantId]/usage-import",
  "POST /api/admin/tenants/[tenantId]/keys",
  "PATCH /api/admin/tenants/[tenantId]/keys/[keyId]",
  "POST /api/admin/tenants/[tenantId]/keys/[keyId]/revocation",
  "POST /api/admin/tenants/[tenantId]/keys/[keyId]/rotation",
];

/** Changes that only the owner may make, and scripts with the admin token. */
const ownersChanges = [
  "PATCH /api/admin/settings",
  "POST /api/admin/tokens",
  "POST /api/admin/tokens/[tokenId]/revocation",
];

const callers: Record<string, Caller> = {
  nobody: "nobody",
  script: "script",
  "wrong token": { bearer: "not-the-admin-token-0123456789" },
};
let ids: Record<string, string>;

beforeAll(async () => {
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id);
  const plan = await makePlan();
  const { body: provider } = await api("POST", "/api/admin/providers", {
    body: { slug: "mock", name: "Mock", vendor: "custom", dialect: "openai", baseUrl: "http://127.0.0.1:9" },
  });
  const { body: price } = await api("POST", `/api/admin/providers/${provider.id}/prices`, {
    body: { modelPattern: "mock", inputMicroUsd: 1, outputMicroUsd: 1 },
  });
  const { body: token } = await api("POST", "/api/admin/tokens", { body: { name: "script", scope: "read" } });
  ids = {
    tokenId: token.id,
    tenantId: tenant.id,
    keyId: key.id,
    planId: plan.id,
    providerId: provider.id,
    priceId: price.id,
  };
  callers["key holder"] = { bearer: key.secret };
  callers["client's user"] = { user: await makeClientUser(tenant.id) };
  for (const role of ["owner", "admin", "viewer"] as const) callers[role] = { user: await makeStaff(role) };
});

test("every endpoint of the admin API stands in the table of who may use it", async () => {
  const endpoints = await listEndpoints("admin");
  const known = endpoints
    .filter(({ path }) => !path.includes("unknown"))
    .map(({ method, path }) => `${method} ${path}`);
  expect(known.toSorted()).toEqual([...reads, ...changes, ...ownersChanges].toSorted());
});

describe.each([
  { caller: "nobody", read: 401, change: 401 },
  { caller: "wrong token", read: 401, change: 401 },
  { caller: "key holder", read: 401, change: 401 },
  { caller: "client's user", read: 403, change: 403 },
  { caller: "viewer", read: 200, change: 403 },
])("$caller", ({ caller, read, change }) => {
  test.each(reads)(`gets ${read} from %s`, async (endpoint) => {
    expect((await callEndpoint(endpoint, caller)).status).toBe(read);
  });

  test.each([...changes, ...ownersChanges])(`gets ${change} from %s`, async (endpoint) => {
    expect((await callEndpoint(endpoint, caller)).status).toBe(change);
  });
});

describe.each(["script", "owner", "admin"])("%s", (caller) => {
  test.each([...reads, ...changes.filter((each) => !/DELETE|test$/.test(each))])(
    "is let through by %s",
    async (endpoint) => {
      // A change without its input is malformed, and that is told only to those who may make it.
      expect([200, 400, 409]).toContain((await callEndpoint(endpoint, caller)).status);
    },
  );
});

test.each(ownersChanges)("%s is the owner's alone", async (endpoint) => {
  expect((await callEndpoint(endpoint, "admin")).status).toBe(403);
  for (const caller of ["owner", "script"]) expect([200, 400]).toContain((await callEndpoint(endpoint, caller)).status);
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
  const { body } = await api("GET", "/api/auth/me", { as: callers["client's user"] as Caller });
  expect(body).toMatchObject({
    user: { name: "Uma User" },
    staffRole: null,
    tenants: [{ id: ids.tenantId, role: "member" }],
    agency: { timeZone: "UTC" },
  });
  expect((await api("GET", "/api/auth/me", { as: "nobody" })).status).toBe(401);
});

function callEndpoint(endpoint: string, caller: string) {
  const [method, template] = endpoint.split(" ") as [Method, string];
  const path = template.replace(/\[(\w+)\]/g, (_, name: string) => ids[name] as string);
  return api(method, path, { as: callers[caller] as Caller, ...(method !== "GET" && { body: { unknown: true } }) });
}
