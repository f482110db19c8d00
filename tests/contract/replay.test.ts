import { LLMock } from "@copilotkit/aimock";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isUsageChunk } from "@/lib/providers/openai-usage";
import { EventSplitter } from "@/lib/providers/sse";
import { useDatabase } from "../database";
import {
  dialectOf,
  type Exchange,
  endpointOf,
  exchangesFolder,
  pathOf,
  readExchanges,
  vendorOf,
} from "../fixtures/exchanges";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../server";
import { type Client, createClient, requestsOf } from "./installation";

const exchanges = readExchanges();
const metered = exchanges.filter((exchange) => endpointOf(exchange)?.kind === "metered");
const free = exchanges.filter((exchange) => ["free", "checked"].includes(endpointOf(exchange)?.kind ?? ""));
const refused = exchanges.filter((exchange) => endpointOf(exchange) === null);

describe.each(["fast", "portable"] as const)("recorded exchanges through the %s lane", (lane) => {
  const database = useDatabase();
  const upstream = new ScriptedUpstream();
  let server: RunningServer;
  let client: Client;

  beforeAll(async () => {
    await upstream.start();
    server = await startServer({ lane, databaseUrl: database.url });
    client = await createClient(server);
    for (const [provider, exchange] of new Map(exchanges.map((each) => [each.provider, each]))) {
      const vendor = vendorOf(exchange);
      await admin(server, "POST", "/providers", {
        slug: `replay-${provider}`,
        name: provider,
        vendor,
        baseUrl: upstream.url,
        credential: "sk-replay",
        ...(vendor === "custom" ? { dialect: "openai" } : {}),
      });
    }
  });

  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  test.runIf(exchanges.length === 0)("the recordings are not beside this checkout, so none is replayed", () => {
    console.warn(`No recordings in ${exchangesFolder}.`);
  });

  /** The answer as it was recorded, in pieces. */
  const script = ({ file, response }: Exchange) =>
    upstream.on(file, (_received, answer) => {
      answer.writeHead(response.status, response.headers);
      for (const piece of cut(Buffer.from(response.body), file)) answer.write(piece);
      answer.end();
    });

  const send = ({ file, provider, request }: Exchange, body: Buffer | null) =>
    fetch(`${server.url}/api/proxy/replay-${provider}${request.path}`, {
      method: request.method,
      headers: {
        authorization: `Bearer ${client.secret}`,
        "content-type": "application/json",
        "x-scripted-model": file,
        ...(request.body?.startsWith("[multipart") ? { "content-type": formType } : {}),
      },
      ...(body === null ? {} : { body: new Uint8Array(body) }),
    });

  test.each(metered)("$file: tokens and bytes are exact", async (exchange) => {
    const { file, response, expected } = exchange;
    script(exchange);
    const body = bodyOf(exchange);
    const answered = await send(exchange, body);

    const bytes = Buffer.from(await answered.arrayBuffer());
    const sent = upstream.requestsFor(file).at(-1)?.body as string;
    const isAskedForClient = sent !== body.toString();
    expect(isAskedForClient).toBe(isAsked(exchange));
    expect(answered.status).toBe(response.status);
    expect(bytes.toString("latin1")).toBe(
      (isAskedForClient ? withoutUsageChunk(response.body) : Buffer.from(response.body)).toString("latin1"),
    );

    const [record] = await requestsOf(server, client);
    expect(record).toMatchObject({ httpStatus: response.status });
    expect(record?.model).toBe(dialectOf(exchange).name === "gemini" ? endpointOf(exchange)?.model : file);
    if (response.status >= 400) {
      expect(record?.totalTokens ?? 0).toBe(0);
    } else if (expected.usageReported) {
      const { usageReported: _reported, otherModels: _others, ...tokens } = expected;
      expect(record).toMatchObject({ ...onlyTokens(tokens), estimated: false, state: "settled" });
    } else if (record?.state === "settled") {
      expect(record.estimated || record.totalTokens === 0).toBe(true);
    }
  });

  test.each(free)("$file: passes without being counted", async (exchange) => {
    script(exchange);
    const before = await requestsOf(server, client);
    const answered = await send(exchange, bodyOf(exchange));
    expect(answered.status).toBe(exchange.response.status);
    expect(Buffer.from(await answered.arrayBuffer()).toString()).toBe(exchange.response.body);
    expect(await requestsOf(server, client)).toEqual(before);
  });

  test.each(refused)("$file: is not let through", async (exchange) => {
    const before = upstream.received.length;
    const answered = await send(exchange, exchange.request.method === "GET" ? null : bodyOf(exchange));
    expect(answered.status).toBe(404);
    expect(await answered.text()).toContain("Nothing was sent to the provider");
    expect(upstream.received.length).toBe(before);
  });
});

