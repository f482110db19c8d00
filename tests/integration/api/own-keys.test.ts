import { beforeAll, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import type { KeyWithSecret } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import { api, type Caller } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makeStaff, makeTenant, unknownId } from "../../factories";

useDatabase();

let tenant: Tenant;
let key: KeyWithSecret;
let manager: Caller;

beforeAll(async () => {
  tenant = await makeTenant();
  key = await makeKey(tenant.id);
  manager = { user: await makeManager(tenant.id) };
});

const create = (as: Caller, query = "", body: unknown = { name: "Shop" }) =>
  api("POST", `/api/usage/keys${query}`, { as, body });
const revoke = (as: Caller, keyId: string) => api("POST", `/api/usage/keys/${keyId}/revocation`, { as });

describe("a manager", () => {
  test("creates a key of the own client that works, and sees its secret once", async () => {
    const { status, body } = await create(manager);
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: "Shop",
      prefix: expect.any(String),
      secret: expect.any(String),
    });
    await makeCall({ secret: body.secret });
    const { body: list } = await api("GET", "/api/usage/keys", { as: manager });
    expect(JSON.stringify(list)).not.toContain(body.secret);
    expect(list.items.find(({ id }: { id: string }) => id === body.id)).toMatchObject({
      name: "Shop",
      state: "active",
    });
    const audited = await prisma().auditEvent.findFirst({ where: { target: `key:${body.id}` } });
    expect(audited).toMatchObject({ action: "key.created", actorName: "Mona Manager", tenantId: tenant.id });
  });

  test("revokes one, which no longer opens anything; again changes nothing", async () => {
    const { body } = await create(manager);
    expect((await revoke(manager, body.id)).status).toBe(204);
    expect((await api("GET", "/api/usage/quota", { as: { bearer: body.secret } })).status).toBe(401);
    expect((await revoke(manager, body.id)).status).toBe(204);
  });

  test("sets no limits: those are the agency's", async () => {
    const { status, body } = await create(manager, "", { name: "Shop", dailyTokenLimit: 5 });
    expect(status).toBe(400);
    expect(body.error.fields).toHaveProperty("dailyTokenLimit");
  });

  test("finds neither legacy keys nor those of others", async () => {
    const legacy = await makeKey(tenant.id, { secret: `legacy-${unknownId()}` });
    const foreign = await makeKey((await makeTenant()).id);
    for (const { id } of [legacy, foreign, { id: unknownId() }, { id: "nonsense" }])
      expect((await revoke(manager, id)).status).toBe(404);
    await makeCall(legacy);
    await makeCall(foreign);
  });

  test("manages no other client, and must say which where there are several", async () => {
    const other = await makeTenant();
    expect((await create(manager, `?tenant=${other.slug}`)).status).toBe(404);
    const both = { user: await makeManager(tenant.id, other.id) };
    expect((await create(both)).body.error.fields).toHaveProperty("tenant");
    expect((await create(both, `?tenant=${other.slug}`)).status).toBe(201);
  });
});

test.each([
  { who: "a member", status: 403, as: async () => ({ user: await makeClientUser(tenant.id) }) },
  { who: "staff without a membership", status: 404, as: async () => ({ user: await makeStaff("owner") }) },
  { who: "the holder of a key", status: 401, as: async () => ({ bearer: key.secret }) },
  { who: "nobody", status: 401, as: async (): Promise<Caller> => "nobody" },
  {
    who: "another site with the manager's cookie",
    status: 403,
    as: async () => ({ user: await makeManager(tenant.id), origin: "https://evil.test" }),
  },
])("$who creates and revokes nothing", async ({ as, status }) => {
  const caller = await as();
  expect((await create(caller)).status).toBe(status);
  expect((await revoke(caller, key.id)).status).toBe(status);
  await makeCall(key);
});

async function makeManager(...tenantIds: string[]) {
  const user = await makeClientUser(...tenantIds);
  await prisma().user.update({ where: { id: user.id }, data: { name: "Mona Manager" } });
  await prisma().membership.updateMany({ where: { userId: user.id }, data: { role: "manager" } });
  return user;
}
