import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import type { PlaygroundEvent } from "@/lib/playground/schema";
import { api, type Caller, callRoute } from "../../api";
import { eventually } from "../../eventually";
import { makeClientUser, makeStaff, makeTenant } from "../../factories";
import { answerText, chatEvent, completion, json } from "../../fixtures/scripted-upstream";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";

const { upstream, addProvider } = useGateway();
const question = { provider: "openai", model: "gpt-4o-mini", system: "Be short.", user: "Hello?" };
let client: GatewayClient & { slug: string };
let user: { id: string; sessionVersion: number };
let admin: Caller;

beforeAll(async () => {
  admin = { user: await makeStaff("admin") };
});

beforeEach(async () => {
  client = await makePlaying();
  user = await makeClientUser(client.tenantId);
  upstream.on("gpt-4o-mini", completion({ inputTokens: 11, outputTokens: 9 }));
});

async function makePlaying(...plan: Parameters<typeof makeClient>) {
  const made = await makeClient(...plan);
  const { body } = await api("GET", `/api/admin/tenants/${made.tenantId}`);
  return { ...made, slug: body.slug as string };
}

type Ask = { as?: Caller; slug?: string; body?: object; headers?: Record<string, string>; signal?: AbortSignal };

function ask({ as = { user }, slug = client.slug, body = question, ...rest }: Ask = {}): Promise<Response> {
  return callRoute("POST", `/api/playground?tenant=${slug}`, { as, body, ...rest });
}

async function eventsOf(response: Response): Promise<PlaygroundEvent[]> {
  expect(response.status).toBe(200);
  return (await response.text())
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as PlaygroundEvent);
}

async function refusalOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, ...error };
}

describe("a question in the playground", () => {
  test("is answered piece by piece, with what it came to", async () => {
    const events = await eventsOf(await ask());
    const texts = events.filter((event) => event.type === "text");
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.map(({ text }) => text).join("")).toBe(`${answerText} `);
    expect(events.at(-1)).toEqual({
      type: "end",
      end: expect.objectContaining({ model: "gpt-4o-mini", inputTokens: 11, outputTokens: 9, estimated: false }),
    });
  });

  test("tells its cost to staff and not to the client", async () => {
    const [own, staffs] = [await eventsOf(await ask()), await eventsOf(await ask({ as: admin }))];
    expect(JSON.stringify(own)).not.toContain("cost");
    const end = staffs.at(-1);
    expect(end?.type === "end" && end.end.costMicroUsd).toBeGreaterThan(0);
  });

  test("stands on the ledger as use of the web, by this user, and in the roll-ups", async () => {
    await eventsOf(await ask());
    expect(await ledgerOf(client)).toMatchObject([{ state: "settled", input_tokens: 11, output_tokens: 9 }]);
    const { rows } = await pool().query(
      "select source, api_key_id, user_id, user_name, endpoint from usage_record where tenant_id = $1",
      [client.tenantId],
    );
    expect(rows).toEqual([
      { source: "web", api_key_id: null, user_id: user.id, user_name: "Uma User", endpoint: "chat/completions" },
    ]);
    const { rows: hours } = await pool().query(
      "select source, actor_id, requests::int, total_tokens::int from usage_hourly where tenant_id = $1",
      [client.tenantId],
    );
    expect(hours).toEqual([{ source: "web", actor_id: user.id, requests: 1, total_tokens: 20 }]);
  });

  test("sends the provider its own credential and nothing of the user's", async () => {
    await eventsOf(await ask({ headers: { "x-forwarded-for": "203.0.113.9" } }));
    const { headers, body } = upstream.received.at(-1) as { headers: Record<string, string>; body: string };
    expect(headers.authorization).toBe("Bearer sk-provider");
    expect(Object.keys(headers)).not.toContain("cookie");
    expect(Object.keys(headers)).not.toContain("x-forwarded-for");
    expect(JSON.parse(body).messages).toEqual([
      { role: "system", content: "Be short." },
      { role: "user", content: "Hello?" },
    ]);
  });

  test("with a key is the key's, whoever is signed in", async () => {
    const other = await makeClient();
    await eventsOf(await ask({ headers: { authorization: `Bearer ${other.secret}` } }));
    expect(await ledgerOf(client)).toEqual([]);
    expect(await ledgerOf(other)).toHaveLength(1);
    const { rows } = await pool().query("select source, user_id from usage_record where tenant_id = $1", [
      other.tenantId,
    ]);
    expect(rows).toEqual([{ source: "apikey", user_id: null }]);
  });

  test("that is stopped cuts the provider off, and what had come counts", async () => {
    const cutOff = Promise.withResolvers<void>();
    upstream.on("gpt-4o-mini", (_request, response) => {
      response.once("close", () => cutOff.resolve());
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvent("gpt-4o-mini", { content: "Once upon a time there was " }));
    });
    const stopping = new AbortController();
    const response = await ask({ signal: stopping.signal });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toContain("Once upon");
    stopping.abort();
    await cutOff.promise;
    await eventually(async () => expect(await ledgerOf(client)).toMatchObject([{ state: "settled", estimated: true }]));
    const [row] = await ledgerOf(client);
    expect(row?.output_tokens).toBeGreaterThan(3);
  });

  test("is answered by providers of the other dialects too", async () => {
    await addProvider({ slug: "claude", vendor: "anthropic" });
    const event = (data: { type: string }) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
    upstream.on("claude-x", (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(
        event({
          type: "message_start",
          message: { model: "claude-x", usage: { input_tokens: 5, output_tokens: 1 } },
        } as never) +
          event({ type: "content_block_delta", delta: { type: "text_delta", text: "Bonjour" } } as never) +
          event({ type: "message_delta", delta: {}, usage: { output_tokens: 3 } } as never) +
          event({ type: "message_stop" }),
      );
    });
    const events = await eventsOf(await ask({ body: { provider: "claude", model: "claude-x", user: "Salut ?" } }));
    expect(events).toMatchObject([
      { type: "text", text: "Bonjour" },
      { type: "end", end: { inputTokens: 5, outputTokens: 3 } },
    ]);
  });
});

