import { describe, expect, test } from "vitest";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makeTenant, unknownId } from "../../factories";

useDatabase();

describe("months", () => {
  test("hold calls and tokens per tenant and key, months without use included", async () => {
    const tenant = await makeTenant({ timeZone: "Pacific/Auckland" });
    const key = await makeKey(tenant.id);
    await makeCall(key, { inputTokens: 3, outputTokens: 4 });
    const month = new Intl.DateTimeFormat("en-CA", {
      timeZone: "Pacific/Auckland",
      year: "numeric",
      month: "2-digit",
    }).format(new Date());

    const { body } = await api("GET", `/api/admin/usage/monthly?tenantId=${tenant.id}&months=3`);
    expect(body.items).toHaveLength(3);
    expect(body.items[0]).toMatchObject({
      month,
      tenantId: tenant.id,
      tenantName: tenant.name,
      requests: 1,
      totalTokens: 7,
      byKey: [{ apiKeyId: key.id, apiKeyName: key.name, requests: 1, totalTokens: 7 }],
    });
    expect(body.items.slice(1)).toMatchObject([
      { requests: 0, byKey: [] },
      { requests: 0, byKey: [] },
    ]);
  });

  test("of a tenant that does not exist are none", async () => {
    expect((await api("GET", `/api/admin/usage/monthly?tenantId=${unknownId()}`)).body).toEqual({ items: [] });
  });
});
