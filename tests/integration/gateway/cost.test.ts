import type { ServerResponse } from "node:http";
import { beforeAll, describe, expect, test } from "vitest";
import { api } from "../../api";
import { completion, json } from "../../fixtures/scripted-upstream";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";
import { quietClock } from "../../quiet-clock";

const { upstream, post, addProvider } = useGateway();
const messages = [{ role: "user", content: "Hello" }];
const unpriced = "invented-model";
let providerId: string;

beforeAll(async () => {
  providerId = await addProvider({ slug: "priced", vendor: "openai" });
});

const setPrice = async (price: object): Promise<string> => {
  const { status, body } = await api("POST", `/api/admin/providers/${providerId}/prices`, { body: price });
  expect(status).toBe(201);
  return body.id;
};
const call = (client: { secret: string }, model: string, given: object = {}) =>
  post(client, "/priced/v1/chat/completions", { model, messages, max_tokens: 10, ...given });

describe("a model without a price", () => {
  test("costs nobody knows what, and not nothing; limits of tokens hold all the same", async () => {
    const client = await makeClient({ dailyTokenLimit: 30 });
    expect((await call(client, unpriced)).status).toBe(200);
    expect(await ledgerOf(client)).toMatchObject([{ cost_micro_usd: null, input_tokens: 12, output_tokens: 10 }]);
    expect((await call(client, unpriced)).status).toBe(429);
  });

  test("is refused where cost is limited, and nothing goes upstream or on record", async () => {
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000 });
    const sent = upstream.received.length;
    const answer = await call(client, unpriced);
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-should-retry")).toBe("false");
    expect((await answer.json()).error).toMatchObject({
      code: "model_unpriced",
      message: expect.stringContaining(unpriced),
    });
    expect((await call(client, "gpt-4o-mini")).status).toBe(200);
    expect(upstream.received.length).toBe(sent + 1);
    expect(await ledgerOf(client)).toMatchObject([{ model: "gpt-4o-mini" }]);
  });

  test("passes where the plan lets it, uncounted in cost", async () => {
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1, unpricedPolicy: "pass" });
    expect((await call(client, unpriced)).status).toBe(200);
    expect(await ledgerOf(client)).toMatchObject([{ reserved_cost: 0, cost_micro_usd: null }]);
  });

  test("does as the agency has it where the plan does not say; a change binds from the next call on", async () => {
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000 });
    const set = (unpricedPolicy: string) => api("PATCH", "/api/admin/settings", { body: { unpricedPolicy } });
    expect((await set("pass")).status).toBe(200);
    expect((await call(client, unpriced)).status).toBe(200);
    await set("refuse");
    expect((await call(client, unpriced)).status).toBe(403);
    const strict = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000, unpricedPolicy: "refuse" });
    await set("pass");
    expect((await call(strict, unpriced)).status).toBe(403);
    await set("refuse");
  });

  test("counts from the call on that follows the entry of its price", async () => {
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000 });
    expect((await call(client, "soon-priced")).status).toBe(403);
    await setPrice({ modelPattern: "soon-*", inputMicroUsd: 1_000_000, outputMicroUsd: 2_000_000 });
    expect((await call(client, "gpt-4o-mini")).status).toBe(200);
    expect((await call(client, "soon-priced")).status).toBe(200);
    expect((await ledgerOf(client)).at(-1)).toMatchObject({ cost_micro_usd: 12 + 2 * 10 });
  });
});

test("an answer that is spoken costs what sound costs, for which a strict plan has kept room", async () => {
  const model = "gpt-audio";
  const usage = (max: number) => ({
    prompt_tokens: 20,
    completion_tokens: max,
    completion_tokens_details: { audio_tokens: max },
  });
  upstream.on(model, (request, response, incoming) => {
    const { max_completion_tokens: max } = JSON.parse(request.body);
    json(200, { model, choices: [], usage: usage(max) })(request, response, incoming);
  });
  const limit = 20_000;
  const client = await makeClient({ strict: true, monthlyCostLimitMicroUsd: limit });
  const speak = () =>
    call(client, model, { max_tokens: undefined, max_completion_tokens: 100, modalities: ["text", "audio"] });
  expect((await speak()).status).toBe(200);
  const [row] = await ledgerOf(client);
  expect(row?.cost_micro_usd).toBe(20 * 2.5 + 100 * 64);
  expect(row?.reserved_cost).toBeGreaterThanOrEqual(row?.cost_micro_usd as number);

  const answers = await Promise.all(Array.from({ length: 8 }, speak));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 429]));
  const costs = (await ledgerOf(client)).map(({ cost_micro_usd: cost }) => cost as number);
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeLessThanOrEqual(limit);
});

