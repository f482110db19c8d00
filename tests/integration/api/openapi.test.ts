import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, api, type Caller, listEndpoints, type Method } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makePlan, makeTenant, unique, unknownId } from "../../factories";

useDatabase();

// biome-ignore lint/suspicious/noExplicitAny: a document of which the tests look at parts
let document: any;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
let ids: Record<string, string>;
let client: Caller;

beforeAll(async () => {
  document = (await api("GET", "/api/openapi.json", { as: "nobody" })).body;
  ajv.addSchema(document, "api");

  const plan = await makePlan({ dailyTokenLimit: 10_000, requestsPerMinute: 60, monthlyCostLimitMicroUsd: 5_000_000 });
  const tenant = await makeTenant({ planId: plan.id });
  const key = await makeKey(tenant.id, { monthlyRequestLimit: 100, allowedModels: ["gpt-*"] });
  await makeCall(key);
  await makeCall(key, { state: "failed" });
  await makeCall(key, { costMicroUsd: null });
  client = { user: await makeClientUser(tenant.id) };
  const { body: provider } = await api("POST", "/api/admin/providers", {
    body: { slug: "openai", name: "OpenAI", vendor: "openai", credential: "sk-test-0123456789abcdef" },
  });
  ids = { planId: plan.id, tenantId: tenant.id, keyId: key.id, providerId: provider.id };
});

test("the document is one that OpenAPI 3.1 allows", async () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true });
});

test("every route and method of the API is described, and nothing else", async () => {
  const endpoints = [...(await listEndpoints("admin")), ...(await listEndpoints("usage"))]
    .filter(({ path }) => !path.includes("unknown"))
    .map(({ method, path }) => `${method} ${path.replace(/\[(\w+)\]/g, "{$1}")}`);
  const described = Object.entries<object>(document.paths)
    .filter(([path]) => !path.startsWith("/api/proxy/"))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
  expect(described.toSorted()).toEqual(endpoints.toSorted());
  expect(Object.keys(document.paths)).toContain("/api/proxy/{provider}/{path}");
});

test("each operation has a name of its own", () => {
  const names = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(new Set(names).size).toBe(names.length);
});

describe("what is answered is what is described", () => {
  test.each([
    "/api/admin/overview",
    "/api/admin/overview/use",
    "/api/admin/tenants",
    "/api/admin/tenants/{tenantId}",
    "/api/admin/tenants/{tenantId}/quota",
    "/api/admin/tenants/{tenantId}/refusals",
    "/api/admin/tenants/{tenantId}/keys",
    "/api/admin/tenants/{tenantId}/keys/{keyId}",
    "/api/admin/tenants/{tenantId}/keys/{keyId}/attempts",
    "/api/admin/plans",
    "/api/admin/plans/{planId}",
    "/api/admin/providers",
    "/api/admin/providers/{providerId}",
    "/api/admin/providers/health",
    "/api/admin/usage/requests",
    "/api/admin/usage/sources",
    "/api/admin/usage/monthly",
    "/api/admin/audit",
    "/api/admin/search",
    "/api/admin/settings",
    "/api/admin/settings/alerts",
    "/api/admin/settings/retention",
    "/api/admin/settings/retention/preview",
    "/api/admin/tokens",
  ])("by GET %s", async (path) => {
    await expectDescribed("GET", path);
  });

  test.each(["quota", "keys", "requests", "sources", "monthly"])("by GET /api/usage/%s", async (name) => {
    await expectDescribed("GET", `/api/usage/${name}`, { as: client });
  });

  test("to what is made, changed and removed", async () => {
    const tenant = await expectDescribed("POST", "/api/admin/tenants", { body: { name: unique("Client") } });
    const its = { ...ids, tenantId: tenant.body.id };
    const tenantPath = "/api/admin/tenants/{tenantId}";
    await expectDescribed("PATCH", tenantPath, { body: { dailyTokenLimit: 5 }, its });
    await expectDescribed("PUT", `${tenantPath}/subscription`, { body: { planId: ids.planId }, its });
    const key = await expectDescribed("POST", `${tenantPath}/keys`, { body: { name: "key" }, its });
    const its2 = { ...its, keyId: key.body.id };
    await expectDescribed("POST", `${tenantPath}/keys/{keyId}/rotation`, { body: {}, its: its2 });
    await expectDescribed("POST", `${tenantPath}/keys/{keyId}/revocation`, { its: its2 });
    await expectDescribed("POST", `${tenantPath}/adjustments`, { body: { tokens: -5, reason: "test" }, its });
    await expectDescribed("GET", `${tenantPath}/adjustments`, { its });
    await expectDescribed("GET", `${tenantPath}/quota`, { its });
    for (const [file, status] of [
      ["time,requests\n2026-01-05T10:00:00Z,3\n", 200],
      ["nonsense\n", 400],
    ] as const)
      expect((await expectDescribed("POST", `${tenantPath}/usage-import`, { body: file, its })).status).toBe(status);
    await expectDescribed("DELETE", tenantPath, { its });

    await expectDescribed("POST", "/api/admin/plans/{planId}/preview", { body: { dailyTokenLimit: 0 } });
    await expectDescribed("POST", "/api/admin/plans/{planId}/retirement");
    await expectDescribed("DELETE", "/api/admin/plans/{planId}/retirement");

    const price = { modelPattern: "gpt-*", inputMicroUsd: 1, outputMicroUsd: 2 };
    await expectDescribed("POST", "/api/admin/providers/{providerId}/prices", { body: price });
    await expectDescribed("GET", "/api/admin/providers/{providerId}/prices");
    const token = await expectDescribed("POST", "/api/admin/tokens", { body: { name: "script", scope: "read" } });
    await expectDescribed("POST", "/api/admin/tokens/{tokenId}/revocation", {
      its: { ...ids, tokenId: token.body.id },
    });
  });

  test("by refusals", async () => {
    await expectDescribed("GET", "/api/admin/plans", { as: "nobody" });
    await expectDescribed("GET", "/api/admin/plans", { as: client });
    await expectDescribed("POST", "/api/admin/plans", { body: { unknown: 1 } });
    await expectDescribed("GET", "/api/admin/plans/{planId}", { its: { planId: unknownId() } });
    await expectDescribed("DELETE", "/api/admin/settings/logo");
    const headers = { "if-match": '"old"' };
    await expectDescribed("PATCH", "/api/admin/plans/{planId}", { body: { name: unique("Plan") }, headers });
  });
});

