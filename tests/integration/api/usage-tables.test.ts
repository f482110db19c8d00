import { beforeAll, describe, expect, test } from "vitest";
import { findTenantSnapshot } from "@/lib/keys/directory";
import type { KeyWithSecret } from "@/lib/keys/schema";
import type { TenantSnapshot } from "@/lib/metering/types";
import type { Tenant } from "@/lib/tenants/schema";
import type { SourcesReport, UsageRequest } from "@/lib/usage/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import {
  makeCall,
  makeClientUser,
  makeKey,
  makeTenant,
  recordCall,
  unique,
  unknownId,
  writeUse,
} from "../../factories";

useDatabase();

let tenant: Tenant;
let shop: KeyWithSecret;
let legacy: KeyWithSecret;
let user: { id: string; sessionVersion: number };

beforeAll(async () => {
  tenant = await makeTenant({ name: unique("Café Noir") });
  shop = await makeKey(tenant.id, { name: "=Größe, Shop" });
  legacy = await makeKey(tenant.id, { name: "old plugin", secret: `legacy-${unknownId()}` });
  user = await makeClientUser(tenant.id);
  await makeCall(shop, { inputTokens: 30, outputTokens: 12 });
  await makeCall(shop, { state: "failed" });
  await makeCall(legacy, { inputTokens: 5, outputTokens: 0, costMicroUsd: null });
  const snapshot = (await findTenantSnapshot(tenant.id)) as TenantSnapshot;
  await recordCall({ source: "web", tenant: snapshot, key: null, user: { id: user.id, name: "Uma User" } });
});

const report = async (query: string): Promise<SourcesReport> =>
  (await api("GET", `/api/admin/usage/sources?tenantId=${tenant.id}&${query}`)).body;

describe("use by source as a file", () => {
  test("has the rows of the report, with names that no spreadsheet runs", async () => {
    const { status, headers, body } = await api("GET", `/api/admin/usage/sources.csv?tenantId=${tenant.id}`);
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(headers.get("content-disposition")).toBe('attachment; filename="sources.csv"');
    const { totals } = await report("");
    const used = (id: string) => totals.byKey.find(({ apiKeyId }) => apiKeyId === id)?.lastUsedAt;
    expect(body.trim().split("\r\n")).toEqual([
      "name,client,prefix,source,requests,failed,blocked,free,inputTokens,outputTokens,totalTokens,costMicroUsd,unpricedRequests,lastUsedAt,revokedAt",
      `"'=Größe, Shop",${tenant.name},${shop.prefix},apikey,1,1,0,0,30,12,42,7,0,${used(shop.id)},`,
      expect.stringMatching(/^Uma User,.*,,web,1,0,0,0,4,6,10,7,0,/),
      `old plugin,${tenant.name},${legacy.prefix},legacy,1,0,0,0,5,0,5,,1,${used(legacy.id)},`,
    ]);
  });

  test("is the client's without legacy use, costs and who used the playground", async () => {
    const { body } = await api("GET", "/api/usage/sources.csv", { as: { user } });
    expect(body).toContain("Größe, Shop");
    expect(body).toMatch(/^,,web,1,/m);
    for (const hidden of ["old plugin", "legacy", "costMicroUsd", "Uma User"]) expect(body).not.toContain(hidden);
  });

  test("leaves nothing out, also beyond 200 keys", async () => {
    const many = await makeTenant();
    const at = new Date("2026-04-10T12:00:00Z");
    for (let index = 0; index < 205; index++)
      await writeUse({ tenantId: many.id, actorId: unknownId(), at, localDate: "2026-04-10", totalTokens: index });
    const { body } = await api(
      "GET",
      `/api/admin/usage/sources.csv?tenantId=${many.id}&from=2026-04-10T00:00:00Z&to=2026-04-11T00:00:00Z`,
    );
    expect(body.trim().split("\r\n")).toHaveLength(206);
  });

  test.each(["sources", "monthly", "requests"])("%s is refused as its JSON is", async (name) => {
    const path = `usage/${name}.csv`;
    expect((await api("GET", `/api/admin/${path}?nonsense=1`)).body.error.fields).toHaveProperty("nonsense");
    expect((await api("GET", `/api/${path}?nonsense=1`, { as: { user } })).status).toBe(400);
    expect((await api("GET", `/api/${path}`, { as: "nobody" })).status).toBe(401);
    expect((await api("GET", `/api/${path}?tenant=nobody-of-this-name`, { as: { user } })).status).toBe(404);
  });
});

