import { describe, expect, test } from "vitest";
import { meter } from "@/lib/metering/lifecycle";
import type { QuotaLimit, TenantListItem } from "@/lib/tenants/schema";
import { api } from "../../api";
import { completion } from "../../fixtures/scripted-upstream";
import { type GatewayClient, makeClient, useGateway } from "../../gateway";
import { change, quota } from "../../tenants";

const { upstream, post } = useGateway();
const model = "gpt-4o";

/** Each call that is let through uses 22 tokens. */
async function call(client: GatewayClient, maxTokens = 10): Promise<{ status: number; from: number; to: number }> {
  upstream.on(model, completion({ inputTokens: 12, outputTokens: 10 }));
  const from = Date.now();
  const answer = await post(client, "/openai/v1/chat/completions", {
    model,
    max_tokens: maxTokens,
    messages: [{ role: "user", content: "Hi" }],
  });
  await answer.arrayBuffer();
  const to = Date.now();
  await meter().flush({ timeoutMs: 60_000 });
  return { status: answer.status, from, to };
}

async function sinceOf({ tenantId }: GatewayClient, subject: QuotaLimit["subject"] = "tenant"): Promise<string | null> {
  const limit = (await quota(tenantId)).limits.find(
    (each: QuotaLimit) => each.subject === subject && each.metric === "tokens" && each.window === "day",
  );
  return limit.refusedSince;
}

/** By the clock that this process and PostgreSQL share. */
function expectWithin(since: string | null, { from, to }: { from: number; to: number }): void {
  const at = Date.parse(since ?? "never");
  expect(at).toBeGreaterThanOrEqual(from - 1);
  expect(at).toBeLessThanOrEqual(to + 1);
}

describe("since when calls are refused", () => {
  test("is the first one after the last that was let through, however many follow", async () => {
    const client = await makeClient({ dailyTokenLimit: 44 });
    expect((await call(client)).status).toBe(200);
    expect((await call(client, 5_000)).status).toBe(429);
    expect((await call(client)).status).toBe(200);
    expect(await sinceOf(client)).toBeNull();

    const first = await call(client);
    expect(first.status).toBe(429);
    const since = await sinceOf(client);
    expectWithin(since, first);
    for (let count = 0; count < 3; count++) expect((await call(client)).status).toBe(429);
    expect(await sinceOf(client)).toBe(since);
  });

  test("begins anew when calls were let through again", async () => {
    const client = await makeClient({ dailyTokenLimit: 22 });
    expect((await call(client)).status).toBe(200);
    expect((await call(client)).status).toBe(429);
    await change(client.tenantId, { dailyTokenLimit: 44 });
    expect(await sinceOf(client)).toBeNull();
    expect((await call(client)).status).toBe(200);
    expect(await sinceOf(client)).toBeNull();

    const again = await call(client);
    expect(again.status).toBe(429);
    expectWithin(await sinceOf(client), again);
  });

  test("is told of the key whose limit is used up, and of no other", async () => {
    const client = await makeClient({ dailyTokenLimit: 1_000 }, { dailyTokenLimit: 22 });
    expect((await call(client)).status).toBe(200);
    const refused = await call(client);
    expect(refused.status).toBe(429);
    expectWithin(await sinceOf(client, "key"), refused);
    expect(await sinceOf(client)).toBeNull();
  });

  test("stands in the list of clients", async () => {
    const client = await makeClient({ dailyTokenLimit: 22 });
    expect((await call(client)).status).toBe(200);
    expect((await call(client)).status).toBe(429);
    const { body } = await api("GET", "/api/admin/tenants?limit=500");
    const item = body.items.find(({ id }: TenantListItem) => id === client.tenantId);
    expect(item.today.refusedSince).toBe(await sinceOf(client));
    expect(item.today.refusedSince).not.toBeNull();
  });

  test("is not told of a limit of 0, which no call has used up", async () => {
    const client = await makeClient({ dailyTokenLimit: 0 });
    expect((await call(client)).status).toBe(429);
    expect(await sinceOf(client)).toBeNull();
  });
});
