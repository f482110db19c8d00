import { beforeAll, describe, expect, test } from "vitest";
import type { KeyWithSecret } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import type { SourcesReport } from "@/lib/usage/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makeTenant, unique, unknownId, writeUse } from "../../factories";

useDatabase();

const day = { at: new Date("2026-04-10T12:00:00Z"), localDate: "2026-04-10" };
const nextDay = { at: new Date("2026-04-11T12:00:00Z"), localDate: "2026-04-11" };
const range = "from=2026-04-10T00:00:00Z&to=2026-04-12T00:00:00Z";
const many = 205;

let first: Tenant;
let second: Tenant;
let wanderer: { id: string };

beforeAll(async () => {
  [first, second] = [await makeTenant({ name: unique("First") }), await makeTenant({ name: unique("Second") })];
  for (let index = 0; index < many; index++) {
    const tenantId = index % 2 === 0 ? first.id : second.id;
    await writeUse({ tenantId, actorId: unknownId(), ...day, totalTokens: 1_000 + index });
    await writeUse({ tenantId, actorId: unknownId(), source: "web", ...nextDay, totalTokens: 10 });
  }
  // Somebody who is listed at one client, and at the other among the rest.
  wanderer = await makeClientUser(first.id);
  await writeUse({ tenantId: first.id, actorId: wanderer.id, source: "web", ...day, totalTokens: 500 });
  await writeUse({ tenantId: second.id, actorId: wanderer.id, source: "web", ...day, totalTokens: 1 });
  for (const { id: tenantId } of [first, second])
    await writeUse({ tenantId, actorId: unknownId(), source: "legacy", ...nextDay, totalTokens: 7 });
});

const report = async (query = ""): Promise<SourcesReport> =>
  (await api("GET", `/api/admin/usage/sources?${range}${query}`)).body;

const tokens = (of: { totalTokens: number }[]) => of.reduce((sum, { totalTokens }) => sum + totalTokens, 0);

describe("use by source of all clients, with more keys and users than are listed", () => {
  test("is the same as what its clients used, in all and on each day", async () => {
    const all = await report();
    const each = await Promise.all([first, second].map(({ id }) => report(`&tenantId=${id}`)));
    expect(all.totals.grandTotal.totalTokens).toBe(tokens(each.map(({ totals }) => totals.grandTotal)));
    for (const start of all.bucketStarts) {
      const onDay = (of: SourcesReport) =>
        tokens(of.buckets.filter(({ bucket }) => bucket.slice(0, 10) === start.slice(0, 10)));
      expect(onDay(all)).toBe(each.reduce((sum, of) => sum + onDay(of), 0));
    }
  });

  test("lists the 200 most used keys, and the others are one remainder for each source", async () => {
    const { totals, truncated, buckets } = await report();
    expect(truncated).toBe(true);
    expect(totals.byKey).toHaveLength(200);
    expect(totals.byKeyRemainder).toMatchObject({
      keys: many + 2 - 200,
      totalTokens: 1_000 + 1_001 + 1_002 + 1_003 + 1_004 + 14,
    });
    expect(
      tokens(totals.byKey) +
        (totals.byKeyRemainder?.totalTokens ?? 0) +
        tokens(totals.bySource.filter(({ source }) => source === "web")),
    ).toBe(totals.grandTotal.totalTokens);
    const rests = buckets.filter(({ remainder }) => remainder);
    expect(new Set(rests.map(({ source }) => source))).toEqual(new Set(["apikey", "web", "legacy"]));
    expect(tokens(rests.filter(({ source }) => source === "legacy"))).toBe(14);
  });

  test("lists the 200 most used users, each at each client, and tells how many there are beside them", async () => {
    const { totals } = await report();
    const web = totals.byUserSource?.filter(({ source }) => source === "web") ?? [];
    const rest = totals.byUserSourceRemainder?.find(({ source }) => source === "web");
    expect(web).toHaveLength(200);
    expect(web[0]).toMatchObject({ userId: wanderer.id, tenantId: first.id, totalTokens: 500 });
    expect(web.filter(({ userId }) => userId === wanderer.id)).toHaveLength(1);
    expect(rest).toMatchObject({ owners: many + 2 - 200 });
    const whole = totals.bySource.find(({ source }) => source === "web")?.totalTokens;
    expect(tokens(web) + (rest?.totalTokens ?? 0)).toBe(whole);
  });

  test("tells whose legacy use it is, also of keys that are not listed", async () => {
    const { totals } = await report();
    expect(totals.byKey.some(({ source }) => source === "legacy")).toBe(false);
    const legacy = totals.byUserSource?.filter(({ source }) => source === "legacy") ?? [];
    expect(legacy.map(({ tenantId, totalTokens }) => [tenantId, totalTokens]).toSorted()).toEqual(
      [first, second].map(({ id }) => [id, 7]).toSorted(),
    );
  });

  test("is searched by client, and what is not found is in the remainders", async () => {
    const { totals } = await report(`&search=${encodeURIComponent(second.name)}`);
    expect(new Set(totals.byKey.map(({ tenantId }) => tenantId))).toEqual(new Set([second.id]));
    expect(totals.byUserSource?.every(({ tenantId }) => tenantId === second.id)).toBe(true);
    expect(
      tokens(totals.byKey) +
        (totals.byKeyRemainder?.totalTokens ?? 0) +
        tokens(totals.bySource.filter(({ source }) => source === "web")),
    ).toBe(totals.grandTotal.totalTokens);
  });
});

describe("what counts in a client's limits and stands in none of its reports", () => {
  let key: KeyWithSecret;
  let user: { id: string; sessionVersion: number };
  let tenant: Tenant;

  beforeAll(async () => {
    tenant = await makeTenant();
    key = await makeKey(tenant.id);
    user = await makeClientUser(tenant.id);
    await makeCall(key, { inputTokens: 10, outputTokens: 5 });
  });

  test("is told once there is any", async () => {
    const own = async () => (await api("GET", "/api/usage/quota", { as: { user } })).body;
    expect(await own()).toMatchObject({ hasUnlistedUse: false, month: { requests: 1 } });
    const legacy = await makeKey(tenant.id, { secret: `legacy-${unknownId()}` });
    await makeCall(legacy, { inputTokens: 100, outputTokens: 0 });
    expect(await own()).toMatchObject({ hasUnlistedUse: true, month: { requests: 2 } });
  });
});
