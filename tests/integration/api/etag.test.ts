import { beforeAll, describe, expect, test } from "vitest";
import { etagOf } from "@/lib/http/etag";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makePlan, makeTenant, unique } from "../../factories";

useDatabase();

const things = ["provider", "plan", "tenant", "key"] as const;
const pathOf = {} as Record<(typeof things)[number], string>;

beforeAll(async () => {
  const { body: provider } = await api("POST", "/api/admin/providers", {
    body: { slug: "mock", name: "Mock", vendor: "custom", dialect: "openai", baseUrl: "http://127.0.0.1:9" },
  });
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id);
  pathOf.provider = `/api/admin/providers/${provider.id}`;
  pathOf.plan = `/api/admin/plans/${(await makePlan()).id}`;
  pathOf.tenant = `/api/admin/tenants/${tenant.id}`;
  pathOf.key = `${pathOf.tenant}/keys/${key.id}`;
});

const rename = (path: string, ifMatch?: string) =>
  api("PATCH", path, { body: { name: unique("Name") }, ...(ifMatch && { headers: { "if-match": ifMatch } }) });

async function tagOf(path: string): Promise<string> {
  const tag = (await api("GET", path)).headers.get("etag");
  expect(tag).toMatch(/^"[\w-]{36}"$/);
  return tag as string;
}

describe.each(things)("a %s", (thing) => {
  test("is changed by whoever saw its newest version, and not by who saw an older one", async () => {
    const path = pathOf[thing];
    const seen = await tagOf(path);
    expect(await tagOf(path)).toBe(seen);

    const changed = await rename(path, seen);
    expect(changed.status).toBe(200);
    expect(changed.headers.get("etag")).toBe(await tagOf(path));
    expect(changed.headers.get("etag")).not.toBe(seen);

    const stale = await rename(path, seen);
    expect(stale).toMatchObject({ status: 412, body: { error: { code: "precondition_failed" } } });
    expect((await api("GET", path)).body.name).toBe(changed.body.name);
  });

  test("is changed by whoever does not say what they saw, or means any version, or one of several", async () => {
    const path = pathOf[thing];
    expect((await rename(path)).status).toBe(200);
    expect((await rename(path, "*")).status).toBe(200);
    expect((await rename(path, `"other", ${await tagOf(path)}`)).status).toBe(200);
  });

  test("is changed by whoever saw its newest version through a proxy that compresses", async () => {
    const path = pathOf[thing];
    const seen = `W/${await tagOf(path)}`;
    expect((await rename(path, seen)).status).toBe(200);
    expect((await rename(path, seen)).status).toBe(412);
  });

  test("of two who saw the same version and change it at once, one is told", async () => {
    const seen = await tagOf(pathOf[thing]);
    const answers = await Promise.all([rename(pathOf[thing], seen), rename(pathOf[thing], seen)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
  });
});

test("use makes no new version of a key", async () => {
  const { id: tenantId } = await makeTenant();
  const key = await makeKey(tenantId);
  const path = `/api/admin/tenants/${tenantId}/keys/${key.id}`;
  const seen = await tagOf(path);
  await makeCall(key);
  expect(await tagOf(path)).toBe(seen);
});

test("a page reckons the version of what a list told it, as the server does of the thing", async () => {
  for (const thing of ["provider", "plan", "key", "tenant"] as const) {
    const path = pathOf[thing];
    const { body } = await api("GET", path.slice(0, path.lastIndexOf("/")));
    const listed = body.items.find(({ id }: { id: string }) => path.endsWith(id));
    expect(etagOf(listed)).toBe(await tagOf(path));
  }
});

test("a rotation with grace, its end and the uses of the old secret make no version of what can be edited but the first", async () => {
  const { id: tenantId } = await makeTenant();
  const key = await makeKey(tenantId);
  const path = `/api/admin/tenants/${tenantId}/keys/${key.id}`;
  const { body: rotated } = await api("POST", `${path}/rotation`, { body: { graceSeconds: 60 } });
  const { secret: _, ...told } = rotated;
  expect(etagOf({ ...told, previousSecretExpiresAt: null, previousSecret: { calls: 9 } })).toBe(await tagOf(path));
});

test("a price is changed by whoever saw it as it is", async () => {
  const { body: price } = await api("POST", `${pathOf.provider}/prices`, {
    body: { modelPattern: "gpt-*", inputMicroUsd: 1, outputMicroUsd: 2 },
  });
  const change = (ifMatch: string) =>
    api("PATCH", `${pathOf.provider}/prices/${price.id}`, {
      body: { outputMicroUsd: 3 },
      headers: { "if-match": ifMatch },
    });
  const changed = await change(etagOf(price));
  expect(changed).toMatchObject({ status: 200, body: { outputMicroUsd: 3 } });
  expect(changed.headers.get("etag")).toBe(etagOf(changed.body));
  expect((await change(etagOf(price))).status).toBe(412);
});

test("the agency's settings are changed by whoever saw them as they are", async () => {
  const path = "/api/admin/settings";
  const seen = await tagOf(path);
  const change = (refusalNote: string) => api("PATCH", path, { body: { refusalNote }, headers: { "if-match": seen } });
  const changed = await change("Write to us.");
  expect(changed.status).toBe(200);
  expect(changed.headers.get("etag")).toBe(await tagOf(path));
  expect((await change("Call us.")).status).toBe(412);
  expect((await api("GET", path)).body.refusalNote).toBe("Write to us.");
});

test("a role is changed by whoever saw the one that is held", async () => {
  const { id } = await makeTenant();
  const path = `/api/admin/tenants/${id}/people`;
  await api("POST", path, { body: { name: "Uma", email: "uma-of-the-role@example.test", role: "member" } });
  const [seen] = (await api("GET", path)).body.items;
  const change = (role: string) =>
    api("PATCH", `${path}/${seen.id}`, { body: { role }, headers: { "if-match": etagOf(seen) } });
  const changed = await change("manager");
  expect(changed).toMatchObject({ status: 200, body: { role: "manager" } });
  expect(changed.headers.get("etag")).toBe(etagOf(changed.body));
  expect((await change("member")).status).toBe(412);
});

test("what is made tells the version by which it can be changed, also when the request is answered again", async () => {
  const tenant = await makeTenant();
  const made = [
    { path: "/api/admin/plans", body: { name: unique("Plan") } },
    { path: "/api/admin/tenants", body: { name: unique("Client") } },
    { path: `/api/admin/tenants/${tenant.id}/keys`, body: { name: "Site" } },
    {
      path: "/api/admin/providers",
      body: { slug: "made", name: "Made", vendor: "openai", baseUrl: "http://127.0.0.1:9", credential: "sk-made" },
    },
  ];
  for (const { path, body } of made) {
    const create = () => api("POST", path, { body, headers: { "idempotency-key": path } });
    const created = await create();
    expect(created.status).toBe(201);
    const etag = created.headers.get("etag") as string;
    const { id } = created.body;
    expect(await tagOf(`${path}/${id}`)).toBe(etag);
    expect((await create()).headers.get("etag")).toBe(etag);
    expect((await rename(`${path}/${id}`, etag)).status).toBe(200);
    expect((await rename(`${path}/${id}`, etag)).status).toBe(412);
  }
});
