import Anthropic from "@anthropic-ai/sdk";
import { LLMock } from "@copilotkit/aimock";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { admin, type RunningServer, startServer } from "../../server";
import { type Client, createClient, requestsOf } from "../installation";
import { appClients } from "./clients";

const answer = "Hi there, nice to meet you and all of yours!";
/** What the mock reports, in the words of each wire format. */
const usage = {
  ...{ prompt_tokens: 17, completion_tokens: 11, total_tokens: 28 },
  ...{ input_tokens: 17, output_tokens: 11 },
  ...{ promptTokenCount: 17, candidatesTokenCount: 11, totalTokenCount: 28 },
};

describe.each(["fast", "portable"] as const)("the clients that apps use, on the %s lane", (lane) => {
  const database = useDatabase();
  const mock = new LLMock({ port: 0 });
  let server: RunningServer;
  let url: string;

  beforeAll(async () => {
    mock.onMessage("hello", { content: answer, usage });
    mock.onMessage("slowly", { content: answer }, { latency: 200, chunkSize: 4 });
    mock.onMessage("weather", { toolCalls: [{ name: "get_weather", arguments: '{"city":"Ghent"}' }] });
    mock.onEmbedding(/.*/, { embedding: [0.1, 0.2, 0.3] });
    await mock.start();
    server = await startServer({ lane, databaseUrl: database.url });
    url = `${server.url}/api/proxy`;
    for (const vendor of ["openai", "anthropic", "gemini"]) {
      await admin(server, "POST", "/providers", {
        slug: vendor,
        name: vendor,
        vendor,
        baseUrl: mock.url,
        credential: "sk-mock",
      });
    }
  });

  afterAll(async () => {
    await server.stop();
    await mock.stop();
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  const connect = ({ secret }: Client) => ({ url, secret });

  describe.each(appClients)("$name", (app) => {
    test("asks, and what it is told of its use is on record", async () => {
      const client = await createClient(server);
      const { text, input, output } = await app.ask(connect(client), "hello");
      expect(text).toBe(answer);
      const [record] = await requestsOf(server, client);
      expect(record).toMatchObject({
        provider: app.provider,
        state: "settled",
        stream: false,
        inputTokens: input,
        outputTokens: output,
        estimated: false,
      });
    });

    test("gets a stream as it comes, and its use is on record", async () => {
      const client = await createClient(server);
      const chunks = await Array.fromAsync(app.stream(connect(client), "hello"));
      expect(chunks.join("")).toBe(answer);
      const [record] = await requestsOf(server, client);
      expect(record).toMatchObject({
        state: "settled",
        stream: true,
        inputTokens: 17,
        outputTokens: 11,
        estimated: false,
      });
    });

    test("may stop in mid-stream: what was delivered is counted, and nothing stays reserved", async () => {
      const client = await createClient(server);
      const leaving = new AbortController();
      const chunks: string[] = [];
      await (async () => {
        for await (const chunk of app.stream(connect(client), "slowly", leaving.signal)) {
          chunks.push(chunk);
          if (chunks.join("") !== "") leaving.abort();
        }
      })().catch(() => {});
      expect(chunks.join("").length).toBeLessThan(answer.length);
      await eventually(async () => {
        expect(await requestsOf(server, client)).toMatchObject([{ state: "settled", estimated: true, stream: true }]);
      });
    });

    test("is told of a used-up quota by its own error, and does not try again where it can be told so", async () => {
      const client = await createClient(server, { plan: { dailyTokenLimit: 0 } });
      const fetched = vi.spyOn(globalThis, "fetch");
      const error = await app
        .ask({ ...connect(client), ...(app.heedsRefusals ? {} : { maxRetries: 0 }) }, "hello")
        .catch((error) => error);
      expect(app.failureOf(error)).toMatchObject({
        status: 429,
        isTyped: true,
        text: expect.stringContaining("You exceeded your current quota") as unknown,
      });
      expect(proxied(fetched.mock.calls)).toBe(1);
    });

    test("is told so before a stream begins", async () => {
      const client = await createClient(server, { plan: { dailyTokenLimit: 0 } });
      const stream = app.stream({ ...connect(client), maxRetries: 0 }, "hello");
      const error = await Array.fromAsync(stream).catch((error) => error);
      expect(app.failureOf(error)).toMatchObject({ status: 429, isTyped: true });
    });

    test("does not try again with a key that answers 402", async () => {
      const client = await createClient(server, { plan: { dailyTokenLimit: 0 }, key: { quotaStatus: 402 } });
      const fetched = vi.spyOn(globalThis, "fetch");
      const error = await app.ask(connect(client), "hello").catch((error) => error);
      expect(app.failureOf(error)).toMatchObject({ status: 402, isTyped: true });
      expect(proxied(fetched.mock.calls)).toBe(1);
    });

    test("is told of a rate that was passed by its own error", async () => {
      const client = await createClient(server, { key: { requestsPerMinute: 1 } });
      await app.ask(connect(client), "hello");
      const error = await app.ask({ ...connect(client), maxRetries: 0 }, "hello").catch((error) => error);
      expect(app.failureOf(error)).toMatchObject({
        status: 429,
        isTyped: true,
        text: expect.stringContaining("Rate limit reached") as unknown,
      });
    });

    test("is told of a wrong key by its own error", async () => {
      const secret = `slc_${"a".repeat(46)}`;
      const error = await app.ask({ url, secret, maxRetries: 0 }, "hello").catch((error) => error);
      expect(app.failureOf(error)).toMatchObject({
        status: 401,
        isTyped: true,
        text: expect.stringContaining("API key") as unknown,
      });
    });
  });

  describe("typed errors tell what happened", () => {
    test("OpenAI's and Anthropic's have a class for each", async () => {
      const { secret } = await createClient(server, { plan: { dailyTokenLimit: 0 } });
      const openai = (apiKey: string) =>
        new OpenAI({ apiKey, baseURL: `${url}/openai/v1` }).responses
          .create({ model: "gpt-4o-mini", input: "hello" })
          .catch((error: unknown) => error);
      const anthropic = (apiKey: string) =>
        new Anthropic({ apiKey, baseURL: `${url}/anthropic` }).messages
          .create({ model: "claude-sonnet-4-5", max_tokens: 5, messages: [{ role: "user", content: "hello" }] })
          .catch((error: unknown) => error);

      expect(await openai(secret)).toBeInstanceOf(OpenAI.RateLimitError);
      expect(await openai(secret)).toMatchObject({ code: "insufficient_quota", type: "insufficient_quota" });
      expect(await openai("slc_wrong-but-long-enough")).toBeInstanceOf(OpenAI.AuthenticationError);
      expect(await anthropic(secret)).toBeInstanceOf(Anthropic.RateLimitError);
      expect(await anthropic(secret)).toMatchObject({ error: { type: "error", error: { type: "rate_limit_error" } } });
      expect(await anthropic("slc_wrong-but-long-enough")).toBeInstanceOf(Anthropic.AuthenticationError);
    });

    test("Gemini's carries the status and the reason as Google writes them", async () => {
      const { secret } = await createClient(server, { plan: { dailyTokenLimit: 0 } });
      const gemini = new GoogleGenAI({ apiKey: secret, httpOptions: { baseUrl: `${url}/gemini` } });
      const error = await gemini.models
        .generateContent({ model: "gemini-2.5-flash", contents: "hello" })
        .catch((error) => error);
      expect(JSON.parse((error as Error).message)).toMatchObject({
        error: { code: 429, status: "RESOURCE_EXHAUSTED", details: [{ reason: "INSUFFICIENT_QUOTA" }] },
      });
    });
  });

  test("tools and embeddings work as they do without the gateway", async () => {
    const client = await createClient(server);
    const openai = new OpenAI({ apiKey: client.secret, baseURL: `${url}/openai/v1` });
    const anthropic = new Anthropic({ apiKey: client.secret, baseURL: `${url}/anthropic` });
    const gemini = new GoogleGenAI({ apiKey: client.secret, httpOptions: { baseUrl: `${url}/gemini` } });
    const parameters = { type: "object", properties: { city: { type: "string" } } } as const;

    const chat = await openai.chat.completions.create({
      model: "gpt-4o-mini",
      messages: [{ role: "user", content: "weather" }],
      tools: [{ type: "function", function: { name: "get_weather", parameters } }],
    });
    expect(chat.choices[0]?.message.tool_calls?.[0]).toMatchObject({ function: { name: "get_weather" } });
    const message = await anthropic.messages.create({
      model: "claude-sonnet-4-5",
      max_tokens: 100,
      messages: [{ role: "user", content: "weather" }],
      tools: [{ name: "get_weather", input_schema: parameters }],
    });
    expect(message.content).toContainEqual(expect.objectContaining({ type: "tool_use", input: { city: "Ghent" } }));
    const generated = await gemini.models.generateContent({
      model: "gemini-2.5-flash",
      contents: "weather",
      config: { tools: [{ functionDeclarations: [{ name: "get_weather", parametersJsonSchema: parameters }] }] },
    });
    expect(generated.functionCalls).toMatchObject([{ name: "get_weather", args: { city: "Ghent" } }]);
    const embedded = await openai.embeddings.create({ model: "text-embedding-3-small", input: "hello" });
    expect(embedded.data[0]?.embedding.length).toBeGreaterThan(0);

    const records = await requestsOf(server, client);
    expect(records.map(({ endpoint, state }) => `${endpoint} ${state}`)).toEqual([
      "embeddings settled",
      "generateContent settled",
      "messages settled",
      "chat/completions settled",
    ]);
  });
});

/** How many calls of the proxy are among these. */
function proxied(calls: Parameters<typeof fetch>[]): number {
  return calls.filter(([input]) => String(input instanceof Request ? input.url : input).includes("/api/proxy/")).length;
}
