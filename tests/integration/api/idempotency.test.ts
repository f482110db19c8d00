import { expect, test, vi } from "vitest";
import { prisma } from "@/lib/db/client";
import { api, type Caller, listEndpoints } from "../../api";
import { useDatabase } from "../../database";
import { makeClientUser, makeStaff, makeTenant, unique, unknownId } from "../../factories";

useDatabase();

const post = (path: string, body: unknown, key: string, as: Caller = "script") =>
  api("POST", path, { as, body, headers: { "idempotency-key": key } });

test("the same request with the same key is done once and answered the same, a new key's secret included", async () => {
  const { id } = await makeTenant();
  const name = unique("key");
  const first = await post(`/api/admin/tenants/${id}/keys`, { name }, "make-key-1");
  expect(first.status).toBe(201);
  expect(first.headers.get("idempotency-replayed")).toBeNull();

  const again = await post(`/api/admin/tenants/${id}/keys`, { name }, "make-key-1");
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers.get("idempotency-replayed")).toBe("true");
  expect(again.headers.get("cache-control")).toBe("no-store");
  expect(await prisma().apiKey.count({ where: { tenantId: id } })).toBe(1);
});

async function makeManager(tenantId: string) {
  const user = await makeClientUser(tenantId);
  await prisma().membership.updateMany({ where: { userId: user.id }, data: { role: "manager" } });
  return user;
}

test("what a client's manager asks for again is done once too, and is no other manager's answer", async () => {
  const [{ id, slug }, other] = [await makeTenant(), await makeTenant()];
  const [user, colleague, stranger] = [await makeManager(id), await makeClientUser(id), await makeManager(other.id)];
  const make = (who: { id: string; sessionVersion: number }, of = slug) =>
    post(`/api/usage/keys?tenant=${of}`, { name: "Kiosk" }, "own-key-1", { user: who });
  const first = await make(user);
  expect(first.status).toBe(201);
  expect(await make(user)).toMatchObject({ status: 201, body: first.body });
  expect(await prisma().apiKey.count({ where: { tenantId: id } })).toBe(1);

  const theirs = await make(stranger, other.slug);
  expect([theirs.status, theirs.body.secret === first.body.secret]).toEqual([201, false]);
  expect((await make(colleague)).status).toBe(403);
  expect((await make(user, other.slug)).status).toBe(404);
});

test("neither key nor secret nor request stands in the database in the clear", async () => {
  const { id } = await makeTenant();
  const { body } = await post(`/api/admin/tenants/${id}/keys`, { name: "canary-name" }, "canary-key");
  const kept = JSON.stringify(await prisma().idempotentAnswer.findMany());
  for (const secret of [body.secret, "canary-key", "canary-name"]) expect(kept).not.toContain(secret);
});

test("another request with the same key is refused with 422 and not done", async () => {
  const [name, other] = [unique("Plan"), unique("Plan")];
  await post("/api/admin/plans", { name }, "plan-1");
  for (const answer of [
    await post("/api/admin/plans", { name: other }, "plan-1"),
    await post("/api/admin/tenants", { name }, "plan-1"),
  ]) {
    expect(answer).toMatchObject({ status: 422, body: { error: { code: "idempotency_key_reused" } } });
  }
  expect(await prisma().plan.count({ where: { name: other } })).toBe(0);
});

test("of many at once exactly one is done, and the others are answered alike or told that it is being done", async () => {
  const name = unique("Client");
  const answers = await Promise.all(Array.from({ length: 8 }, () => post("/api/admin/tenants", { name }, "at-once")));
  expect(await prisma().tenant.count({ where: { name } })).toBe(1);
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  expect(answers.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
});

test("a refusal is repeated too, also when it would pass by now", async () => {
  const name = unique("Plan");
  const { body: plan } = await api("POST", "/api/admin/plans", { body: { name } });
  expect((await post("/api/admin/plans", { name }, "taken")).status).toBe(409);
  await api("DELETE", `/api/admin/plans/${plan.id}`);
  expect((await post("/api/admin/plans", { name }, "taken")).status).toBe(409);
  expect((await post("/api/admin/plans", { name }, "taken-2")).status).toBe(201);
});

test("a key is its sender's own, and no way around who may do what", async () => {
  const owner = { user: await makeStaff("owner") };
  const viewer = { user: await makeStaff("viewer") };
  const name = unique("Plan");
  expect((await post("/api/admin/plans", { name }, "shared", owner)).status).toBe(201);
  expect((await post("/api/admin/plans", { name }, "shared", viewer)).status).toBe(403);
  expect((await post("/api/admin/plans", { name }, "shared", "nobody")).status).toBe(401);

  await prisma().user.update({ where: { id: owner.user.id }, data: { staffRole: "viewer" } });
  expect((await post("/api/admin/plans", { name }, "shared", owner)).status).toBe(403);
});

test("after 24 hours a key is free again", async () => {
  const name = unique("Client");
  // The clock stands still, however long the requests take.
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    await post("/api/admin/tenants", { name }, "daily");
    vi.setSystemTime(Date.now() + 24 * 60 * 60 * 1000 - 1_000);
    expect((await post("/api/admin/tenants", { name }, "daily")).headers.get("idempotency-replayed")).toBe("true");
    vi.setSystemTime(Date.now() + 2_000);
    expect((await post("/api/admin/tenants", { name }, "daily")).headers.get("idempotency-replayed")).toBeNull();
  } finally {
    vi.useRealTimers();
  }
  expect(await prisma().tenant.count({ where: { name } })).toBe(2);
});

test("a failure of the server is not kept, and the same request may be tried again", async () => {
  const name = unique("Plan");
  const failing = vi.spyOn(prisma(), "$transaction").mockRejectedValueOnce(new Error("broken"));
  expect((await post("/api/admin/plans", { name }, "retry")).status).toBe(500);
  failing.mockRestore();
  expect((await post("/api/admin/plans", { name }, "retry")).status).toBe(201);
});

test("what became of a request whose server died over it is not guessed", async () => {
  const name = unique("Plan");
  await post("/api/admin/plans", { name }, "died");
  await prisma().idempotentAnswer.updateMany({ data: { status: null, answer: null } });
  expect(await post("/api/admin/plans", { name }, "died")).toMatchObject({
    status: 409,
    body: { error: { code: "outcome_unknown" } },
  });
});

test.each(["", "with space", "ü", "x".repeat(256)])("%j is no key", async (key) => {
  const headers = { "idempotency-key": encodeURI(key) === key || key.includes(" ") ? key : "\xfc" };
  expect((await api("POST", "/api/admin/plans", { body: { name: unique("Plan") }, headers })).status).toBe(400);
});

test("every POST of the admin API takes a key", async () => {
  const posts = (await listEndpoints("admin")).filter(({ method }) => method === "POST");
  for (const { path } of posts) {
    const url = path.replace("[[...unknown]]", "unknown").replace(/\[\w+\]/g, unknownId);
    const first = await post(url, { one: 1 }, url);
    expect(first.status, path).toBeGreaterThanOrEqual(400);
    expect(await post(url, { one: 1 }, url), path).toMatchObject({ status: first.status, body: first.body });
    expect((await post(url, { two: 2 }, url)).status, path).toBe(422);
  }
});
