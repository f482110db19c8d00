import { describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { callerOf, type KeyEntry, keyDirectory } from "@/lib/keys/directory";
import { hasValidChecksum } from "@/lib/keys/secret";
import { meter } from "@/lib/metering/lifecycle";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeClientUser, makeKey, makeStaff, makeTenant, unknownId } from "../../factories";
import { callBy } from "../../metering";

useDatabase();

const legacySecret = () => `sk-live-${unknownId()}`;
const pathOf = ({ tenantId, id }: { tenantId: string; id: string }) => `/api/admin/tenants/${tenantId}/keys/${id}`;
const versionOf = async (keyId: string) => (await prisma().apiKey.findUniqueOrThrow({ where: { id: keyId } })).version;
const read = async (secret: string) => (await keyDirectory().reload(secret, { olderThanMs: 0 }))?.key ?? null;

describe("a new key", () => {
  test("shows its secret once and keeps only what may be shown", async () => {
    const tenant = await makeTenant();
    const { status, body } = await api("POST", `/api/admin/tenants/${tenant.id}/keys`, { body: { name: "shop" } });
    expect(status).toBe(201);
    expect(hasValidChecksum(body.secret)).toBe(true);
    expect(body).toMatchObject({
      tenantId: tenant.id,
      name: "shop",
      prefix: body.secret.slice(0, 12),
      kind: "standard",
      state: "active",
      dailyTokenLimit: null,
      concurrency: null,
      allowedModels: [],
      quotaStatus: 429,
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null,
    });

    const shown = JSON.stringify([
      (await api("GET", pathOf(body))).body,
      (await api("GET", `/api/admin/tenants/${tenant.id}/keys`)).body,
      (await api("GET", "/api/admin/audit")).body,
    ]);
    expect(shown).toContain(body.prefix);
    expect(shown).not.toContain(body.secret);
  });

  test("takes limits, where null, zero and missing stay apart", async () => {
    const { id: tenantId } = await makeTenant();
    const key = await makeKey(tenantId, {
      dailyRequestLimit: 0,
      monthlyTokenLimit: null,
      concurrency: 3,
      allowedModels: ["gpt-4o*"],
      quotaStatus: 402,
    });
    expect(key).toMatchObject({
      dailyRequestLimit: 0,
      monthlyTokenLimit: null,
      dailyTokenLimit: null,
      concurrency: 3,
      allowedModels: ["gpt-4o*"],
      quotaStatus: 402,
    });
    const changed = await api("PATCH", pathOf(key), { body: { dailyRequestLimit: null, concurrency: 0 } });
    expect(changed.body).toMatchObject({
      dailyRequestLimit: null,
      concurrency: 0,
      quotaStatus: 402,
      allowedModels: ["gpt-4o*"],
    });
  });

  test.each([
    { name: "an unknown field", body: { name: "x", monthlyCostLimitMicroUsd: 5 }, field: "monthlyCostLimitMicroUsd" },
    { name: "no name", body: {}, field: "name" },
    { name: "a limit in words", body: { name: "x", dailyTokenLimit: "5k" }, field: "dailyTokenLimit" },
    { name: "too much concurrency", body: { name: "x", concurrency: 2 ** 31 }, field: "concurrency" },
    { name: "another status for a used-up quota", body: { name: "x", quotaStatus: 403 }, field: "quotaStatus" },
    { name: "an expiry in the past", body: { name: "x", expiresAt: "2020-01-01T00:00:00Z" }, field: "expiresAt" },
    { name: "an expiry without a time", body: { name: "x", expiresAt: "2099-01-01" }, field: "expiresAt" },
    { name: "a legacy secret of 19 characters", body: { name: "x", secret: "a".repeat(19) }, field: "secret" },
    { name: "a legacy secret of 513 characters", body: { name: "x", secret: "a".repeat(513) }, field: "secret" },
    {
      name: "a legacy secret that looks like ours",
      body: { name: "x", secret: `slc_${"a".repeat(46)}` },
      field: "secret",
    },
    { name: "a legacy secret with a space", body: { name: "x", secret: `${"a".repeat(20)} b` }, field: "secret" },
  ])("with $name is refused", async ({ body, field }) => {
    const answer = await api("POST", `/api/admin/tenants/${(await makeTenant()).id}/keys`, { body });
    expect(answer.status).toBe(400);
    expect(answer.body.error.fields).toHaveProperty(field);
  });

  test("with a secret of its own is a legacy key, which no other client can enter or learn of", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    const secret = legacySecret();
    const key = await makeKey(tenant.id, { secret });
    expect(key).toMatchObject({ kind: "legacy", secret, prefix: secret.slice(0, 6) });

    const refused = await api("POST", `/api/admin/tenants/${other.id}/keys`, { body: { name: "x", secret } });
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: "conflict", fields: { secret: "is in use already" } } },
    });
    expect(JSON.stringify(refused.body)).not.toMatch(new RegExp(`${tenant.id}|${tenant.name}|${secret}`));
  });

  test("of the same secret entered twice at once is made once", async () => {
    const tenant = await makeTenant();
    const secret = legacySecret();
    const answers = await Promise.all(
      [1, 2, 3].map(() => api("POST", `/api/admin/tenants/${tenant.id}/keys`, { body: { name: "x", secret } })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
  });
});

