import { afterAll, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { updateKeyInput } from "@/lib/keys/schema";
import { meter } from "@/lib/metering/lifecycle";
import { updatePlanInput } from "@/lib/plans/schema";
import { api } from "../../api";
import { completion } from "../../fixtures/scripted-upstream";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";
import { counterOf } from "../../metering";

const { upstream, post } = useGateway();
const model = "gpt-4o";
const loose = 1_000_000_000;

/** Every call uses 22 tokens and 130 micro-USD. */
const call = (client: GatewayClient, given: object = {}) =>
  post(client, "/openai/v1/chat/completions", {
    model,
    max_tokens: 10,
    messages: [{ role: "user", content: "Hi" }],
    ...given,
  });

/** A limit that lets two calls pass, what its refusal says and under which reason it is counted. */
type Row = { cap: number; status?: number; code: string; text: RegExp; reason: string };

const quota = (cap: number, text: RegExp, reason: string): Row => ({ cap, code: "insufficient_quota", text, reason });
const pace = (text: RegExp, reason: string): Row => ({ cap: 2, code: "rate_limit_exceeded", text, reason });

const planRows: Record<string, Row> = {
  dailyTokenLimit: quota(
    44,
    /daily token limit of this client is used up \(44 of 44 tokens used\)/,
    "tokens_day_tenant",
  ),
  monthlyTokenLimit: quota(
    44,
    /monthly token limit of this client is used up \(44 of 44 tokens used\)/,
    "tokens_month_tenant",
  ),
  dailyRequestLimit: quota(
    2,
    /daily request limit of this client is used up \(2 of 2 requests used\)/,
    "requests_day_tenant",
  ),
  monthlyRequestLimit: quota(
    2,
    /monthly request limit of this client is used up \(2 of 2 requests used\)/,
    "requests_month_tenant",
  ),
  monthlyCostLimitMicroUsd: quota(260, /monthly cost limit of this client is used up\./, "cost_month_tenant"),
  requestsPerMinute: pace(/this client may make 2 requests per minute/, "requests_minute_tenant"),
};
const keyRows: Record<string, Row> = {
  dailyTokenLimit: quota(44, /daily token limit of this key is used up/, "tokens_day_key"),
  monthlyTokenLimit: quota(44, /monthly token limit of this key is used up/, "tokens_month_key"),
  dailyRequestLimit: quota(2, /daily request limit of this key is used up/, "requests_day_key"),
  monthlyRequestLimit: quota(2, /monthly request limit of this key is used up/, "requests_month_key"),
  requestsPerMinute: pace(/this key may make 2 requests per minute/, "requests_minute_key"),
};

/** The fields of an input that are limits: a number, or null for none. */
function limitFieldsOf(schema: typeof updatePlanInput | typeof updateKeyInput): string[] {
  const takes = (field: string, value: unknown) => schema.safeParse({ [field]: value }).success;
  return Object.keys(schema.shape).filter((field) => takes(field, 5) && takes(field, null));
}

afterAll(() => meter().flush({ timeoutMs: 60_000 }));

test("every limit that can be set on a plan or a key stands in the table of those that are enforced", () => {
  expect(Object.keys(planRows).toSorted()).toEqual(limitFieldsOf(updatePlanInput).toSorted());
  expect([...Object.keys(keyRows), "concurrency"].toSorted()).toEqual(limitFieldsOf(updateKeyInput).toSorted());
});

/** All limits of plan and key, each as loose as can be. */
function looseLimits() {
  const of = (schema: Parameters<typeof limitFieldsOf>[0]) =>
    Object.fromEntries(limitFieldsOf(schema).map((field) => [field, loose]));
  return { plan: of(updatePlanInput), key: of(updateKeyInput) };
}

/** Two calls pass; the third is refused in the limit's own words, takes nothing anywhere, and nothing is sent for it. */
async function expectTwoCalls(client: GatewayClient, { code, text, reason }: Row): Promise<void> {
  upstream.on(model, completion({ inputTokens: 12, outputTokens: 10 }));
  for (let index = 0; index < 2; index++) expect((await call(client)).status).toBe(200);
  await meter().flush({ timeoutMs: 60_000 });
  const counters = () =>
    Promise.all(
      [client.tenantId, client.keyId].flatMap((id) => [counterOf(pool(), id, "day"), counterOf(pool(), id, "month")]),
    );
  const [before, sent] = [await counters(), upstream.requestsFor(model).length];

  const refused = await call(client);
  expect(refused.status).toBe(429);
  const { error } = await refused.json();
  expect(error.code).toBe(code);
  expect(error.message).toMatch(text);
  expect(error.message).not.toMatch(/\d+ ?(micro|USD|\$)/);

  expect(await ledgerOf(client)).toHaveLength(2);
  expect(await counters()).toEqual(before);
  expect(upstream.requestsFor(model)).toHaveLength(sent);
  const { rows } = await pool().query("select reason, refusals::int from refusal_hourly where tenant_id = $1", [
    client.tenantId,
  ]);
  expect(rows).toEqual([{ reason, refusals: 1 }]);
}

describe("of many limits the one without room is enforced and named", () => {
  test.each(Object.entries(planRows))("%s of the plan", async (field, row) => {
    const { plan, key } = looseLimits();
    await expectTwoCalls(await makeClient({ ...plan, [field]: row.cap }, key), row);
  });

  test.each(Object.entries(keyRows))("%s of the key", async (field, row) => {
    const { plan, key } = looseLimits();
    await expectTwoCalls(await makeClient(plan, { ...key, [field]: row.cap }), row);
  });

  test("dailyTokenLimit set by hand, also where the plan's is higher", async () => {
    const { plan, key } = looseLimits();
    const client = await makeClient(plan, key);
    await api("PATCH", `/api/admin/tenants/${client.tenantId}`, { body: { dailyTokenLimit: 44 } });
    await expectTwoCalls(client, planRows.dailyTokenLimit as Row);
  });

  test("concurrency of the key, until one of its calls has ended", async () => {
    const { plan, key } = looseLimits();
    const client = await makeClient(plan, { ...key, concurrency: 2 });
    const goOn = Promise.withResolvers<void>();
    const arrived = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let open = 0;
    upstream.on("gpt-4o-mini", async (...given) => {
      arrived[open++]?.resolve();
      await goOn.promise;
      await completion({ inputTokens: 12, outputTokens: 10 })(...given);
    });
    const running = [call(client, { model: "gpt-4o-mini" }), call(client, { model: "gpt-4o-mini" })];
    await Promise.all(arrived.map(({ promise }) => promise));
    const refused = await call(client);
    expect(refused.status).toBe(429);
    expect((await refused.json()).error.message).toMatch(/this key may have 2 calls in progress/);

    goOn.resolve();
    for (const answer of running) expect((await answer).status).toBe(200);
    expect((await call(client)).status).toBe(200);
  });
});
