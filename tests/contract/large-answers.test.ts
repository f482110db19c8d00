import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../database";
import { eventually } from "../eventually";
import { ScriptedUpstream } from "../fixtures/scripted-upstream";
import { watchMemory } from "../process-memory";
import { admin, inspectorFlag, type RunningServer, startServer } from "../server";
import { type Client, createClient, requestsOf } from "./installation";

const megabyte = 1_000_000;
/** What a process may hold of an answer of a hundred megabytes at any time. */
const room = 25 * megabyte;
/** So often it is looked, and once more before an answer ends. */
const parts = 3;

const usage = { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 };
const filler = Buffer.from("some words of a long answer \\n".repeat(2_000));
/** Hardly to be made shorter. */
const noise = gzipSync(randomBytes(150_000).toString("base64"));
const picture = Buffer.from("QUJD".repeat(16_000));
const messages = [{ role: "user", content: "Say much." }];

type Large = {
  name: string;
  vendor: string;
  path: string;
  body: object;
  contentType: string;
  contentEncoding?: string;
  /** The answer: a beginning, this piece so often, and an end. */
  begin: string | Buffer;
  piece: Buffer;
  times: number;
  end: string | Buffer;
};

const geminiPiece = (text: string) =>
  JSON.stringify({
    candidates: [{ content: { parts: [{ text }] } }],
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 5, totalTokenCount: 17 },
  });

const larges: Large[] = [
  {
    name: "a plain answer of 100 MB",
    vendor: "openai",
    path: "/v1/chat/completions",
    body: { model: "large", messages },
    contentType: "application/json",
    begin: '{"model":"large","choices":[{"message":{"content":"',
    piece: filler,
    times: (100 * megabyte) / filler.length,
    end: `"}}],"usage":${JSON.stringify(usage)}}`,
  },
  {
    name: "a plain answer of 100 MB in gzip, unasked",
    vendor: "openai",
    path: "/v1/chat/completions",
    body: { model: "large", messages },
    contentType: "application/json",
    contentEncoding: "gzip",
    begin: gzipSync('{"model":"large","choices":[{"message":{"content":"'),
    piece: noise,
    times: (100 * megabyte) / noise.length,
    end: gzipSync(`"}}],"usage":${JSON.stringify(usage)}}`),
  },
  {
    name: "an event of 100 MB",
    vendor: "openai",
    path: "/v1/images/generations",
    body: { model: "large", prompt: "a dog", stream: true },
    contentType: "text/event-stream",
    begin: 'data: {"type":"image_generation.completed","b64_json":"',
    piece: picture,
    times: (100 * megabyte) / picture.length,
    end: '","usage":{"input_tokens":12,"output_tokens":5,"total_tokens":17}}\n\n',
  },
  {
    name: "an event of 100 MB in a stream whose usage was asked for by the gateway",
    vendor: "openai",
    path: "/v1/chat/completions",
    body: { model: "large", messages, stream: true },
    contentType: "text/event-stream",
    begin: 'data: {"choices":[{"delta":{"content":"',
    piece: filler,
    times: (100 * megabyte) / filler.length,
    end: `"}}],"usage":${JSON.stringify(usage)}}\n\ndata: [DONE]\n\n`,
  },
  {
    name: "Gemini's array of 100 MB in pieces",
    vendor: "gemini",
    path: "/v1beta/models/large:streamGenerateContent",
    body: { contents: [{ role: "user", parts: [{ text: "Say much." }] }] },
    contentType: "application/json",
    begin: `[${geminiPiece("a")}`,
    piece: Buffer.from(`,\r\n${geminiPiece("some words ".repeat(3_000))}`),
    times: (100 * megabyte) / 33_000,
    end: "]",
  },
  {
    name: "Ollama's lines of 100 MB",
    vendor: "ollama",
    path: "/api/chat",
    body: { model: "large", messages },
    contentType: "application/x-ndjson",
    begin: "",
    piece: Buffer.from(`{"model":"large","message":{"content":"${"some words ".repeat(3_000)}"},"done":false}\n`),
    times: (100 * megabyte) / 33_000,
    end: '{"model":"large","done":true,"prompt_eval_count":12,"eval_count":5}\n',
  },
];

describe.each(["fast", "portable"] as const)("answers of any length through the %s lane", (lane) => {
  const database = useDatabase();
  const upstream = new ScriptedUpstream();
  let server: RunningServer;
  let client: Client;

  beforeAll(async () => {
    await upstream.start();
    server = await startServer({ lane, databaseUrl: database.url, nodeOptions: [inspectorFlag] });
    client = await createClient(server);
    for (const vendor of ["openai", "gemini", "ollama"]) {
      await admin(server, "POST", "/providers", {
        slug: vendor,
        name: vendor,
        vendor,
        baseUrl: upstream.url,
        credential: "sk-large",
      });
    }
  });

  afterAll(async () => {
    await server.stop();
    await upstream.stop();
  });

  /** What the client is to get of a chunk: the portable lane decodes what came encoded. */
  function due(chunk: string | Buffer, { contentEncoding }: Large): string | Buffer {
    return contentEncoding && lane === "portable" ? gunzipSync(chunk) : chunk;
  }

  /** Lets the provider answer so: the client gets each byte of it, and it counts. */
  async function pass(large: Large, { isPartSent }: { isPartSent?: () => Promise<void> } = {}): Promise<void> {
    const sent = createHash("sha256");
    upstream.on("large", async (_request, response) => {
      const encoded = large.contentEncoding ? { "content-encoding": large.contentEncoding } : {};
      response.writeHead(200, { "content-type": large.contentType, ...encoded });
      let chunks = 0;
      for (const chunk of chunksOf(large)) {
        sent.update(due(chunk, large));
        await write(response, chunk);
        chunks += 1;
        if (chunks % Math.ceil(large.times / parts) === 0) await isPartSent?.();
      }
      await isPartSent?.();
      response.end(large.end);
    });
    const request = httpRequest(`${server.url}/api/proxy/${large.vendor}${large.path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}`, "content-type": "application/json" },
    });
    request.end(JSON.stringify(large.body));
    const [answered] = (await once(request, "response")) as [IncomingMessage];
    const got = createHash("sha256");
    for await (const chunk of answered) got.update(chunk);

    expect(got.digest("hex")).toBe(sent.update(due(large.end, large)).digest("hex"));
    await eventually(async () => {
      const [record] = await requestsOf(server, client);
      expect(record).toMatchObject({ state: "settled", inputTokens: 12, outputTokens: 5, estimated: false });
    });
  }

  test.each(larges)("$name passes byte for byte in little memory, and its tokens are found", async (large) => {
    // What a first call loads is no part of it.
    await pass({ ...large, times: 3 });
    const memory = await watchMemory(server);
    const held: number[] = [];
    await pass(large, { isPartSent: async () => void held.push(await memory.grownBy()) });
    expect(held.length).toBeGreaterThanOrEqual(parts);
    expect(Math.max(...held)).toBeLessThan(room);
  });
});

/** All of it but its end. */
function* chunksOf({ begin, piece, times }: Large): Generator<Buffer> {
  yield Buffer.from(begin);
  for (let index = 0; index < times; index++) yield piece;
}

async function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (!response.write(chunk)) await once(response, "drain");
}
