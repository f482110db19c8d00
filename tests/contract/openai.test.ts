import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import OpenAI from "openai";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { useDatabase } from "../database";
import { answerText, chatEvent, completion, json } from "../fixtures/scripted-upstream";
import { admin } from "../server";
import {
  type Client,
  createClient,
  type Installation,
  providerCredential,
  quotaOf,
  requestsOf,
  startInstallation,
} from "./installation";

/** Under load an answer takes its time; what is awaited here comes in the end or never. */
const patiently = { timeout: 20_000 };

const messages = [{ role: "user" as const, content: "Say hello." }];

describe.each(["fast", "portable"] as const)("the proxy's %s lane", (lane) => {
  const database = useDatabase();
  let installation: Installation;
  let pool: pg.Pool;

  beforeAll(async () => {
    installation = await startInstallation({ lane, databaseUrl: database.url });
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
  }, 60_000);

  afterAll(async () => {
    const audit = await auditLedger(pool);
    await pool.end();
    await installation.stop();
    expect(audit.drifts).toEqual([]);
  });

  const sdk = ({ secret }: { secret: string }, path = "/api/proxy/openai/v1") =>
    new OpenAI({ apiKey: secret, baseURL: `${installation.server.url}${path}`, maxRetries: 0 });

  const post = (
    client: { secret: string },
    path: string,
    body: string | Uint8Array,
    headers: Record<string, string> = {},
  ) =>
    fetch(`${installation.server.url}/api/proxy/openai${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}`, "content-type": "application/json", ...headers },
      body: body as BodyInit,
    });

  describe("calls by the official SDK", () => {
    test("a plain chat completion is answered as the provider answered, and its tokens are on record", async () => {
      const client = await createClient(installation.server);
      const answer = await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });

      expect(answer.choices[0]?.message.content).toBe(answerText);
      const [record] = await requestsOf(installation.server, client);
      expect(record).toMatchObject({
        apiKeyId: client.keyId,
        apiKeyName: "Website",
        source: "apikey",
        provider: "openai",
        endpoint: "chat/completions",
        model: "gpt-4o-mini",
        state: "settled",
        httpStatus: 200,
        stream: false,
        inputTokens: 12,
        outputTokens: 10,
        totalTokens: 22,
        estimated: false,
      });
      expect(record?.costMicroUsd).toBeGreaterThan(0);
    });

    test("a stream arrives as the provider sent it, without the usage chunk that the client did not ask for", async () => {
      const client = await createClient(installation.server);
      const stream = await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages, stream: true });
      const chunks = await Array.fromAsync(stream);

      expect(
        chunks
          .map((chunk) => chunk.choices[0]?.delta.content ?? "")
          .join("")
          .trim(),
      ).toBe(answerText);
      expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true);
      const [record] = await requestsOf(installation.server, client);
      expect(record).toMatchObject({
        stream: true,
        state: "settled",
        inputTokens: 12,
        outputTokens: 10,
        estimated: false,
      });
    });

    test("a client that asks for the usage chunk gets it", async () => {
      const client = await createClient(installation.server);
      const stream = await sdk(client).chat.completions.create({
        model: "gpt-4o-mini",
        messages,
        stream: true,
        stream_options: { include_usage: true },
      });
      const chunks = await Array.fromAsync(stream);
      expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 22 });
    });

    test("completions, responses and embeddings are metered by what they report", async () => {
      const client = await createClient(installation.server);
      installation.upstream.on(
        "text-embedding-3-small",
        json(200, {
          object: "list",
          data: [{ object: "embedding", index: 0, embedding: [0.1] }],
          model: "text-embedding-3-small",
          usage: { prompt_tokens: 8, total_tokens: 8 },
        }),
      );
      installation.upstream.on(
        "gpt-responses",
        json(200, {
          id: "resp_1",
          object: "response",
          model: "gpt-responses",
          status: "completed",
          output: [{ type: "message", content: [{ type: "output_text", text: "Hi" }] }],
          usage: {
            input_tokens: 30,
            input_tokens_details: { cached_tokens: 20 },
            output_tokens: 9,
            output_tokens_details: { reasoning_tokens: 4 },
            total_tokens: 39,
          },
        }),
      );
      installation.upstream.on(
        "gpt-3.5-turbo-instruct",
        json(200, {
          id: "cmpl",
          object: "text_completion",
          model: "gpt-3.5-turbo-instruct",
          choices: [{ text: "Hi", index: 0 }],
          usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
        }),
      );
      const openai = sdk(client);
      await openai.embeddings.create({ model: "text-embedding-3-small", input: "Say hello." });
      await openai.responses.create({ model: "gpt-responses", input: "Say hello." });
      await openai.completions.create({ model: "gpt-3.5-turbo-instruct", prompt: "Say hello." });

      const records = await requestsOf(installation.server, client);
      expect(records.map(({ endpoint, inputTokens, outputTokens }) => [endpoint, inputTokens, outputTokens])).toEqual([
        ["completions", 5, 2],
        ["responses", 30, 9],
        ["embeddings", 8, 0],
      ]);
      expect(records[1]).toMatchObject({ cachedInputTokens: 20, totalTokens: 39 });
    });

    test("the model list passes without counting, also for an exhausted key", async () => {
      const client = await createClient(installation.server, { plan: { dailyTokenLimit: 0 } });
      const response = await fetch(`${installation.server.url}/api/proxy/openai/v1/models`, {
        headers: { authorization: `Bearer ${client.secret}` },
      });
      expect(response.status).toBe(200);
      expect(await requestsOf(installation.server, client)).toEqual([]);
    });

    test("/api/proxy/v1 goes to the default provider", async () => {
      const client = await createClient(installation.server);
      const answer = await sdk(client, "/api/proxy/v1").chat.completions.create({ model: "gpt-4o-mini", messages });
      expect(answer.choices[0]?.message.content).toBe(answerText);
    });
  });

  describe("what binds", () => {
    test("an override of 0 refuses the next call as a used-up quota, and taking it back lets the next one pass", async () => {
      const client = await createClient(installation.server);
      await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await admin(installation.server, "PATCH", `/tenants/${client.tenantId}`, {
        dailyTokenLimit: 0,
        dailyTokenLimitReason: "invoice open",
      });

      const refusal = await sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OpenAI.RateLimitError);
      const { code, type, status, message, headers } = refusal as InstanceType<typeof OpenAI.APIError>;
      expect({ code, type, status }).toEqual({ code: "insufficient_quota", type: "insufficient_quota", status: 429 });
      expect(message).toMatch(
        /You exceeded your current quota: the daily token limit of this client is used up .* renews at .* Europe\/Brussels/,
      );
      expect(headers?.get("x-should-retry")).toBe("false");
      expect(Number(headers?.get("retry-after") ?? 0)).toBeLessThanOrEqual(60);

      await admin(installation.server, "PATCH", `/tenants/${client.tenantId}`, { dailyTokenLimit: null });
      await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      expect(await requestsOf(installation.server, client)).toHaveLength(2);
    });

    test("a revoked key is refused from the next call on, and keeps its name in history", async () => {
      const client = await createClient(installation.server);
      await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await admin(installation.server, "POST", `/tenants/${client.tenantId}/keys/${client.keyId}/revocation`);

      const refusal = await sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OpenAI.AuthenticationError);
      const [record] = await requestsOf(installation.server, client);
      expect(record).toMatchObject({ apiKeyId: client.keyId, apiKeyName: "Website" });
    });

    test("a suspended client is refused with 403, and resumed at once", async () => {
      const client = await createClient(installation.server);
      await admin(installation.server, "PATCH", `/tenants/${client.tenantId}`, { status: "suspended" });
      const refusal = await sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ status: 403, code: "tenant_suspended" });

      await admin(installation.server, "PATCH", `/tenants/${client.tenantId}`, { status: "active" });
      await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
    });

    test("a plan that is lowered below what is used blocks at once", async () => {
      const client = await createClient(installation.server, { plan: { dailyRequestLimit: 10 } });
      await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await admin(installation.server, "PATCH", `/plans/${client.planId}`, { dailyRequestLimit: 1 });
      await expect(sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages })).rejects.toMatchObject({
        code: "insufficient_quota",
      });
      expect(
        (await quotaOf(installation.server, client)).find(
          ({ metric, window }) => metric === "requests" && window === "day",
        ),
      ).toMatchObject({ cap: 1, used: 1, remaining: 0 });
    });

    test("200 calls at once on a limit of 20 requests give 20 answers, and only those reach the provider", async () => {
      const client = await createClient(installation.server, { plan: { dailyRequestLimit: 20 } });
      installation.upstream.on("gpt-crowd", completion({ inputTokens: 1, outputTokens: 1 }));
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, () =>
          post(client, "/v1/chat/completions", JSON.stringify({ model: "gpt-crowd", messages, max_tokens: 5 })).then(
            ({ status }) => status,
          ),
        ),
      );
      expect(outcomes.filter((status) => status === 200)).toHaveLength(20);
      expect(outcomes.filter((status) => status === 429)).toHaveLength(180);
      expect(installation.upstream.requestsFor("gpt-crowd")).toHaveLength(20);
    });

    test("a rate per minute is refused as a rate limit that may be tried again within the minute", async () => {
      const client = await createClient(installation.server, { key: { requestsPerMinute: 1 } });
      await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      const refusal = await sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ status: 429, code: "rate_limit_exceeded" });
      const retryAfter = Number((refusal as InstanceType<typeof OpenAI.APIError>).headers?.get("retry-after"));
      expect(retryAfter).toBeGreaterThanOrEqual(1);
      expect(retryAfter).toBeLessThanOrEqual(60);
    });

    test("only allowed models pass", async () => {
      const client = await createClient(installation.server, { plan: { allowedModels: ["gpt-4o*"] } });
      await sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await expect(sdk(client).chat.completions.create({ model: "o1-pro", messages })).rejects.toMatchObject({
        status: 403,
        code: "model_not_allowed",
      });
    });

    test("every answer tells the limits, and they go down", async () => {
      const client = await createClient(installation.server, {
        plan: { dailyTokenLimit: 10_000, requestsPerMinute: 30 },
      });
      const remaining: number[] = [];
      for (let index = 0; index < 3; index++) {
        const response = await post(
          client,
          "/v1/chat/completions",
          JSON.stringify({ model: "gpt-4o-mini", messages, max_tokens: 10 }),
        );
        expect(response.headers.get("x-ratelimit-limit-tokens")).toBe("10000");
        expect(response.headers.get("x-ratelimit-limit-requests")).toBe("30");
        expect(response.headers.get("x-ratelimit-reset-tokens")).toMatch(/^(\d+m)?\d+s$/);
        expect(response.headers.get("ratelimit")).toContain("client-tokens-day");
        expect(response.headers.get("x-request-id")).toBeTruthy();
        remaining.push(Number(response.headers.get("x-ratelimit-remaining-tokens")));
      }
      expect(remaining[1]).toBeLessThan(remaining[0] as number);
      expect(remaining[2]).toBeLessThan(remaining[1] as number);
    });
  });

  describe("what goes up and what comes back", () => {
    test("the row is on record before the provider gets the first byte", async () => {
      const client = await createClient(installation.server);
      let states: unknown[] = [];
      installation.upstream.on("gpt-write-ahead", async (request, response, incoming) => {
        const { rows } = await pool.query("select state from usage_record where tenant_id = $1", [client.tenantId]);
        states = rows;
        await completion({ inputTokens: 1, outputTokens: 1 })(request, response, incoming);
      });
      await sdk(client).chat.completions.create({ model: "gpt-write-ahead", messages });
      expect(states).toEqual([{ state: "admitted" }]);
    });

    test("bodies pass byte for byte both ways; of a stream only the request for usage is inserted", async () => {
      const client = await createClient(installation.server);
      const odd = `{ "model":"gpt-odd" ,"seed":12345678901234567890,"messages":[{"role":"user","content":"\\u00e9 é"}],\n"temperature":1.0 }`;
      const answer = `{"id":1.0,  "model":"gpt-odd","big":12345678901234567890,"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}`;
      installation.upstream.on("gpt-odd", (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(answer);
      });
      expect(await (await post(client, "/v1/chat/completions", odd)).text()).toBe(answer);
      expect(installation.upstream.requestsFor("gpt-odd")[0]?.body).toBe(odd);

      installation.upstream.on("gpt-odd-stream", completion({ inputTokens: 3, outputTokens: 4 }));
      const streamed = odd.replace("gpt-odd", "gpt-odd-stream").replace("1.0 }", '1.0, "stream": true }');
      const text = await (await post(client, "/v1/chat/completions", streamed)).text();
      const sent = installation.upstream.requestsFor("gpt-odd-stream")[0]?.body as string;
      expect(sent.replace('"stream_options":{"include_usage":true},', "")).toBe(streamed);
      expect(text).not.toContain('"choices":[]');
      expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    });

    test("the provider sees its own credential and nothing of the client's; the client sees nothing of the agency's account", async () => {
      const client = await createClient(installation.server);
      installation.upstream.on(
        "gpt-headers",
        json(
          200,
          { model: "gpt-headers", choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
          {
            "set-cookie": "session=canary",
            "openai-organization": "org-canary",
            "x-ratelimit-remaining-requests": "77",
            "x-request-id": "req-canary",
            "openai-processing-ms": "5",
          },
        ),
      );
      const response = await post(client, "/v1/chat/completions", JSON.stringify({ model: "gpt-headers", messages }), {
        cookie: "a=client-canary",
        "x-api-key": client.secret,
        "openai-organization": "client-canary",
        "x-forwarded-for": "10.0.0.1",
        "x-tenant-id": "another",
      });
      const sent = JSON.stringify(installation.upstream.requestsFor("gpt-headers")[0]?.headers);
      expect(sent).toContain(providerCredential);
      expect(sent).not.toMatch(/client-canary|10\.0\.0\.1/);
      expect(sent).not.toContain(client.secret);
      const got = JSON.stringify([...response.headers]) + (await response.text());
      expect(got).not.toMatch(/canary|"77"/);
      expect(response.headers.get("openai-processing-ms")).toBe("5");
    });

    test("a chunk reaches the client when the provider sends it, not when the stream ends", async () => {
      const client = await createClient(installation.server);
      let finish = () => {};
      installation.upstream.on("gpt-slow", async (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chatEvent("gpt-slow", { content: "first" }));
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        response.end("data: [DONE]\n\n");
      });
      const stream = await sdk(client).chat.completions.create({ model: "gpt-slow", messages, stream: true });
      const iterator = stream[Symbol.asyncIterator]();
      const first = await iterator.next();
      expect(first.value?.choices[0]?.delta.content).toBe("first");
      finish();
      expect((await iterator.next()).done).toBe(true);
    });

    test("a client that leaves in mid-stream ends the provider's work, and what was delivered is counted as an estimate", async () => {
      const client = await createClient(installation.server);
      let providerSawEnd = Promise.resolve();
      installation.upstream.on("gpt-left", (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (let index = 0; index < 20; index++)
          response.write(chatEvent("gpt-left", { content: "several words of text " }));
        providerSawEnd = once(response, "close").then(() => {});
      });
      const stream = await sdk(client).chat.completions.create({ model: "gpt-left", messages, stream: true });
      for await (const _chunk of stream) break;
      await providerSawEnd;

      const record = await vi.waitFor(async () => {
        const [latest] = await requestsOf(installation.server, client);
        expect(latest?.state).toBe("settled");
        return latest;
      }, patiently);
      expect(record).toMatchObject({ estimated: true, stream: true });
      expect(record?.outputTokens).toBeGreaterThan(0);
      expect((await quotaOf(installation.server, client)).every(({ reserved }) => reserved === 0)).toBe(true);
    });
  });

  describe("when the provider fails", () => {
    test.each([
      { status: 400, state: "settled" },
      { status: 429, state: "settled" },
      { status: 500, state: "failed" },
      { status: 529, state: "failed" },
    ])("its $status passes through as it is, and the call is $state without tokens", async ({ status, state }) => {
      const client = await createClient(installation.server);
      const body = { error: { message: "from the provider", type: "x", param: null, code: "y" } };
      installation.upstream.on(`gpt-${status}`, json(status, body, { "retry-after": "7" }));
      const response = await post(client, "/v1/chat/completions", JSON.stringify({ model: `gpt-${status}`, messages }));
      expect(response.status).toBe(status);
      expect(response.headers.get("retry-after")).toBe("7");
      expect(await response.json()).toEqual(body);
      const [record] = await requestsOf(installation.server, client);
      expect(record).toMatchObject({ state, httpStatus: status });
      expect(record?.totalTokens ?? 0).toBe(0);
    });

    test("a connection that breaks before any output costs the client nothing and answers 502", async () => {
      const client = await createClient(installation.server);
      installation.upstream.on("gpt-reset", (_request, response) => void response.destroy());
      await expect(sdk(client).chat.completions.create({ model: "gpt-reset", messages })).rejects.toMatchObject({
        status: 502,
        code: "upstream_unreachable",
      });
      expect((await requestsOf(installation.server, client))[0]).toMatchObject({ state: "failed" });
      expect(
        (await quotaOf(installation.server, client)).every(({ used, reserved }) => used === 0 && reserved === 0),
      ).toBe(true);
    });

    test("a stream that breaks half-way is settled by what came, and is not passed off as complete", async () => {
      const client = await createClient(installation.server);
      installation.upstream.on("gpt-half", (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chatEvent("gpt-half", { content: "half of an answer" }), () => response.destroy());
      });
      const stream = await sdk(client).chat.completions.create({ model: "gpt-half", messages, stream: true });
      await expect(Array.fromAsync(stream)).rejects.toThrow();
      expect((await requestsOf(installation.server, client))[0]).toMatchObject({ state: "settled", estimated: true });
    });

    test("an answer without usage is counted by a tokenizer and marked as an estimate", async () => {
      const client = await createClient(installation.server);
      installation.upstream.on(
        "gpt-silent",
        json(200, {
          model: "gpt-silent",
          choices: [{ index: 0, message: { role: "assistant", content: answerText } }],
        }),
      );
      await sdk(client).chat.completions.create({ model: "gpt-silent", messages });
      const [record] = await requestsOf(installation.server, client);
      expect(record).toMatchObject({ state: "settled", estimated: true, outputTokens: 10, costMicroUsd: null });
    });
  });

  describe("bad input gets a clear answer in the dialect and loses nothing", () => {
    test.each([
      { name: "wrong JSON", body: '{"model":', status: 400, code: "invalid_request" },
      { name: "no object", body: "[1]", status: 400, code: "invalid_request" },
      { name: "an empty body", body: "", status: 400, code: "invalid_request" },
      {
        name: "a wrong type",
        body: '{"model":"gpt-4o-mini","stream":"yes","messages":[]}',
        status: 400,
        code: "invalid_request",
      },
      {
        name: "a negative bound",
        body: '{"model":"gpt-4o-mini","max_tokens":-5,"messages":[]}',
        status: 400,
        code: "invalid_request",
      },
      {
        name: "background work",
        body: '{"model":"gpt-4o-mini","background":true,"input":"x"}',
        status: 400,
        code: "invalid_request",
        path: "/v1/responses",
      },
      { name: "an unknown endpoint", body: "{}", status: 404, code: "unknown_endpoint", path: "/v1/fine_tuning/jobs" },
    ])("$name", async ({ body, status, code, path = "/v1/chat/completions" }) => {
      const client = await createClient(installation.server);
      const before = installation.upstream.received.length;
      const response = await post(client, path, body);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        error: { code, message: expect.any(String), type: expect.any(String) },
      });
      expect(installation.upstream.received.length).toBe(before);
      expect(await requestsOf(installation.server, client)).toEqual([]);
      expect((await quotaOf(installation.server, client)).every(({ reserved }) => reserved === 0)).toBe(true);
    });

    test("a body of 30 MB is refused with 413", async () => {
      const client = await createClient(installation.server);
      const response = await post(client, "/v1/chat/completions", Buffer.alloc(30 * 1024 * 1024, 32));
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ error: { code: "request_too_large" } });
    });

    test("an upload that ends before its time admits nothing", async () => {
      const client = await createClient(installation.server);
      const { hostname, port } = new URL(installation.server.url);
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      socket.resume();
      socket.write(
        `POST /api/proxy/openai/v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${client.secret}\r\ncontent-length: 500\r\n\r\n{"model":"gpt-4o-mini"`,
      );
      socket.end();
      await once(socket, "close");
      expect(await requestsOf(installation.server, client)).toEqual([]);
    });

    test.each([
      { name: "no key", headers: {} },
      { name: "a key with a typo", headers: { authorization: `Bearer slc_${"a".repeat(46)}` } },
      { name: "an unknown key of another make", headers: { "x-api-key": "sk-this-is-nobodys-key-0123456789" } },
    ])("$name is refused with 401", async ({ headers }) => {
      const response = await fetch(`${installation.server.url}/api/proxy/openai/v1/chat/completions`, {
        method: "POST",
        headers: headers as Record<string, string>,
        body: JSON.stringify({ model: "gpt-4o-mini", messages }),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: "invalid_api_key" } });
    });

    test.each(["authorization", "x-api-key", "api-key", "x-goog-api-key"])("a key is taken from %s", async (name) => {
      const client = await createClient(installation.server);
      const value = name === "authorization" ? `Bearer ${client.secret}` : client.secret;
      const response = await fetch(`${installation.server.url}/api/proxy/openai/v1/models`, {
        headers: { [name]: value },
      });
      expect(response.status).toBe(200);
    });

    test("a key in the query of a GET is taken, and does not go upstream", async () => {
      const client = await createClient(installation.server);
      const response = await fetch(
        `${installation.server.url}/api/proxy/openai/v1/models?limit=3&key=${client.secret}`,
      );
      expect(response.status).toBe(200);
      expect(installation.upstream.received.at(-1)?.url).toBe("/v1/models?limit=3");
    });

    test("a PHP client of Drupal is refused with 402 and the text that it recognises", async () => {
      const client = await createClient(installation.server, { plan: { dailyTokenLimit: 0 } });
      const response = await post(client, "/v1/chat/completions", JSON.stringify({ model: "gpt-4o-mini", messages }), {
        "user-agent": "Drupal/11.2",
      });
      expect(response.status).toBe(402);
      expect(((await response.json()) as { error: { message: string } }).error.message).toMatch(
        /^You exceeded your current quota/,
      );
    });
  });

  test("keys and credentials appear in no log", async () => {
    const client: Client = await createClient(installation.server);
    await post(client, "/v1/chat/completions", "{");
    await new Promise<void>((resolve, reject) => {
      httpRequest(`${installation.server.url}/api/proxy/openai/v1/models?key=${client.secret}`, (response) =>
        response.resume().on("end", resolve),
      )
        .on("error", reject)
        .end();
    });
    expect(installation.server.output()).not.toContain(client.secret);
    expect(installation.server.output()).not.toContain(providerCredential);
  });
});
