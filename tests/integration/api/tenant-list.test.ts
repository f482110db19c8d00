import { beforeAll, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { dayAt, monthAt } from "@/lib/quota/window";
import type { QuotaLimit, TenantListItem } from "@/lib/tenants/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makePlan, makeTenant } from "../../factories";

useDatabase();

const list = async (query = ""): Promise<{ items: TenantListItem[]; total: number; nextCursor: string | null }> =>
  (await api("GET", `/api/admin/tenants?${query}`)).body;
const namesOf = async (query: string) => (await list(query)).items.map(({ name }) => name);

beforeAll(async () => {
  const plans = [
    await makePlan({ name: "Étude", dailyTokenLimit: 100, dailyRequestLimit: 10, monthlyTokenLimit: 1_000 }),
    await makePlan({ name: "Large", monthlyRequestLimit: 50, monthlyCostLimitMicroUsd: 500, nearLimitPercent: 50 }),
    await makePlan({ name: "Nothing", dailyTokenLimit: 0 }),
    await makePlan({ name: "Open" }),
  ];
  for (const [place, name] of ["Ärger", "arbor", "Beta", "beta", "Caffè 100%", "Zora", "Éclair", "Delta"].entries()) {
    for (const [turn, plan] of plans.entries()) {
      const timeZone = (place + turn) % 2 === 0 ? "Pacific/Auckland" : "America/New_York";
      const { id } = await makeTenant({ name: `${name} ${turn}`, timeZone, ...(place !== 7 && { planId: plan.id }) });
      await use(id, timeZone, (place * 13 + turn * 29) % 110);
      if (place === 1) await override(id, 20, null);
      if (place === 2) await override(id, 200, new Date(Date.now() + 86_400_000));
      if (place === 3) await override(id, 5, new Date(Date.now() - 60_000));
      if (place === 4) await prisma().tenant.update({ where: { id }, data: { status: "suspended" } });
      if (place === 5 && turn < 2) await makeCall(await makeKey(id));
      if (place === 6 && turn === 3) await api("DELETE", `/api/admin/tenants/${id}`);
    }
  }
});

/** As if so much had been used, today and before this month. */
async function use(tenantId: string, timeZone: string, amount: number): Promise<void> {
  const now = new Date();
  const [day, month] = [dayAt(now, timeZone), monthAt(now, timeZone)];
  const used = BigInt(amount);
  await prisma().quotaCounter.create({
    data: {
      tenantId,
      subjectId: tenantId,
      version: 1,
      dayStartsAt: day.startsAt,
      dayEndsAt: day.endsAt,
      dayRequestsUsed: used / 8n,
      dayTokensUsed: used,
      dayTokensReserved: 3n,
      dayCostUsed: used,
      monthStartsAt: month.startsAt,
      monthEndsAt: month.endsAt,
      monthRequestsUsed: (4n * used) / 8n,
      monthTokensUsed: 4n * used,
      monthTokensReserved: 3n,
      monthCostUsed: 4n * used,
      minuteStartsAt: new Date(0),
      countedUntil: now,
    },
  });
}

async function override(id: string, dailyTokenLimit: number, expiresAt: Date | null): Promise<void> {
  await prisma().tenant.update({ where: { id }, data: { dailyTokenLimit, dailyTokenLimitExpiresAt: expiresAt } });
}

const share = (limit: QuotaLimit | null) =>
  limit === null ? -1 : limit.cap === 0 ? 1 : (limit.used + limit.reserved) / limit.cap;

test("clients are put in order by what the quota rules say, up and down", async () => {
  const measures: Record<string, (tenant: TenantListItem) => number> = {
    today: ({ today }) => share(today),
    month: ({ month }) => share(month),
    taken: ({ today, month }) => Math.max(share(today), share(month)),
    calls: ({ usedThisMonth }) => usedThisMonth.requests,
    tokens: ({ usedThisMonth }) => usedThisMonth.tokens,
    used: ({ lastUsedAt }) => (lastUsedAt ? Date.parse(lastUsedAt) : 0),
  };
  for (const [field, value] of Object.entries(measures)) {
    const values = (await list(`sort=${field}`)).items.map(value);
    expect(values, field).toEqual(values.toSorted((a, b) => a - b));
    expect(new Set(values).size, field).toBeGreaterThan(1);
    expect((await list(`sort=-${field}`)).items.map(value), field).toEqual(values.toReversed());
  }
});

test("those that need attention are the active ones whose day or month is near its limit or over it", async () => {
  const near = (await list()).items.filter(
    ({ status, today, month }) => status === "active" && [today, month].some((limit) => limit?.near),
  );
  const found = await list("status=attention");
  expect(found.items.map(({ id }) => id).toSorted()).toEqual(near.map(({ id }) => id).toSorted());
  expect(found.total).toBe(near.length);
  expect(near.length).toBeGreaterThan(3);
});

test.each(["name", "-name", "plan", "-today", "month", "-calls", "tokens", "used"])(
  "pages of the list by %s add up to the whole, each client once",
  async (sort) => {
    const whole = await list(`sort=${sort}`);
    expect(whole).toMatchObject({ total: 31, nextCursor: null });
    const paged: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page = await list(`sort=${sort}&limit=7${cursor && `&cursor=${cursor}`}`);
      expect(page.total).toBe(31);
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole.items.map(({ id }) => id));
  },
);

