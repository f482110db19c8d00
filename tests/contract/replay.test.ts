import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LLMock } from "@copilotkit/aimock";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openai } from "@/lib/providers/openai";
import { isUsageChunk } from "@/lib/providers/openai-usage";
import { EventSplitter } from "@/lib/providers/sse";
import { useDatabase } from "../database";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../server";
import { type Client, createClient, requestsOf } from "./installation";

type Exchange = {
  file: string;
  provider: string;
  request: { method: string; path: string; body: string | null };
  response: { status: number; headers: Record<string, string>; body: string };
  expected: {
    usageReported: boolean;
    inputTokens: number;
    outputTokens: number;
    cachedInputTokens: number | null;
    cacheWriteTokens: number | null;
    reasoningTokens: number | null;
  };
};

const folder = join(import.meta.dirname, "../../../shared/fixtures/exchanges");
const exchanges = readExchanges();

/** Recorded providers by the vendor that an agency would choose for them. */
const vendors: Record<string, string> = {
  azure: "azure-openai",
  gpustack: "custom",
  huggingface: "custom",
  "openai-compatible": "custom",
  llamacpp: "llama-cpp",
};

describe.each(["fast", "portable"] as const)("recorded exchanges through the %s lane", (lane) => {
  const database = useDatabase();
  const upstream = new ScriptedUpstream();
  const slugs = new Map<string, string>();
  let server: RunningServer;
  let client: Client;

  beforeAll(async () => {
    await upstream.start();
    server = await startServer({ lane, databaseUrl: database.url });
    client = await createClient(server);
    for (const { provider } of exchanges) {
      if (slugs.has(provider)) continue;
      const vendor = vendors[provider] ?? provider;
      const slug = `replay-${provider}`;
      await admin(server, "POST", "/providers", {
        slug,
        name: provider,
        vendor,
        baseUrl: upstream.url,
        credential: "sk-replay",
        ...(vendor === "custom" ? { dialect: "openai" } : {}),
      });
      slugs.set(provider, slug);
    }
  }, 60_000);

  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  test.runIf(exchanges.length === 0)("the recordings are not beside this checkout, so none is replayed", () => {
    console.warn(`No recordings in ${folder}.`);
  });

  test.each(exchanges)("$file: tokens and bytes are exact", async ({ file, provider, request, response, expected }) => {
    upstream.on(file, (_received, answer) => {
      answer.writeHead(response.status, response.headers);
      for (const piece of cut(Buffer.from(response.body), file)) answer.write(piece);
      answer.end();
    });
    const given = JSON.parse(request.body ?? "{}") as {
      stream?: boolean;
      stream_options?: { include_usage?: boolean };
    };
    const body = JSON.stringify({ ...given, model: file });
    const answered = await fetch(`${server.url}/api/proxy/${slugs.get(provider)}${request.path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}`, "content-type": "application/json" },
      body,
    });

    const bytes = Buffer.from(await answered.arrayBuffer());
    const sent = upstream.requestsFor(file).at(-1)?.body as string;
    const isAskedForClient = sent !== body;
    expect(answered.status).toBe(response.status);
    expect(bytes.toString("latin1")).toBe(
      (isAskedForClient ? withoutUsageChunk(response.body) : Buffer.from(response.body)).toString("latin1"),
    );

    const [record] = await requestsOf(server, client);
    expect(record).toMatchObject({ model: file, httpStatus: response.status });
    if (response.status >= 400) {
      expect(record?.totalTokens ?? 0).toBe(0);
    } else if (expected.usageReported) {
      const { usageReported: _reported, ...tokens } = expected;
      expect(record).toMatchObject({ ...tokens, estimated: false, state: "settled" });
    } else if (record?.state === "settled") {
      expect(record.estimated || record.totalTokens === 0).toBe(true);
    }
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
  }, 60_000);

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

function readExchanges(): Exchange[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({ file, ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Omit<Exchange, "file">) }))
    .filter(
      ({ request: { method, path } }) => openai.findEndpoint(method, path.split("?")[0] as string)?.kind === "metered",
    );
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
