import { beforeAll, expect, test } from "vitest";
import type { KeyWithSecret } from "@/lib/keys/schema";
import type { Tenant } from "@/lib/tenants/schema";
import type { OwnPage } from "@/lib/usage/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeClientUser, makeKey, makePlan, makeTenant, unknownId } from "../../factories";

useDatabase();

let tenant: Tenant;
let key: KeyWithSecret;
let user: { id: string; sessionVersion: number };

beforeAll(async () => {
  const plan = await makePlan({ monthlyTokenLimit: 1_000_000 });
  tenant = await makeTenant({ planId: plan.id, timeZone: "Asia/Kathmandu" });
  key = await makeKey(tenant.id, { dailyTokenLimit: 500_000 });
  user = await makeClientUser(tenant.id);
  await makeCall(key, { inputTokens: 10, outputTokens: 5 });
});

const readPage = async (): Promise<OwnPage> => (await api("GET", "/api/usage/page", { as: { user } })).body;

test("a client's page says what each of its parts says alone, and nothing of legacy keys", async () => {
  const legacy = await makeKey(tenant.id, { secret: `legacy-${unknownId()}` });
  await makeCall(legacy, { inputTokens: 100, outputTokens: 0 });
  const get = async (path: string) => (await api("GET", `/api/usage/${path}`, { as: { user } })).body;
  const { quota, keys, months, thisMonth, sources } = await readPage();
  expect(quota).toEqual(await get("quota"));
  expect(keys).toEqual(await get("keys"));
  expect(months).toEqual(await get("monthly"));
  const rangeOf = ({ from, to }: { from: string; to: string }) => `from=${from}&to=${to}&bucket=day`;
  expect(thisMonth).toEqual(await get(`sources?${rangeOf(thisMonth)}`));
  expect(sources).toEqual(await get(`sources?${rangeOf(sources)}`));
  expect(quota.hasUnlistedUse).toBe(true);
  for (const secret of [legacy.id, legacy.prefix])
    expect(JSON.stringify({ quota, keys, months, thisMonth, sources })).not.toContain(secret);
});

test("its parts are of one moment, however many calls are made meanwhile", async () => {
  const other = await makeTenant();
  const busyKey = await makeKey(other.id);
  const as = { user: await makeClientUser(other.id) };
  let isOver = false;
  const calling = Array.from({ length: 24 }, async () => {
    while (!isOver) await makeCall(busyKey, { inputTokens: 3, outputTokens: 2 });
  });
  const seen = new Set<number>();
  try {
    while (seen.size < 40) {
      const { quota, keys, months, thisMonth }: OwnPage = (await api("GET", "/api/usage/page", { as })).body;
      const calls = quota.month.requests;
      const parts = [keys.items[0]?.usedThisMonth, months.items[0], thisMonth.totals.grandTotal];
      expect(parts.map((part) => part?.requests ?? 0)).toEqual([calls, calls, calls]);
      expect([quota.month.tokens, months.items[0]?.totalTokens]).toEqual([calls * 5, calls * 5]);
      seen.add(calls);
    }
  } finally {
    isOver = true;
    await Promise.all(calling);
  }
});

test("the holder of a key sees the limits of that key alone, and of another client there is no page", async () => {
  const mine = await api("GET", "/api/usage/page", { as: { bearer: key.secret } });
  expect(mine.body.quota.limits.map(({ subjectId }: { subjectId: string }) => subjectId)).toEqual([tenant.id, key.id]);
  const { slug } = await makeTenant();
  expect((await api("GET", `/api/usage/page?tenant=${slug}`, { as: { user } })).status).toBe(404);
});

test.each(["from=soon", "bucket=week", "months=0", "from=2026-04-02T00:00:00Z&to=2026-04-01T00:00:00Z", "limit=3"])(
  "what is malformed is refused by its name: %s",
  async (query) => {
    const { status, body } = await api("GET", `/api/usage/page?${query}`, { as: { user } });
    expect([status, body.error.code]).toEqual([400, "invalid_request"]);
    expect(Object.keys(body.error.fields)).not.toHaveLength(0);
  },
);