describe("revocation", () => {
  test("is final, moves the key's version, and repeated gives the first", async () => {
    const key = await makeKey((await makeTenant()).id);
    const before = await versionOf(key.id);
    const user = await makeStaff("admin");
    const first = await api("POST", `${pathOf(key)}/revocation`, { as: { user } });
    expect(first).toMatchObject({
      status: 200,
      body: { state: "revoked", revokedBy: "The admin", revokedAt: expect.stringMatching(/Z$/) },
    });

    expect((await api("POST", `${pathOf(key)}/revocation`)).body).toEqual(first.body);
    expect(await versionOf(key.id)).toBe(before + 1);
    expect((await api("PATCH", pathOf(key), { body: { name: "x" } })).status).toBe(409);
    expect((await api("POST", `${pathOf(key)}/rotation`)).status).toBe(409);
    expect((await api("GET", pathOf(key))).body).toMatchObject({ state: "revoked", name: key.name });
  });

  test("of an archived client's key binds when the client is back", async () => {
    const key = await makeKey((await makeTenant()).id);
    const tenant = `/api/admin/tenants/${key.tenantId}`;
    expect((await api("DELETE", tenant)).status).toBe(204);
    expect((await api("POST", `${pathOf(key)}/revocation`)).body).toMatchObject({ state: "revoked" });
    expect((await api("POST", `${tenant}/restoration`)).status).toBe(200);
    expect((await api("GET", pathOf(key))).body).toMatchObject({ state: "revoked" });
  });

  test("asked for by many at once happens once", async () => {
    const key = await makeKey((await makeTenant()).id);
    const before = await versionOf(key.id);
    const answers = await Promise.all([1, 2, 3, 4].map(() => api("POST", `${pathOf(key)}/revocation`)));
    expect(new Set(answers.map(({ body }) => body.revokedAt)).size).toBe(1);
    expect(await versionOf(key.id)).toBe(before + 1);
  });

  test("binds the very next call, also one that was checked against the key as it was before", async () => {
    const key = await makeKey((await makeTenant()).id);
    const entry = await keyDirectory().reload(key.secret, { olderThanMs: 0 });
    const caller = callerOf(entry as KeyEntry);
    expect((await meter().admit(callBy(caller))).verdict).toBe("ok");

    await api("POST", `${pathOf(key)}/revocation`);
    expect((await meter().admit(callBy(caller))).verdict).toBe("stale");
    expect((await read(key.secret))?.revokedAt).not.toBeNull();
  });
});