test("names are ordered without case and accents", async () => {
  const names = (await namesOf("sort=name")).map((name) => name.slice(0, -2));
  expect([...new Set(names)].slice(0, 2)).toEqual(["arbor", "Ärger"]);
  expect(names.at(-1)).toBe("Zora");
});

describe("a search", () => {
  test.each([
    { search: "ARGER", found: ["Ärger 0", "Ärger 1", "Ärger 2", "Ärger 3"] },
    { search: "caffe 100% 2", found: ["Caffè 100% 2"] },
    { search: "%", found: ["Caffè 100% 0", "Caffè 100% 1", "Caffè 100% 2", "Caffè 100% 3"] },
    { search: "eclair-1", found: ["Éclair 1"] },
    { search: "no such client", found: [] },
  ])("for $search finds $found", async ({ search, found }) => {
    expect(await namesOf(`search=${encodeURIComponent(search)}`)).toEqual(found);
  });

  test("finds those on a plan by its name", async () => {
    const found = await list("search=etude");
    expect(found.items.map(({ plan }) => plan?.name)).toEqual(Array(7).fill("Étude"));
  });
});

describe("a filter", () => {
  test("tells apart those suspended, overridden and archived", async () => {
    expect(await namesOf("status=suspended")).toHaveLength(4);
    expect(await namesOf("status=active")).toHaveLength(27);
    expect(await namesOf("status=override")).toEqual(expect.arrayContaining(["arbor 0", "Beta 3"]));
    expect(await namesOf("status=override")).toHaveLength(8);
    expect(await namesOf("status=archived")).toEqual(["Éclair 3"]);
    expect((await list("archived=true")).total).toBe(32);
  });

  test("by plan gives those whom it limits now", async () => {
    const [first] = (await list("search=etude")).items;
    expect((await list(`planId=${first?.plan?.id}`)).total).toBe(7);
  });
});

test.each([
  { name: "a cursor of another order", query: async () => `sort=-name&cursor=${(await list("limit=1")).nextCursor}` },
  { name: "a cursor that is none", query: async () => "cursor=abc" },
  { name: "a rank that is no number", query: async () => `sort=calls&cursor=${cursorOf("calls", "many")}` },
  { name: "a rank that cannot be stored", query: async () => `cursor=${cursorOf("name", "\0")}` },
  { name: "an order that there is not", query: async () => "sort=fee" },
  { name: "a page of 501", query: async () => "limit=501" },
  { name: "a plan that is no id", query: async () => "planId=large" },
])("$name is refused", async ({ query }) => {
  expect((await api("GET", `/api/admin/tenants?${await query()}`)).status).toBe(400);
});

function cursorOf(sort: string, rank: string): string {
  const id = "00000000-0000-7000-8000-000000000000";
  return Buffer.from([sort, Buffer.from(rank).toString("base64url"), id].join(" ")).toString("base64url");
}

describe("restoring", () => {
  test("brings a client back as it was: its keys work again, and it is in the list", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id);
    const withKey = async () => (await api("GET", "/api/usage/quota", { as: { bearer: key.secret } })).status;
    expect(await withKey()).toBe(200);
    await api("DELETE", `/api/admin/tenants/${tenant.id}`);
    expect(await withKey()).toBe(401);

    const restored = await api("POST", `/api/admin/tenants/${tenant.id}/restoration`);
    expect(restored).toMatchObject({ status: 200, body: { id: tenant.id, archivedAt: null, status: "active" } });
    expect(await withKey()).toBe(200);
    expect(await namesOf(`search=${encodeURIComponent(tenant.name)}`)).toEqual([tenant.name]);

    const { body } = await api("GET", `/api/admin/audit?target=tenant:${tenant.id}&limit=2`);
    expect(body.items.map(({ action }: { action: string }) => action)).toEqual(["tenant.restored", "tenant.archived"]);
  });

  test("of one that is not archived changes nothing", async () => {
    const tenant = await makeTenant();
    expect((await api("POST", `/api/admin/tenants/${tenant.id}/restoration`)).body).toEqual(tenant);
    const { body } = await api("GET", `/api/admin/audit?target=tenant:${tenant.id}`);
    expect(body.items).toHaveLength(1);
  });
});
