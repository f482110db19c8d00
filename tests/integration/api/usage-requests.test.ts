import { describe, expect, test } from "vitest";
import type { KeyWithSecret } from "@/lib/keys/schema";
import type { UsageRequest } from "@/lib/usage/schema";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { makeCall, makeKey, makeTenant, unknownId } from "../../factories";
import { hoursAgo, readSources } from "../../usage";

useDatabase();

const requests = (query: string) => api("GET", `/api/admin/usage/requests?${query}`);

describe("the list of requests", () => {
  test("holds each call with its tokens, as soon as it is settled", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id);
    await makeCall(key, { inputTokens: 12, outputTokens: 30, costMicroUsd: null });

    const { body } = await requests(`tenantId=${tenant.id}`);
    expect(body).toEqual({
      items: [
        {
          id: expect.any(String),
          tenantId: tenant.id,
          tenantName: tenant.name,
          apiKeyId: key.id,
          apiKeyName: key.name,
          userId: null,
          userName: null,
          source: "apikey",
          provider: "openai",
          endpoint: "chat/completions",
          model: "gpt-test",
          answeredModel: "gpt-test",
          state: "settled",
          httpStatus: 200,
          stream: false,
          inputTokens: 12,
          cachedInputTokens: null,
          cacheWriteTokens: null,
          outputTokens: 30,
          reasoningTokens: null,
          totalTokens: 42,
          reservedTokens: 42,
          estimated: false,
          costMicroUsd: null,
          latencyMs: 5,
          firstByteMs: 3,
          admittedAt: expect.stringMatching(/Z$/),
          settledAt: expect.stringMatching(/Z$/),
        },
      ],
      nextCursor: null,
    });
  });

  test("keeps the key's name as it was, also when it is renamed and revoked", async () => {
    const tenant = await makeTenant();
    const key = await makeKey(tenant.id, { name: "before" });
    await makeCall(key);
    await api("PATCH", `/api/admin/tenants/${tenant.id}/keys/${key.id}`, { body: { name: "after" } });
    await makeCall(key);
    await api("POST", `/api/admin/tenants/${tenant.id}/keys/${key.id}/revocation`);

    const { body } = await requests(`apiKeyId=${key.id}`);
    expect(body.items.map(({ apiKeyName }: UsageRequest) => apiKeyName)).toEqual(["after", "before"]);
    const { totals } = await readSources(`apiKeyId=${key.id}`);
    expect(totals.byKey).toMatchObject([
      { apiKeyId: key.id, apiKeyName: "after", requests: 2, revoked: true, revokedAt: expect.stringMatching(/Z$/) },
    ]);
  });

  test("comes in pages that neither skip nor repeat a call, also of those admitted in the same moment", async () => {
    const tenant = await makeTenant();
    const keys = [await makeKey(tenant.id), await makeKey(tenant.id)];
    await Promise.all(Array.from({ length: 23 }, (_, index) => makeCall(keys[index % 2] as KeyWithSecret)));

    const ids: string[] = [];
    let cursor = "";
    do {
      const { body } = await requests(`tenantId=${tenant.id}&limit=5${cursor && `&cursor=${cursor}`}`);
      ids.push(...body.items.map(({ id }: UsageRequest) => id));
      cursor = body.nextCursor ?? "";
    } while (cursor);
    expect(ids).toHaveLength(23);
    expect(new Set(ids).size).toBe(23);
  });

  test("is filtered by tenant, key, state and time, which combine", async () => {
    const [tenant, other] = [await makeTenant(), await makeTenant()];
    const key = await makeKey(tenant.id);
    await makeCall(key);
    await makeCall(key, { state: "failed" });
    await makeCall(await makeKey(other.id));
    const count = async (query: string) => (await requests(query)).body.items.length;

    expect(await count(`tenantId=${tenant.id}`)).toBe(2);
    expect(await count(`tenantId=${tenant.id}&state=failed`)).toBe(1);
    expect(await count(`tenantId=${other.id}&apiKeyId=${key.id}`)).toBe(0);
    expect(await count(`apiKeyId=${key.id}&from=${hoursAgo(1)}`)).toBe(2);
    expect(await count(`apiKeyId=${key.id}&to=${hoursAgo(1)}`)).toBe(0);
    expect(await count(`tenantId=${unknownId()}`)).toBe(0);
  });
});