describe("rotation", () => {
  test("gives a new secret and keeps id, name and limits; without grace the old one stops", async () => {
    const key = await makeKey((await makeTenant()).id, { dailyRequestLimit: 7 });
    const { status, body } = await api("POST", `${pathOf(key)}/rotation`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: key.id, name: key.name, dailyRequestLimit: 7, previousSecretExpiresAt: null });
    expect(body.secret).not.toBe(key.secret);
    expect(await read(key.secret)).toBeNull();
    expect((await read(body.secret))?.id).toBe(key.id);
  });

  test("with grace lets the old secret work until then, and the one before that no more", async () => {
    const key = await makeKey((await makeTenant()).id);
    const before = Date.now();
    const second = (await api("POST", `${pathOf(key)}/rotation`, { body: { graceSeconds: 3600 } })).body;
    const graceMs = new Date(second.previousSecretExpiresAt).getTime() - before;
    expect(graceMs).toBeGreaterThan(3_590_000);
    expect((await read(key.secret))?.secretExpiresAt?.toISOString()).toBe(second.previousSecretExpiresAt);

    const third = (await api("POST", `${pathOf(key)}/rotation`, { body: { graceSeconds: 60 } })).body;
    expect(await read(key.secret)).toBeNull();
    expect((await read(second.secret))?.id).toBe(key.id);
    expect((await read(third.secret))?.secretExpiresAt).toBeNull();
  });

  test.each([-1, 1.5, "60", 2_592_001])("refuses a grace of %j seconds", async (graceSeconds) => {
    const key = await makeKey((await makeTenant()).id);
    expect((await api("POST", `${pathOf(key)}/rotation`, { body: { graceSeconds } })).body.error.fields).toHaveProperty(
      "graceSeconds",
    );
  });
});

test("an expiry can be set, extended and taken back", async () => {
  const key = await makeKey((await makeTenant()).id, { expiresAt: "2099-01-01T00:00:00Z" });
  expect(key.expiresAt).toBe("2099-01-01T00:00:00.000Z");
  expect((await api("PATCH", pathOf(key), { body: { expiresAt: null } })).body.expiresAt).toBeNull();

  await prisma().apiKey.update({ where: { id: key.id }, data: { expiresAt: new Date(Date.now() - 1_000) } });
  expect((await api("GET", pathOf(key))).body.state).toBe("expired");
});

test("a change of a key moves its version and its tenant's", async () => {
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id);
  const tenantVersion = async () => (await prisma().tenant.findUniqueOrThrow({ where: { id: tenant.id } })).version;
  const before = [await versionOf(key.id), await tenantVersion()] as const;
  await api("PATCH", pathOf(key), { body: { dailyTokenLimit: 0 } });
  expect([await versionOf(key.id), await tenantVersion()]).toEqual([before[0] + 1, before[1] + 1]);
});

describe("a key of another client", () => {
  test.each([
    ["GET", ""],
    ["PATCH", ""],
    ["POST", "/revocation"],
    ["POST", "/rotation"],
  ] as const)("is not found by %s %s", async (method, path) => {
    const [key, other] = [await makeKey((await makeTenant()).id), await makeTenant()];
    const body = method === "PATCH" ? { name: "x" } : undefined;
    expect((await api(method, `/api/admin/tenants/${other.id}/keys/${key.id}${path}`, { body })).status).toBe(404);
    expect((await api(method, `/api/admin/tenants/${key.tenantId}/keys/no-id${path}`, { body })).status).toBe(404);
    expect((await api("GET", pathOf(key))).body).toMatchObject({ name: key.name, state: "active" });
  });
});

test("a client's user can raise no limit, not even their own", async () => {
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id, { dailyTokenLimit: 5 });
  const user = await makeClientUser(tenant.id);
  expect((await api("PATCH", pathOf(key), { as: { user }, body: { dailyTokenLimit: null } })).status).toBe(403);
  expect(
    (await api("PATCH", `/api/admin/tenants/${tenant.id}`, { as: { user }, body: { dailyTokenLimit: 9 } })).status,
  ).toBe(403);
});