describe("a search of use by source", () => {
  test.each([
    ["grosse", []],
    ["GRÖßE", ["=Größe, Shop"]],
    ["große", ["=Größe, Shop"]],
    ["plug", ["old plugin"]],
    ["cafe n", ["=Größe, Shop", "old plugin"]],
    ["o", ["=Größe, Shop", "old plugin"]],
  ])("%j finds %j, by name, prefix or owner, whatever case and accents", async (search, names) => {
    const { totals } = await report(`search=${encodeURIComponent(search)}`);
    expect(totals.byKey.map(({ apiKeyName }) => apiKeyName)).toEqual(names);
    const rest = totals.byKeyRemainder?.totalTokens ?? 0;
    const found = totals.byKey.reduce((sum, { totalTokens }) => sum + totalTokens, 0);
    expect(found + rest).toBe(47);
    expect(totals.grandTotal.totalTokens).toBe(57);
  });

  test("finds the playground by the name it is shown under, in the file too", async () => {
    const search = `search=${encodeURIComponent("playground · uma")}`;
    const { totals } = await report(search);
    expect(totals.byKey).toEqual([]);
    expect(totals.byUserSource?.map(({ userName }) => userName)).toEqual(["Uma User"]);
    const { body } = await api("GET", `/api/admin/usage/sources.csv?tenantId=${tenant.id}&${search}`);
    expect(body.trim().split("\r\n").slice(1)).toEqual([expect.stringMatching(/^Uma User,/)]);
  });

  test("does not take for the playground what was corrected without a key, which it finds by its own name", async () => {
    const corrected = await makeTenant();
    const path = `/api/admin/tenants/${corrected.id}/adjustments`;
    expect((await api("POST", path, { body: { tokens: 9, reason: "counted elsewhere" } })).status).toBe(201);
    const found = async (search: string): Promise<SourcesReport["totals"]["byUserSource"]> =>
      (await api("GET", `/api/admin/usage/sources?tenantId=${corrected.id}&search=${search}`)).body.totals.byUserSource;
    expect(await found("no+known+key")).toEqual([
      expect.objectContaining({ source: "web", userId: null, totalTokens: 9 }),
    ]);
    expect(await found("playground")).toEqual([]);
  });

  test("of a client finds its playground as one, and nothing by its own name, which it is not shown", async () => {
    const found = async (search: string): Promise<string[]> => {
      const { body } = await api("GET", `/api/usage/sources.csv?search=${encodeURIComponent(search)}`, {
        as: { user },
      });
      return body.trim().split("\r\n").slice(1);
    };
    expect(await found("playg")).toEqual([expect.stringMatching(/^,,web,1,/)]);
    expect(await found("uma")).toEqual([]);
    expect(await found(tenant.name)).toEqual([]);
  });

  test("reaches the keys beyond 200, and what it does not find is in the remainder", async () => {
    const many = await makeTenant();
    const at = new Date("2026-04-10T12:00:00Z");
    const rare = await makeKey(many.id, { name: "rarely used" });
    await writeUse({ tenantId: many.id, actorId: rare.id, at, localDate: "2026-04-10", totalTokens: 1 });
    for (let index = 0; index < 205; index++)
      await writeUse({ tenantId: many.id, actorId: unknownId(), at, localDate: "2026-04-10", totalTokens: 100 });
    const range = `tenantId=${many.id}&from=2026-04-10T00:00:00Z&to=2026-04-11T00:00:00Z`;
    const get = async (query: string): Promise<SourcesReport> =>
      (await api("GET", `/api/admin/usage/sources?${range}${query}`)).body;

    expect((await get("")).totals.byKey.some(({ apiKeyId }) => apiKeyId === rare.id)).toBe(false);
    const found = await get("&search=rarely");
    expect(found).toMatchObject({
      truncated: false,
      totals: {
        byKey: [{ apiKeyId: rare.id, totalTokens: 1 }],
        byKeyRemainder: {
          keys: 205,
          totalTokens: 20_500,
          bySource: [{ source: "apikey", keys: 205, totalTokens: 20_500 }],
        },
        grandTotal: { totalTokens: 20_501 },
      },
    });
    expect(found.buckets.reduce((sum, { totalTokens }) => sum + totalTokens, 0)).toBe(20_501);
  });
});