describe("what stands against a question", () => {
  test("a used-up limit is named, nothing goes to the provider, and the refusal is counted for the user", async () => {
    const exhausted = await makePlaying({ dailyTokenLimit: 3 });
    const player = await makeClientUser(exhausted.tenantId);
    const asking = { as: { user: player }, slug: exhausted.slug };
    const before = upstream.received.length;
    expect(await refusalOf(await ask(asking))).toMatchObject({
      status: 429,
      code: "quota_exceeded",
      message: expect.stringMatching(/daily token limit of this client .*renews at/),
    });
    expect(upstream.received.length).toBe(before);
    await ledgerOf(exhausted);
    const { rows } = await pool().query(
      "select source, actor_id, refusals::int from refusal_hourly where tenant_id = $1",
      [exhausted.tenantId],
    );
    expect(rows).toEqual([{ source: "web", actor_id: player.id, refusals: 1 }]);
  });

  test("an override binds the very next question", async () => {
    await api("PATCH", `/api/admin/tenants/${client.tenantId}`, { body: { dailyTokenLimit: 0 } });
    expect(await refusalOf(await ask())).toMatchObject({ status: 429 });
    await api("PATCH", `/api/admin/tenants/${client.tenantId}`, { body: { dailyTokenLimit: null } });
    await eventsOf(await ask());
  });

  test("a suspended client is refused, and says so", async () => {
    await api("PATCH", `/api/admin/tenants/${client.tenantId}`, { body: { status: "suspended" } });
    expect(await refusalOf(await ask())).toMatchObject({ status: 403, message: expect.stringContaining("suspended") });
  });

  test("a model that the plan does not allow is refused", async () => {
    const restricted = await makePlaying({ allowedModels: ["gpt-4.1*"] });
    const as = { user: await makeClientUser(restricted.tenantId) };
    expect(await refusalOf(await ask({ as, slug: restricted.slug }))).toMatchObject({
      status: 403,
      message: expect.stringContaining("gpt-4o-mini"),
    });
  });

  test("a provider that is not there is not found", async () => {
    expect(await refusalOf(await ask({ body: { ...question, provider: "nowhere" } }))).toMatchObject({ status: 404 });
  });

  test("a provider's own refusal is told as its own", async () => {
    upstream.on("gpt-4o-mini", json(401, { error: { message: "Incorrect API key provided." } }));
    expect(await refusalOf(await ask())).toEqual({
      status: 502,
      code: "upstream_failed",
      message: "The provider openai turned this down (401): Incorrect API key provided.",
    });
  });

  test("malformed input names its fields", async () => {
    const response = await ask({ body: { provider: "openai", model: "", user: " ", temperature: 1 } });
    const { error } = (await response.json()) as { error: { fields: object } };
    expect(response.status).toBe(400);
    expect(Object.keys(error.fields).toSorted()).toEqual(["model", "temperature", "user"]);
  });
});

describe("who may ask", () => {
  test.each([
    { who: "nobody", as: () => "nobody" as const, status: 401 },
    { who: "the admin token, which is nobody's session", as: () => "script" as const, status: 401 },
    {
      who: "a user of another client",
      as: async () => ({ user: await makeClientUser((await makeTenant()).id) }),
      status: 404,
    },
    { who: "a viewer of the agency", as: async () => ({ user: await makeStaff("viewer") }), status: 403 },
    { who: "another site with the user's cookie", as: () => ({ user, origin: "https://evil.test" }), status: 403 },
    { who: "the client's user", as: () => ({ user }), status: 200 },
    { who: "the agency's admin", as: () => admin, status: 200 },
  ])("$who gets $status", async ({ as, status }) => {
    const response = await ask({ as: await as() });
    await response.text();
    expect(response.status).toBe(status);
    expect(await ledgerOf(client)).toHaveLength(status === 200 ? 1 : 0);
  });

  test("another site is stopped by what the browser says of it", async () => {
    const response = await ask({ headers: { "sec-fetch-site": "cross-site" } });
    expect(response.status).toBe(403);
  });
});

describe("what can be asked", () => {
  test("are the providers, without their addresses and credentials", async () => {
    const { status, body } = await api("GET", `/api/playground?tenant=${client.slug}`, { as: { user } });
    expect(status).toBe(200);
    expect(body.providers).toContainEqual({ slug: "openai", name: "openai" });
  });

  test("are the models that the provider lists and the plan allows", async () => {
    upstream.otherwise(json(200, { data: [{ id: "gpt-4o-mini" }, { id: "gpt-4.1" }] }));
    const restricted = await makePlaying({ allowedModels: ["gpt-4.1*"] });
    const as = { user: await makeClientUser(restricted.tenantId) };
    const modelsOf = (slug: string, caller: Caller) =>
      api("GET", `/api/playground/models?tenant=${slug}&provider=openai`, { as: caller });
    expect((await modelsOf(client.slug, { user })).body).toEqual({ models: ["gpt-4.1", "gpt-4o-mini"], usual: null });
    expect((await modelsOf(restricted.slug, as)).body).toEqual({ models: ["gpt-4.1"], usual: null });
    expect((await modelsOf(restricted.slug, { user })).status).toBe(404);

    await eventsOf(await ask());
    await ledgerOf(client);
    expect((await modelsOf(client.slug, { user })).body).toMatchObject({ usual: "gpt-4o-mini" });
  });
});
