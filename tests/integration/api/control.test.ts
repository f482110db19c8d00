import { describe, expect, test } from "vitest";
import { callerOf, type KeyEntry, keyDirectory } from "@/lib/keys/directory";
import type { KeyWithSecret } from "@/lib/keys/schema";
import { meter } from "@/lib/metering/lifecycle";
import type { Caller } from "@/lib/metering/types";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeKey, makePlan, makeTenant } from "../../factories";
import { callBy } from "../../metering";

useDatabase();

type Scene = { tenantId: string; planId: string; key: KeyWithSecret };

/** Every change that a call must obey from the moment at which it has committed. */
const changes: { name: string; make(scene: Scene): Promise<{ status: number }> }[] = [
  { name: "an override", make: ({ tenantId }) => patchTenant(tenantId, { dailyTokenLimit: 0 }) },
  { name: "a suspension", make: ({ tenantId }) => patchTenant(tenantId, { status: "suspended" }) },
  { name: "another time zone", make: ({ tenantId }) => patchTenant(tenantId, { timeZone: "Asia/Tokyo" }) },
  { name: "archiving", make: ({ tenantId }) => api("DELETE", `/api/admin/tenants/${tenantId}`) },
  {
    name: "another plan",
    make: async ({ tenantId }) =>
      api("PUT", `/api/admin/tenants/${tenantId}/subscription`, { body: { planId: (await makePlan()).id } }),
  },
  {
    name: "a lower limit of the plan",
    make: ({ planId }) => api("PATCH", `/api/admin/plans/${planId}`, { body: { dailyTokenLimit: 0 } }),
  },
  {
    name: "a lower limit of the key",
    make: ({ key }) => api("PATCH", pathOf(key), { body: { dailyRequestLimit: 0 } }),
  },
  { name: "revocation", make: ({ key }) => api("POST", `${pathOf(key)}/revocation`) },
  { name: "rotation", make: ({ key }) => api("POST", `${pathOf(key)}/rotation`) },
];

test.each(changes)("$name binds the very next call, however old the caller's copy is", async ({ make }) => {
  const plan = await makePlan();
  const tenant = await makeTenant({ planId: plan.id });
  const key = await makeKey(tenant.id);
  const caller = await callerWith(key);
  expect((await meter().admit(callBy(caller))).verdict).toBe("ok");

  expect((await make({ tenantId: tenant.id, planId: plan.id, key })).status).toBeLessThan(300);
  expect((await meter().admit(callBy(caller))).verdict).toBe("stale");
});

test("a new default plan binds the very next call of a client without a subscription", async () => {
  const caller = await callerWith(await makeKey((await makeTenant()).id));
  await makePlan({ isDefault: true, dailyTokenLimit: 0 });
  expect((await meter().admit(callBy(caller))).verdict).toBe("stale");
});

describe("while calls are admitted without pause", () => {
  test("plans, clients and keys can be changed in any order, and neither side fails", async () => {
    const [plan, other] = [await makePlan(), await makePlan()];
    const tenants = await Promise.all([1, 2, 3, 4].map(() => makeTenant({ planId: plan.id })));
    const keys = await Promise.all(tenants.map(({ id }) => makeKey(id)));
    let isChanging = true;
    const calling = keys.map(async (key) => {
      const verdicts: string[] = [];
      while (isChanging || !verdicts.includes("ok")) {
        const callers = await Promise.all([callerWith(key), callerWith(key)]);
        const answers = await Promise.all(callers.map((caller) => meter().admit(callBy(caller))));
        verdicts.push(...answers.map(({ verdict }) => verdict));
      }
      return verdicts;
    });
    const statuses: number[] = [];
    for (let round = 0; round < 30; round++) {
      const answers = await Promise.all([
        ...[plan, other].map(({ id }) =>
          api("PATCH", `/api/admin/plans/${id}`, { body: { dailyTokenLimit: 1_000_000 + round } }),
        ),
        ...tenants.map(({ id }, index) =>
          api("PUT", `/api/admin/tenants/${id}/subscription`, { body: { planId: index % 2 ? plan.id : other.id } }),
        ),
        ...keys.map((key) => api("PATCH", pathOf(key), { body: { concurrency: 1_000 + round } })),
      ]);
      statuses.push(...answers.map(({ status }) => status));
    }

    isChanging = false;
    const verdicts = (await Promise.all(calling)).flat();
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(verdicts.filter((verdict) => verdict !== "ok" && verdict !== "stale")).toEqual([]);
  });
});

function patchTenant(tenantId: string, body: object) {
  return api("PATCH", `/api/admin/tenants/${tenantId}`, { body });
}

function pathOf({ tenantId, id }: KeyWithSecret): string {
  return `/api/admin/tenants/${tenantId}/keys/${id}`;
}

async function callerWith({ secret }: KeyWithSecret): Promise<Caller> {
  return callerOf((await keyDirectory().reload(secret, { olderThanMs: 0 })) as KeyEntry);
}
