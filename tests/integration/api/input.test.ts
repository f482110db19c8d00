import { describe, expect, test } from "vitest";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makePlan, makeTenant, unique } from "../../factories";

useDatabase();

describe("a body", () => {
  const make = (body: Uint8Array<ArrayBuffer>) => api("POST", "/api/admin/plans", { body });
  const written = (name: string) => JSON.stringify({ name });

  test.each([
    ["in another encoding, whose letters would be lost", Buffer.from(written("Müller"), "latin1"), /UTF-8/],
    ["in UTF-16", Buffer.from(written("Plan"), "utf16le"), /not valid/],
    ["that was cut off in the middle of a letter", Buffer.from(written("Müller")).subarray(0, 11), /UTF-8/],
  ])("%s is refused", async (_, bytes, says) => {
    const { status, body } = await make(new Uint8Array(bytes));
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: "invalid_request", message: expect.stringMatching(says) });
  });

  test("that begins with a byte order mark is read as without", async () => {
    const name = unique("Zürich");
    expect(await make(new Uint8Array(Buffer.from(`\uFEFF${written(name)}`)))).toMatchObject({
      status: 201,
      body: { name },
    });
  });
});

describe("null, where something is made, is as good as leaving a field out:", () => {
  test("a plan, a client, its subscription and keys are what they are without", async () => {
    const limits = { dailyTokenLimit: null, monthlyTokenLimit: null, dailyRequestLimit: null, requestsPerMinute: null };
    const plan = await api("POST", "/api/admin/plans", {
      body: { name: unique("Plan"), feeCents: null, currency: null, strict: null, isDefault: null, ...limits },
    });
    expect(plan).toMatchObject({ status: 201, body: { feeCents: 0, currency: "USD", strict: false, ...limits } });

    const name = unique("Client");
    const tenant = await api("POST", "/api/admin/tenants", {
      body: { name, slug: null, planId: null, timeZone: null },
    });
    expect(tenant).toMatchObject({ status: 201, body: { name, timeZone: "UTC", subscription: null } });
    const path = `/api/admin/tenants/${tenant.body.id}`;

    const subscription = await api("PUT", `${path}/subscription`, {
      body: { planId: plan.body.id, startsAt: null, endsAt: null },
    });
    expect(subscription).toMatchObject({ status: 200, body: { planId: plan.body.id, endsAt: null } });

    const key = await api("POST", `${path}/keys`, {
      body: { name: "Shop", secret: null, quotaStatus: null, expiresAt: null, allowedModels: null },
    });
    expect(key).toMatchObject({ status: 201, body: { kind: "standard", quotaStatus: 429 } });
    const rotated = await api("POST", `${path}/keys/${key.body.id}/rotation`, { body: { graceSeconds: null } });
    expect(rotated).toMatchObject({ status: 200, body: { previousSecretExpiresAt: null } });
  });

  test.each([
    ["/api/admin/plans", { name: null }, "name"],
    ["/api/admin/tenants", { name: null }, "name"],
    ["/api/admin/providers", { name: "One", slug: "one", vendor: null }, "vendor"],
  ])("at %s what must be given is missing then", async (path, body, field) => {
    const answer = await api("POST", path, { body });
    expect(answer).toMatchObject({ status: 400, body: { error: { fields: { [field]: expect.any(String) } } } });
  });

  test("where something is changed it says what it says: of a name, nothing that could be", async () => {
    const { id } = await makeTenant();
    expect((await api("PATCH", `/api/admin/tenants/${id}`, { body: { name: null } })).status).toBe(400);
  });
});

describe("an instant that the database or the calendar cannot hold is refused and named, wherever one is given:", () => {
  test.each(["0000-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])(
    "%s",
    async (instant) => {
      const tenant = `/api/admin/tenants/${(await makeTenant()).id}`;
      const { id: planId } = await makePlan();
      const wrong = [
        ["PATCH", tenant, { dailyTokenLimit: 5, dailyTokenLimitExpiresAt: instant }, "dailyTokenLimitExpiresAt"],
        ["PUT", `${tenant}/subscription`, { planId, startsAt: instant }, "startsAt"],
        ["PUT", `${tenant}/subscription`, { planId, endsAt: instant }, "endsAt"],
        ["POST", `${tenant}/keys`, { name: "Shop", expiresAt: instant }, "expiresAt"],
        ["POST", `${tenant}/adjustments`, { tokens: 1, reason: "test", at: instant }, "at"],
      ] as const;
      for (const [method, path, body, field] of wrong) {
        const answer = await api(method, path, { body });
        expect({ path, status: answer.status, fields: Object.keys(answer.body.error.fields) }).toEqual({
          path,
          status: 400,
          fields: [field],
        });
      }
      expect((await api("GET", tenant)).body).toMatchObject({ dailyTokenLimit: null, subscription: null });
    },
  );

  test("the last of the year 9999, which many write for “never”, is not", async () => {
    const tenant = await makeTenant();
    const expiresAt = "9999-12-31T23:59:59.000Z";
    const made = await api("POST", `/api/admin/tenants/${tenant.id}/keys`, { body: { name: "Shop", expiresAt } });
    expect(made).toMatchObject({ status: 201, body: { expiresAt, state: "active" } });
  });
});