describe("a call whose cost nobody tells", () => {
  const speak = (client: { secret: string }) =>
    post(client, "/priced/v1/audio/speech", { model: "gpt-4o-mini-tts", input: "Hello there.", voice: "alloy" });
  const speech = (_request: unknown, response: ServerResponse) =>
    void response.writeHead(200, { "content-type": "audio/mpeg" }).end("sound");

  test("is none that costs nothing: speech is let through where cost is not limited, or the plan lets it", async () => {
    upstream.on("gpt-4o-mini-tts", speech);
    for (const plan of [{}, { monthlyCostLimitMicroUsd: 1_000, unpricedPolicy: "pass" as const }]) {
      const client = await makeClient(plan);
      expect((await speak(client)).status).toBe(200);
      expect(await ledgerOf(client)).toMatchObject([{ state: "settled", input_tokens: 0, cost_micro_usd: null }]);
    }
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000 });
    const answer = await speak(client);
    expect(answer.status).toBe(403);
    expect((await answer.json()).error).toMatchObject({
      code: "model_unpriced",
      message: expect.stringContaining("audio/speech"),
    });
    expect(await ledgerOf(client)).toEqual([]);
  });

  test("is one of a model that has a price by the hour: its tokens have none", async () => {
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000 });
    const form = new FormData();
    form.append("model", "whisper-1");
    form.append("file", new File(["sound"], "a.mp3"));
    const sent = new Request("http://x", { method: "POST", body: form });
    const answer = await post(client, "/priced/v1/audio/transcriptions", await sent.text(), {
      headers: { "content-type": sent.headers.get("content-type") as string },
    });
    expect(answer.status).toBe(403);
  });

  test("is one whose pictures come without their use", async () => {
    upstream.on("gpt-image-1", json(200, { created: 1, data: [{ url: "x" }] }));
    const client = await makeClient();
    expect(
      (await post(client, "/priced/v1/images/generations", { model: "gpt-image-1", prompt: "A dog." })).status,
    ).toBe(200);
    expect(await ledgerOf(client)).toMatchObject([{ state: "settled", output_tokens: 0, cost_micro_usd: null }]);
  });
});

describe("the agency's own price", () => {
  test("comes before the table, for what is reserved and what is settled, from the next call on", async () => {
    const limited = await makeClient({ monthlyCostLimitMicroUsd: 10_000_000 });
    const free = await makeClient();
    const priceId = await setPrice({ modelPattern: "gpt-4o", inputMicroUsd: 1_000_000, outputMicroUsd: 100_000_000 });
    for (const client of [limited, free]) expect((await call(client, "gpt-4o")).status).toBe(200);
    const [record] = await ledgerOf(limited);
    expect(record).toMatchObject({ cost_micro_usd: 12 + 100 * 10 });
    expect(record?.reserved_cost).toBeGreaterThanOrEqual(1_000);
    expect(await ledgerOf(free)).toMatchObject([{ cost_micro_usd: 12 + 100 * 10, reserved_cost: 0 }]);

    await api("PATCH", `/api/admin/providers/${providerId}/prices/${priceId}`, { body: { outputMicroUsd: 0 } });
    for (const client of [limited, free]) expect((await call(client, "gpt-4o")).status).toBe(200);
    for (const client of [limited, free]) expect((await ledgerOf(client)).at(-1)).toMatchObject({ cost_micro_usd: 12 });
  });

  test("that rises holds the limit of cost at once: no call is let through at the old one", async () => {
    const client = await makeClient({ monthlyCostLimitMicroUsd: 5_000 });
    const priceId = await setPrice({ modelPattern: "rising", inputMicroUsd: 0, outputMicroUsd: 1_000_000 });
    expect((await call(client, "rising")).status).toBe(200);
    await api("PATCH", `/api/admin/providers/${providerId}/prices/${priceId}`, {
      body: { outputMicroUsd: 1_000_000_000 },
    });
    expect((await call(client, "rising")).status).toBe(429);
  });

  test("of another provider has no part in it", async () => {
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000 });
    await setPrice({ modelPattern: "only-there", inputMicroUsd: 1, outputMicroUsd: 1 });
    const elsewhere = await post(client, "/openai/v1/chat/completions", { model: "only-there", messages });
    expect(elsewhere.status).toBe(403);
    expect((await call(client, "only-there")).status).toBe(200);
  });

  test("of the model that was asked for is that of a deployment whose model has another name", async () => {
    await setPrice({ modelPattern: "our-deployment", inputMicroUsd: 1_000_000, outputMicroUsd: 1_000_000 });
    upstream.on("our-deployment", (request, response, incoming) =>
      completion({ inputTokens: 12, outputTokens: 10 })(
        { ...request, body: request.body.replace("our-deployment", "unheard-of-2026") },
        response,
        incoming,
      ),
    );
    const client = await makeClient({ monthlyCostLimitMicroUsd: 1_000_000 });
    expect((await call(client, "our-deployment")).status).toBe(200);
    expect(await ledgerOf(client)).toMatchObject([{ cost_micro_usd: 22 }]);
  });
});