describe("the list of requests", () => {
  const find = async (query: string): Promise<UsageRequest[]> =>
    (await api("GET", `/api/admin/usage/requests?tenantId=${tenant.id}&${query}`)).body.items;

  test.each([
    ["source=web", 1],
    ["source=apikey", 2],
    ["source=legacy", 1],
    ["model=GPT", 4],
    ["model=test", 4],
    ["model=g_t", 0],
    ["model=%25", 0],
    ["httpStatus=200", 4],
    ["httpStatus=2xx", 4],
    ["httpStatus=4xx", 0],
    ["state=failed&source=apikey", 1],
  ])("filtered by %s has %i", async (query, count) => {
    expect(await find(query)).toHaveLength(count);
  });

  test("finds a call by its id", async () => {
    const [call] = await find("source=web");
    expect((await find(`id=${call?.id}`)).map(({ id }) => id)).toEqual([call?.id]);
    expect(await find(`id=${unknownId()}`)).toEqual([]);
  });

  test.each(["source=app", "httpStatus=600", "httpStatus=42", "id=1"])("%s is refused and named", async (query) => {
    const { status, body } = await api("GET", `/api/admin/usage/requests?${query}`);
    expect(status).toBe(400);
    expect(body.error.fields).toHaveProperty(query.split("=")[0] as string);
  });

  test("is the client's own without legacy use, whatever is asked for", async () => {
    const own = async (query: string) => (await api("GET", `/api/usage/requests?${query}`, { as: { user } })).body;
    expect((await own("")).items.map(({ source }: UsageRequest) => source).toSorted()).toEqual([
      "apikey",
      "apikey",
      "web",
    ]);
    expect((await own("source=legacy")).items).toEqual([]);
    expect((await own(`apiKeyId=${legacy.id}`)).items).toEqual([]);
    const [hidden] = await find("source=legacy");
    expect((await own(`id=${hidden?.id}`)).items).toEqual([]);
    const foreign = await makeKey((await makeTenant()).id);
    await makeCall(foreign);
    expect((await own(`apiKeyId=${foreign.id}`)).items).toEqual([]);
    expect(await own(`tenantId=${tenant.id}`)).toMatchObject({ error: { fields: { tenantId: expect.any(String) } } });
  });

  test("is a file with every call that matches, over the edge of a page", async () => {
    const busy = await makeTenant();
    const key = await makeKey(busy.id);
    await Promise.all(Array.from({ length: 1_010 }, () => makeCall(key)));
    const { body } = await api("GET", `/api/admin/usage/requests.csv?tenantId=${busy.id}`);
    const [names, ...lines] = body.trim().split("\r\n");
    expect(names.split(",").slice(0, 3)).toEqual(["id", "admittedAt", "tenantName"]);
    expect(new Set(lines.map((line: string) => line.split(",")[0])).size).toBe(1_010);
  });
});

test("months as a file have a row per month and key, and one for the playground", async () => {
  const { body } = await api("GET", `/api/admin/usage/monthly.csv?tenantId=${tenant.id}&months=2`);
  const [names, ...lines] = body.trim().split("\r\n");
  expect(names).toBe(
    "month,client,key,prefix,source,requests,failed,blocked,free,inputTokens,outputTokens,totalTokens,costMicroUsd,unpricedRequests",
  );
  expect(lines.map((line: string) => line.replace(/".*?"/, "").split(",").at(4))).toEqual(["apikey", "legacy", "web"]);
  const own = await api("GET", "/api/usage/monthly.csv", { as: { user } });
  for (const hidden of ["old plugin", "costMicroUsd"]) expect(own.body).not.toContain(hidden);
});
