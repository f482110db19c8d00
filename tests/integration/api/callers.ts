import { beforeAll } from "vitest";
import { prisma } from "@/lib/db/client";
import { type Answer, api, type Caller, type Method } from "../../api";
import { makeCall, makeClientUser, makeKey, makePlan, makeStaff, makeTenant, unique, unknownId } from "../../factories";
import type { CallerName } from "./endpoints";

type Ids = Record<string, string>;

type Asked = { ids: Ids; query?: string; body?: unknown };

/** Two clients with all that a path may name, one of everybody who may ask, and how an endpoint is asked by them. */
export function useCallers() {
  const callers = {} as Record<CallerName, Caller>;
  const slugs = { own: "", other: "" };
  const ids: Ids = {};
  const otherIds: Ids = {};

  beforeAll(async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id);
    Object.assign(ids, await makeThings(tenant.id, key.id));
    const otherTenant = await makeTenant();
    const otherKey = await makeKey(otherTenant.id);
    Object.assign(otherIds, await makeThings(otherTenant.id, otherKey.id));
    Object.assign(slugs, { own: tenant.slug, other: otherTenant.slug });
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

  return {
    callers,
    slugs,
    ids,
    otherIds,
    unknownIds: (): Ids => Object.fromEntries(Object.keys(ids).map((name) => [name, unknownId()])),
    /** What is sent so that an endpoint gets as far as looking for what its path names. */
    bodyFor: (endpoint: string): unknown => validBodies(ids)[endpoint] ?? {},
    callEndpoint: (endpoint: string, caller: CallerName, asked: Asked): Promise<Answer> => {
      const { ids: given, query = "", body = { unknown: true } } = asked;
      const { method, path } = requestTo(endpoint, given);
      return api(method, path + query, { as: callers[caller], ...(method !== "GET" && { body }) });
    },
  };
}

export function requestTo(endpoint: string, ids: Ids): { method: Method; path: string } {
  const [method, template] = endpoint.split(" ") as [Method, string];
  return { method, path: template.replace(/\[(\w+)\]/g, (_, name: string) => ids[name] as string) };
}

function validBodies(ids: Ids): Record<string, unknown> {
  return {
    "POST /api/admin/providers/[providerId]/prices": { modelPattern: "m", inputMicroUsd: 1, outputMicroUsd: 1 },
    "PUT /api/admin/tenants/[tenantId]/subscription": { planId: ids.planId },
    "POST /api/admin/tenants/[tenantId]/adjustments": { tokens: 1, reason: "none of ours" },
    "POST /api/admin/tenants/[tenantId]/usage-import": "at,requests\n",
    "POST /api/admin/tenants/[tenantId]/people": { name: "x", email: "x@none.test", role: "member" },
    "PATCH /api/admin/tenants/[tenantId]/people/[userId]": { role: "manager" },
    "PATCH /api/admin/team/[userId]": { role: "admin" },
    "PUT /api/admin/settings/retention/[tenantId]": { months: 6 },
    "POST /api/admin/tenants/[tenantId]/keys": { name: "none of ours" },
  };
}

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