test("what an adviser used costs by its own model's price, and is none of the answer's tokens", async () => {
  const advisedId = await addProvider({ slug: "advised", vendor: "anthropic" });
  const price = (modelPattern: string, micro: number) => {
    const body = { modelPattern, inputMicroUsd: micro, outputMicroUsd: micro };
    return api("POST", `/api/admin/providers/${advisedId}/prices`, { body });
  };
  expect((await price("claude-advised", 1_000_000)).status).toBe(201);
  expect((await price("claude-adviser", 10_000_000)).status).toBe(201);
  const iterations = (model: string) => [
    { type: "message", input_tokens: 10, output_tokens: 2 },
    { type: "advisor_message", model, input_tokens: 50, output_tokens: 20 },
  ];
  const client = await makeClient();
  for (const adviser of ["claude-adviser", "nobody-knows"]) {
    const usage = { input_tokens: 10, output_tokens: 2, iterations: iterations(adviser) };
    upstream.on("claude-advised", json(200, { type: "message", model: "claude-advised", content: [], usage }));
    expect(
      (await post(client, "/advised/v1/messages", { model: "claude-advised", max_tokens: 10, messages })).status,
    ).toBe(200);
  }
  expect(await ledgerOf(client)).toMatchObject([
    { input_tokens: 10, output_tokens: 2, cost_micro_usd: 12 + 10 * 70 },
    { input_tokens: 10, output_tokens: 2, cost_micro_usd: null },
  ]);
});

test("searches that the provider ran for an answer are in its cost", async () => {
  await addProvider({ slug: "searching", vendor: "anthropic" });
  const model = "claude-haiku-4-5";
  const usage = { input_tokens: 1_000, output_tokens: 100, server_tool_use: { web_search_requests: 2 } };
  upstream.on(model, json(200, { type: "message", model, content: [], usage }));
  const client = await makeClient();
  expect((await post(client, "/searching/v1/messages", { model, max_tokens: 100, messages })).status).toBe(200);
  expect(await ledgerOf(client)).toMatchObject([{ cost_micro_usd: 1_000 * 1 + 100 * 5 + 2 * 10_000 }]);
});

test("what a client's calls cost that have no price is not known, today and this month, as its months have it", async () => {
  const costs = async (client: GatewayClient) => {
    await ledgerOf(client);
    const { body: quota } = await api("GET", `/api/admin/tenants/${client.tenantId}/quota`);
    const { body: monthly } = await api("GET", `/api/admin/usage/monthly?tenantId=${client.tenantId}&months=1`);
    const [{ costMicroUsd }] = monthly.items;
    return { today: quota.today.costMicroUsd, month: quota.month.costMicroUsd, monthly: costMicroUsd };
  };
  await quietClock({ forMs: 10_000 });
  const client = await makeClient();
  expect(await costs(client)).toEqual({ today: 0, month: 0, monthly: 0 });
  expect((await call(client, unpriced)).status).toBe(200);
  expect(await costs(client)).toEqual({ today: null, month: null, monthly: null });
  expect((await call(client, "gpt-4o-mini")).status).toBe(200);
  const cost = Math.ceil(12 * 0.15 + 10 * 0.6);
  expect(await costs(client)).toEqual({ today: cost, month: cost, monthly: cost });
});
