import { expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { completion } from "../../fixtures/scripted-upstream";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";
import { counterOf } from "../../metering";

const { upstream, post } = useGateway();

/** A call that sets no bound on its answer, as most do. */
async function call(client: GatewayClient): Promise<number> {
  const body = { model: "brief", messages: [{ role: "user", content: "Yes or no?" }] };
  const answer = await post(client, "/openai/v1/chat/completions", body);
  await answer.arrayBuffer();
  return answer.status;
}

const parallel = 50;
const limit = 40_000;

test("50 small calls at a time use at least 90 % of a limit before the first is refused, and none passes it", async () => {
  upstream.on("brief", completion({ inputTokens: 12, outputTokens: 30 }));
  const client = await makeClient({ dailyTokenLimit: limit });
  for (let index = 0; index < 3; index++) expect(await call(client)).toBe(200);

  const usedTokens = async () => {
    await ledgerOf(client);
    return (await counterOf(pool(), client.tenantId, "day")).tokens_used;
  };
  for (let used = 0; used < limit * 0.9; used = await usedTokens()) {
    const statuses = await Promise.all(Array.from({ length: parallel }, () => call(client)));
    if (statuses.includes(429)) {
      expect(await usedTokens()).toBeGreaterThanOrEqual(limit * 0.9);
      break;
    }
  }

  for (let statuses = [200]; statuses.includes(200); )
    statuses = await Promise.all(Array.from({ length: parallel }, () => call(client)));
  const used = await usedTokens();
  expect(used).toBeGreaterThan(limit * 0.99);
  // The last call may exceed what was left for it by its own answer, and no other does.
  expect(used).toBeLessThanOrEqual(limit + 42);
});

test("a key's answers teach nothing about another's, and a bound that a request sets itself is what counts", async () => {
  upstream.on("brief", completion({ inputTokens: 12, outputTokens: 30 }));
  const [one, other] = [await makeClient({ defaultOutputTokens: 700 }), await makeClient({ defaultOutputTokens: 700 })];
  // An answer teaches as soon as it is read, which is while the next call asks for admission.
  for (let index = 0; index < 5; index++) await call(one);
  await call(other);
  const reserved = (await ledgerOf(one)).map(({ reserved_tokens }) => reserved_tokens);
  expect(reserved[0]).toBeGreaterThan(700);
  expect(reserved[4]).toBeLessThan(100);
  expect((await ledgerOf(other))[0]?.reserved_tokens).toBeGreaterThan(700);

  const bounded = { model: "brief", max_tokens: 2_000, messages: [] };
  await post(one, "/openai/v1/chat/completions", bounded);
  expect((await ledgerOf(one)).at(-1)?.reserved_tokens).toBeGreaterThanOrEqual(2_000);
});
