import { expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api, type Caller } from "../../api";
import { useDatabase } from "../../database";
import { makeTenant, unique, unknownId } from "../../factories";

useDatabase();

const path = "/api/admin/tokens";

test("a token's secret is told once, and stored only as a digest", async () => {
  const { body: made } = await makeToken("read");
  expect(made.secret).toMatch(/^sla_[\w-]{43}$/);
  expect(made.secret.startsWith(made.prefix)).toBe(true);

  const { body: list } = await api("GET", path);
  expect(list.items[0]).toMatchObject({ id: made.id, scope: "read", lastUsedAt: null, revokedAt: null });
  const stored = await prisma().$queryRaw<{ row: string }[]>`
    select row_to_json(t)::text as row from admin_token t
    union all select row_to_json(e)::text from audit_event e`;
  expect(JSON.stringify([list, stored])).not.toContain(made.secret);
});

test("a token that reads sees what a viewer sees, and changes nothing", async () => {
  const { as } = await makeToken("read");
  expect((await api("GET", "/api/admin/tenants", { as })).status).toBe(200);
  expect((await api("POST", "/api/admin/tenants", { as, body: { name: "Acme" } })).status).toBe(403);
});

test("a token that writes does what an admin does: no settings, no tokens; its changes bear its name", async () => {
  const { as, body: token } = await makeToken("write");
  const { status, body: tenant } = await api("POST", "/api/admin/tenants", { as, body: { name: unique("Client") } });
  expect(status).toBe(201);
  expect((await api("GET", `/api/admin/audit?target=tenant:${tenant.id}`)).body.items).toMatchObject([
    { action: "tenant.created", actorId: `token:${token.id}`, actorName: `Token ${token.name}` },
  ]);
  expect((await api("PATCH", "/api/admin/settings", { as, body: { drainSeconds: 5 } })).status).toBe(403);
  expect((await api("POST", path, { as, body: { name: "another", scope: "write" } })).status).toBe(403);
});

test("a token reads any client's own page, as staff does", async () => {
  const { as } = await makeToken("read");
  const tenant = await makeTenant();
  expect((await api("GET", `/api/usage/quota?tenant=${tenant.slug}`, { as })).body.tenantId).toBe(tenant.id);
});

test("its last use is told, to the minute", async () => {
  const { as, body: token } = await makeToken("read");
  const before = Date.now();
  await api("GET", "/api/admin/plans", { as });
  const first = await lastUse(token.id);
  expect(Date.parse(first ?? "")).toBeGreaterThan(before - 60_000);
  await api("GET", "/api/admin/plans", { as });
  expect(await lastUse(token.id)).toBe(first);
});

test("a revoked token opens nothing, and revoking it again changes nothing", async () => {
  const { as, body: token } = await makeToken("write");
  const revocation = `${path}/${token.id}/revocation`;
  const { body: revoked } = await api("POST", revocation);
  expect(revoked.revokedAt).not.toBeNull();
  expect((await api("GET", "/api/admin/plans", { as })).status).toBe(401);
  expect((await api("POST", revocation)).body).toEqual(revoked);
  const { body } = await api("GET", `/api/admin/audit?target=token:${token.id}`);
  expect(body.items.map(({ action }: { action: string }) => action)).toEqual(["token.revoked", "token.created"]);
});

test.each([
  { name: "a scope that there is not", body: { name: "x", scope: "owner" }, field: "scope" },
  { name: "no scope", body: { name: "x" }, field: "scope" },
  { name: "no name", body: { name: "", scope: "read" }, field: "name" },
  { name: "an unknown field", body: { name: "x", scope: "read", role: "owner" }, field: "role" },
])("$name is refused", async ({ body, field }) => {
  const answer = await api("POST", path, { body });
  expect(answer.status).toBe(400);
  expect(Object.keys(answer.body.error.fields)).toEqual([field]);
});

test("a token that there is not cannot be revoked", async () => {
  expect((await api("POST", `${path}/${unknownId()}/revocation`)).status).toBe(404);
  expect((await api("POST", `${path}/nonsense/revocation`)).status).toBe(404);
});

async function makeToken(scope: "read" | "write") {
  const { status, body } = await api("POST", path, { body: { name: unique("token"), scope } });
  expect(status).toBe(201);
  const as: Caller = { bearer: body.secret };
  return { as, body };
}

async function lastUse(tokenId: string): Promise<string | null> {
  const { body } = await api("GET", path);
  return body.items.find(({ id }: { id: string }) => id === tokenId).lastUsedAt;
}