describe("an independent mock of the wire protocol", () => {
  const database = useDatabase();
  const mock = new LLMock({ port: 0 });
  let server: RunningServer;

  beforeAll(async () => {
    mock.onMessage("hello", { content: "Hi there, nice to meet you!" });
    await mock.start();
    server = await startServer({ lane: "fast", databaseUrl: database.url });
    await admin(server, "POST", "/providers", {
      slug: "openai",
      name: "Mock",
      vendor: "openai",
      baseUrl: mock.url,
      credential: "sk-mock",
    });
  });

  afterAll(async () => {
    await server.stop();
    await mock.stop();
  });

  test("plain and streamed calls carry the usage that the mock reports", async () => {
    const client = await createClient(server);
    const sdk = new OpenAI({ apiKey: client.secret, baseURL: `${server.url}/api/proxy/openai/v1`, maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "hello" }];
    const plain = await sdk.chat.completions.create({ model: "gpt-4o-mini", messages });
    const streamed = await Array.fromAsync(
      await sdk.chat.completions.create({
        model: "gpt-4o-mini",
        messages,
        stream: true,
        stream_options: { include_usage: true },
      }),
    );
    const hidden = await Array.fromAsync(
      await sdk.chat.completions.create({ model: "gpt-4o-mini", messages, stream: true }),
    );

    const totals = (await requestsOf(server, client)).map(({ totalTokens }) => totalTokens);
    const reported = streamed.at(-1)?.usage?.total_tokens;
    expect(totals).toEqual([reported, reported, plain.usage?.total_tokens]);
    expect(hidden.every(({ choices }) => choices.length > 0)).toBe(true);
  });
});

const formType = "multipart/form-data; boundary=recorded";

/** The body as it was recorded, with a model by which the call is told from others; for an omitted form one of our own. */
function bodyOf({ file, request }: Exchange): Buffer {
  if (request.body?.startsWith("[multipart")) {
    return Buffer.from(
      [
        "--recorded",
        'Content-Disposition: form-data; name="file"; filename="speech.mp3"',
        "",
        "sound",
        "--recorded",
        'Content-Disposition: form-data; name="model"',
        "",
        file,
        "--recorded--",
        "",
      ].join("\r\n"),
    );
  }
  return Buffer.from(JSON.stringify({ ...JSON.parse(request.body ?? "{}"), model: file }));
}

/** Whether the gateway asks for usage on the client's behalf. */
function isAsked(exchange: Exchange): boolean {
  const { stream, stream_options: options } = JSON.parse(
    exchange.request.body?.startsWith("{") ? exchange.request.body : "{}",
  ) as { stream?: boolean; stream_options?: { include_usage?: boolean } };
  const isChat = /completions$/.test(pathOf(exchange));
  const isUnasked = ["mistral", "gemini-openai"].includes(exchange.provider);
  return isChat && stream === true && options?.include_usage !== true && !isUnasked;
}

function onlyTokens(expected: Omit<Exchange["expected"], "usageReported" | "otherModels">) {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = expected;
  return { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens };
}

/** Pieces of 1 to 400 bytes, the same for the same name. */
function cut(bytes: Buffer, name: string): Buffer[] {
  let seed = [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const pieces: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    seed = (seed * 1_664_525 + 1_013_904_223) >>> 0;
    const end = start + 1 + (seed % 400);
    pieces.push(bytes.subarray(start, end));
    start = end;
  }
  return pieces;
}

function withoutUsageChunk(body: string): Buffer {
  const splitter = new EventSplitter();
  return Buffer.concat(
    [...splitter.push(Buffer.from(body)), ...splitter.end()]
      .filter(({ data }) => !isUsageChunk(data))
      .map(({ bytes }) => bytes),
  );
}
