import { expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makePlan, makeStaff, makeTenant, unique } from "../../factories";

useDatabase();

const path = "/api/admin/audit";

test("an event tells who changed what of whom, as it was and as it is", async () => {
  const tenant = await makeTenant();
  const owner = await makeStaff("owner");
  await api("PATCH", `/api/admin/tenants/${tenant.id}`, { as: { user: owner }, body: { dailyTokenLimit: 5 } });

  const { body } = await api("GET", `${path}?target=tenant:${tenant.id}&limit=1`);
  expect(body.items).toMatchObject([
    {
      action: "tenant.updated",
      actorId: owner.id,
      actorName: "The owner",
      targetName: tenant.name,
      tenantName: tenant.name,
      tenantSlug: tenant.slug,
      before: { dailyTokenLimit: null },
      after: { dailyTokenLimit: 5 },
    },
  ]);
});

test.each(["update audit_event set actor_name = 'nobody'", "delete from audit_event", "truncate audit_event"])(
  "the trail can only grow: the database refuses “%s”",
  async (statement) => {
    await makeTenant();
    await expect(pool().query(statement)).rejects.toThrow("audit_event is append-only");
  },
);

test("what was done to one thing is found by its id", async () => {
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id);
  const { body } = await api("GET", `${path}?target=${key.id}`);
  expect(body.items).toMatchObject([{ action: "key.created", target: `key:${key.id}` }]);
});

test("what was removed is still called by its name", async () => {
  const plan = await makePlan();
  await api("DELETE", `/api/admin/plans/${plan.id}`);
  const { body } = await api("GET", `${path}?target=plan:${plan.id}`);
  expect(body.items).toMatchObject([
    { action: "plan.deleted", targetName: plan.name, after: null },
    { action: "plan.created", targetName: plan.name, before: null },
  ]);
});

test("a client's events are those of its keys too", async () => {
  const tenant = await makeTenant();
  const key = await makeKey(tenant.id);
  await makeKey((await makeTenant()).id);
  const { body } = await api("GET", `${path}?tenantId=${tenant.id}`);
  expect(body.items).toMatchObject([
    { action: "key.created", target: `key:${key.id}`, targetName: key.name },
    { action: "tenant.created" },
  ]);
});

test.each([
  { name: "the name of what was changed", search: (name: string) => name },
  { name: "it in other letters", search: (name: string) => name.toUpperCase() },
  { name: "what changed", search: () => "a reason of 100%_sure" },
])("is found by $name", async ({ search }) => {
  const tenant = await makeTenant({ name: unique("Zürich Verlag") });
  const body = { dailyTokenLimit: 1, dailyTokenLimitReason: "A reason of 100%_sure" };
  await api("PATCH", `/api/admin/tenants/${tenant.id}`, { body });

  const { body: found } = await api("GET", `${path}?search=${encodeURIComponent(search(tenant.name))}`);
  expect(found.items.map(({ tenantId }: { tenantId: string }) => tenantId)).toContain(tenant.id);
});

test("what was done to a key, a plan or a provider is found by its name, also where that did not change", async () => {
  const key = await makeKey((await makeTenant()).id, { name: unique("Shop") });
  await api("POST", `/api/admin/tenants/${key.tenantId}/keys/${key.id}/rotation`);
  const plan = await makePlan();
  await api("PATCH", `/api/admin/plans/${plan.id}`, { body: { dailyTokenLimit: 7 } });
  const fields = { slug: "harbour", name: unique("Harbour"), vendor: "openai", credential: "sk-one" };
  const { body: provider } = await api("POST", "/api/admin/providers", { body: fields });
  await api("PATCH", `/api/admin/providers/${provider.id}`, { body: { credential: "sk-another" } });

  const actionsFoundBy = async (name: string) => {
    const { body } = await api("GET", `${path}?search=${encodeURIComponent(name.toLowerCase())}`);
    return body.items.map(({ action }: { action: string }) => action);
  };
  expect(await actionsFoundBy(key.name)).toEqual(["key.rotated", "key.created"]);
  expect(await actionsFoundBy(plan.name)).toEqual(["plan.updated", "plan.created"]);
  expect(await actionsFoundBy(provider.name)).toEqual(["provider.updated", "provider.created"]);
});

test("what is searched for stands for itself, and is no pattern", async () => {
  await makeTenant();
  for (const search of ["%25_%25", "ten_nt.created"])
    expect((await api("GET", `${path}?search=${search}`)).body.items).toEqual([]);
});

test("a kind is not another one whose name begins alike", async () => {
  await makeTenant();
  expect((await api("GET", `${path}?target=ten`)).body.items).toEqual([]);
  expect((await api("GET", `${path}?target=tenant&limit=1`)).body.items).toHaveLength(1);
});

test("its pages hold every event once", async () => {
  const tenant = await makeTenant();
  for (const name of ["a", "b", "c", "d"]) await makeKey(tenant.id, { name });

  const names: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { body } = await api("GET", `${path}?tenantId=${tenant.id}&limit=2${cursor && `&cursor=${cursor}`}`);
    names.push(...body.items.map(({ targetName }: { targetName: string }) => targetName));
    cursor = body.nextCursor;
  }
  expect(names).toEqual(["d", "c", "b", "a", tenant.name]);
});

test("the file holds what the list does", async () => {
  const tenant = await makeTenant({ name: '=Acme, "the" best' });
  await makeKey(tenant.id, { name: "shop" });
  const { headers, body } = await api("GET", `/api/admin/audit.csv?tenantId=${tenant.id}`);
  expect(headers.get("content-disposition")).toContain("audit.csv");
  const lines = body.trimEnd().split("\r\n");
  expect(lines).toHaveLength(3);
  expect(lines[0]).toBe("id,at,actorId,actorName,action,target,targetName,tenantId,tenantName,before,after");
  expect(lines[1]).toContain(`key.created,key:`);
  expect(lines[2]).toContain(`"'=Acme, ""the"" best"`);
});