test("who may ask is described as it is: a client's use is told to its key, to tokens of the agency and to sessions", async () => {
  const { slug } = (await api("GET", `/api/admin/tenants/${ids.tenantId}`)).body;
  expect((await api("GET", `/api/usage/quota?tenant=${slug}`)).status).toBe(200);
  expect(document.paths["/api/usage/quota"].get.security).toEqual([
    { apiKey: [] },
    { adminToken: [] },
    { session: [] },
  ]);
});

test("what is described as an input is what is taken", () => {
  const inputOf = (path: string, method: string) =>
    ajv.compile({
      $ref: `api#/paths/${pointer(path)}/${method}/requestBody/content/application~1json/schema`,
    });
  const plan = inputOf("/api/admin/plans", "post");
  expect(plan({ name: "Business", dailyTokenLimit: null, requestsPerMinute: 60 })).toBe(true);
  expect(plan({ name: "Business", unknown: 1 })).toBe(false);
  expect(plan({ dailyTokenLimit: 1 })).toBe(false);
  expect(plan({ name: "Business", dailyTokenLimit: -1 })).toBe(false);
});

type Asked = { its?: Record<string, string>; as?: Caller; body?: unknown; headers?: Record<string, string> };

/** Calls an endpoint and holds status and body against the document. */
async function expectDescribed(method: Method, path: string, { its = ids, ...call }: Asked = {}): Promise<Answer> {
  const answer = await api(
    method,
    path.replace(/\{(\w+)\}/g, (_, name: string) => its[name] as string),
    call,
  );
  const { responses } = document.paths[path][method.toLowerCase()];
  expect(Object.keys(responses), `${method} ${path}`).toContain(String(answer.status));
  if (answer.status === 204) return answer;

  const schema = `/paths/${pointer(path)}/${method.toLowerCase()}/responses/${answer.status}/content/application~1json/schema`;
  const matches = ajv.compile({ $ref: `api#${schema}` });
  matches(answer.body);
  expect(matches.errors ?? [], `${method} ${path}`).toEqual([]);
  return answer;
}

function pointer(path: string): string {
  return encodeURIComponent(path.replaceAll("~", "~0").replaceAll("/", "~1"));
}
