import { describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { useCallers } from "./callers";
import { kindOf, managed, own } from "./endpoints";

useDatabase();
const { callers, slugs, ids, otherIds, unknownIds, bodyFor, callEndpoint } = useCallers();

describe("what is not there, or is another's", () => {
  const withIds = Object.keys(kindOf).filter((endpoint) => endpoint.includes("[") && !managed.includes(endpoint));
  const nested = withIds.filter((endpoint) => endpoint.split("[").length > 2);

  test.each(withIds)("%s answers 404 for ids of nothing, and for what is no id", async (endpoint) => {
    const body = bodyFor(endpoint);
    for (const given of [unknownIds(), Object.fromEntries(Object.keys(ids).map((name) => [name, "none"]))])
      expect((await callEndpoint(endpoint, "admin token", { ids: given, body })).status).toBe(404);
  });

  test.each(nested)("%s answers 404 for a thing that belongs to another, and leaves it as it is", async (endpoint) => {
    const outer = endpoint.includes("[tenantId]") ? "tenantId" : "providerId";
    const given = { ...otherIds, [outer]: ids[outer] as string };
    const body = bodyFor(endpoint);
    expect((await callEndpoint(endpoint, "admin token", { ids: given, body })).status).toBe(404);
    const [key, price, member] = await Promise.all([
      prisma().apiKey.findUniqueOrThrow({ where: { id: otherIds.keyId as string } }),
      prisma().modelPrice.findUniqueOrThrow({ where: { id: otherIds.priceId as string } }),
      prisma().user.findUniqueOrThrow({ where: { id: otherIds.userId as string }, include: { memberships: true } }),
    ]);
    expect([key.revokedAt, key.version, price.modelPattern]).toEqual([null, 1, "mock"]);
    expect([member.sessionVersion, member.memberships]).toMatchObject([1, [{ role: "member" }]]);
  });

  test.each(own)("%s answers 404 to a client who names another", async (endpoint) => {
    for (const caller of ["key holder", "client's member", "client's manager"] as const) {
      for (const slug of [slugs.other, "nobody-of-ours"])
        expect((await callEndpoint(endpoint, caller, { ids, query: `?tenant=${slug}` })).status).toBe(404);
    }
  });

  test("a client who asks for another's key finds nothing of it", async () => {
    for (const caller of ["key holder", "client's member", "client's manager"] as const) {
      const ask = async (path: string) =>
        (await api("GET", `${path}?apiKeyId=${otherIds.keyId}`, { as: callers[caller] })).body;
      expect(await ask("/api/usage/requests")).toEqual({ items: [], nextCursor: null });
      const { totals } = await ask("/api/usage/sources");
      expect(totals).toMatchObject({ byKey: [], grandTotal: { requests: 0, totalTokens: 0 } });
      expect(await ask("/api/usage/requests.csv")).not.toContain("key ");
    }
  });

  test("another's key cannot be made to bear a correction", async () => {
    const body = { apiKeyId: otherIds.keyId, tokens: 5, reason: "not its own" };
    expect((await api("POST", `/api/admin/tenants/${ids.tenantId}/adjustments`, { body })).status).toBe(404);
  });
});
