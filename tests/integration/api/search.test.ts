import { beforeAll, expect, test } from "vitest";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makeStaff, makeTenant } from "../../factories";

useDatabase();

let ids: { munich: string; suspended: string };
let secret: string;

beforeAll(async () => {
  const munich = await makeTenant({ name: "Bäckerei München" });
  const suspended = await makeTenant({ name: "Old Munich Brewery" });
  await api("PATCH", `/api/admin/tenants/${suspended.id}`, { body: { status: "suspended" } });
  const archived = await makeTenant({ name: "Munich archive" });
  await makeKey(archived.id, { name: "Webshop of old" });
  await api("DELETE", `/api/admin/tenants/${archived.id}`);
  const revoked = await makeKey(munich.id, { name: "A webshop" });
  await api("POST", `/api/admin/tenants/${munich.id}/keys/${revoked.id}/revocation`);
  await makeKey(munich.id, { name: "My webshop" });
  ({ secret } = await makeKey(suspended.id, { name: "Webshop 100%" }));
  ids = { munich: munich.id, suspended: suspended.id };
});

const search = async (q: string) => (await api("GET", `/api/admin/search?${new URLSearchParams({ q })}`)).body;
const names = (found: { name: string }[]) => found.map(({ name }) => name);

test("clients are found by a part of their name or slug, whatever its case and accents; archived ones come last", async () => {
  expect((await search("munchen")).tenants).toEqual([
    { id: ids.munich, name: "Bäckerei München", slug: "backerei-munchen", status: "active" },
  ]);
  const { tenants } = await search("MUNICH");
  expect(tenants.map(({ name, status }: { name: string; status: string }) => [name, status])).toEqual([
    ["Old Munich Brewery", "suspended"],
    ["Munich archive", "archived"],
  ]);
});

test("keys are found by name: what begins with it first, revoked ones last, none of archived clients", async () => {
  const { keys } = await search("webshop");
  expect(names(keys)).toEqual(["Webshop 100%", "My webshop", "A webshop"]);
  expect(keys[0]).toMatchObject({
    tenantName: "Old Munich Brewery",
    tenantSlug: "old-munich-brewery",
    isRevoked: false,
  });
  expect(keys[2]).toMatchObject({ isRevoked: true });
});

test("a key is found by the part of its secret that may be shown, and by no more of it", async () => {
  expect(names((await search(secret.slice(0, 12))).keys)).toEqual(["Webshop 100%"]);
  expect((await search(secret)).keys).toEqual([]);
});

test("what is sought is a text and no pattern", async () => {
  expect(names((await search("100%")).keys)).toEqual(["Webshop 100%"]);
  expect((await search("w_bshop")).keys).toEqual([]);
  expect((await search("%")).tenants).toEqual([]);
});

test("is for any of the staff, and refuses what is too long", async () => {
  expect((await api("GET", "/api/admin/search?q=munich", { as: { user: await makeStaff("viewer") } })).status).toBe(
    200,
  );
  expect((await api("GET", `/api/admin/search?q=${"x".repeat(101)}`)).status).toBe(400);
});
