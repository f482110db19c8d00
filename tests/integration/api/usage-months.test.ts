import { describe, expect, test } from "vitest";
import { exportMonthly } from "@/lib/usage/export-monthly";
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
    expect((await api("GET", `/api/admin/usage/monthly?tenantId=${unknownId()}`)).body).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  test("of all tenants come a page of them at a time, each of them once, and all of them in the file", async () => {
    const made = await Promise.all([makeTenant(), makeTenant(), makeTenant()]);
    const [first] = made;
    await makeCall(await makeKey(first.id, { name: "of the pages" }), { inputTokens: 3, outputTokens: 4 });

    const seen: { tenantId: string; month: string }[] = [];
    const path = "/api/admin/usage/monthly?months=2&limit=2";
    for (let cursor = ""; cursor !== "end"; ) {
      const { status, body } = await api("GET", cursor === "" ? path : `${path}&cursor=${cursor}`);
      expect(status).toBe(200);
      expect(new Set(body.items.map(({ tenantId }: { tenantId: string }) => tenantId)).size).toBeLessThanOrEqual(2);
      seen.push(...body.items);
      cursor = body.nextCursor ?? "end";
    }
    for (const { id } of made) expect(seen.filter(({ tenantId }) => tenantId === id)).toHaveLength(2);
    expect(new Set(seen.map(({ tenantId, month }) => `${tenantId} ${month}`)).size).toBe(seen.length);

    const rows = await exportMonthly({ months: 1, limit: 1, audience: "staff", now: new Date() });
    const ofKey = (await Array.fromAsync(rows)).filter(({ key }) => key === "of the pages");
    expect(ofKey).toMatchObject([{ client: first.name, requests: 1, totalTokens: 7 }]);
  });

  test("are not read from a cursor that is not one of theirs", async () => {
    const { status, body } = await api("GET", "/api/admin/usage/monthly?cursor=nonsense");
    expect(status).toBe(400);
    expect(body.error.fields).toHaveProperty("cursor");
  });
});
