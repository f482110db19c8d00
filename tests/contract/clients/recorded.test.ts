import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { type Exchange, endpointOf, pathOf, readExchanges, vendorOf } from "../../fixtures/exchanges";
import { ScriptedUpstream } from "../../fixtures/scripted-upstream";
import { admin, type RunningServer, startServer } from "../../server";
import { type Client, createClient } from "../installation";

/**
 * What providers really sent, read by the official clients: through the gateway they are told the same as without it, in
 * the same pieces, or fail by the same error.
 */

/** Where a client calls, and with which key: the provider itself or the gateway. */
type Place = { url: string; key: string };
type Answer = object | AsyncIterable<object>;
/** What a client makes of an answer, as far as it is the provider's. */
type Told = { pieces: object[]; error: object | null };

const readers: { path: RegExp; ask(exchange: Exchange, place: Place): Promise<Answer> }[] = [
  {
    path: /\/chat\/completions$/,
    ask: (exchange, place) => openai(exchange, place).chat.completions.create(bodyOf(exchange)),
  },
  { path: /\/completions$/, ask: (exchange, place) => openai(exchange, place).completions.create(bodyOf(exchange)) },
  { path: /\/responses$/, ask: (exchange, place) => openai(exchange, place).responses.create(bodyOf(exchange)) },
  { path: /\/embeddings$/, ask: (exchange, place) => openai(exchange, place).embeddings.create(bodyOf(exchange)) },
  {
    path: /\/images\/generations$/,
    ask: (exchange, place) => openai(exchange, place).images.generate(bodyOf(exchange)),
  },
  { path: /\/moderations$/, ask: (exchange, place) => openai(exchange, place).moderations.create(bodyOf(exchange)) },
  { path: /\/messages$/, ask: (exchange, place) => anthropic(exchange, place).messages.create(bodyOf(exchange)) },
  {
    path: /^\/v1beta\/models\/.*:generateContent$/,
    ask: (exchange, place) => gemini(exchange, place).models.generateContent(askedOf(exchange)),
  },
  {
    path: /^\/v1beta\/models\/.*:streamGenerateContent$/,
    ask: (exchange, place) => gemini(exchange, place).models.generateContentStream(askedOf(exchange)),
  },
];

const readerOf = (exchange: Exchange) => readers.find(({ path }) => path.test(pathOf(exchange)));
const exchanges = readExchanges().filter(
  (exchange) =>
    endpointOf(exchange) !== null &&
    readerOf(exchange) !== undefined &&
    // Google's client asks for its streams as events.
    (!exchange.request.path.includes(":stream") || exchange.request.path.includes("alt=sse")),
);

describe.runIf(exchanges.length > 0)(
  "a recorded answer is the same to an official client as without the gateway",
  () => {
    const database = useDatabase();
    const upstream = new ScriptedUpstream();
    let server: RunningServer;
    let client: Client;

    beforeAll(async () => {
      await upstream.start();
      server = await startServer({ lane: "fast", databaseUrl: database.url });
      client = await createClient(server);
      for (const [provider, exchange] of new Map(exchanges.map((each) => [each.provider, each]))) {
        const vendor = vendorOf(exchange);
        const dialect = vendor === "custom" ? { dialect: "openai" } : {};
        const given = { slug: provider, name: provider, vendor, baseUrl: upstream.url, credential: "sk-recorded" };
        await admin(server, "POST", "/providers", { ...given, ...dialect });
      }
    });

    afterAll(async () => {
      await server.stop();
      await upstream.stop();
    });

    test.each(exchanges)("$file", async (exchange) => {
      const { file, provider, response } = exchange;
      upstream.on(file, (_request, answer) => {
        answer.writeHead(response.status, response.headers);
        answer.end(response.body);
      });
      const ask = (place: Place) => toldBy(() => readerOf(exchange)?.ask(exchange, place) as Promise<Answer>);
      const without = await ask({ url: upstream.url, key: "sk-recorded" });
      const through = await ask({ url: `${server.url}/api/proxy/${provider}`, key: client.secret });

      const [asked, sent] = upstream.requestsFor(file).map(({ body }) => body.includes('"include_usage":true'));
      expect(through).toEqual(asked === sent ? without : { ...without, pieces: without.pieces.filter(isNotUsage) });
      expect(without.pieces.length > 0 || without.error !== null).toBe(true);
    });
  },
);

const openai = (exchange: Exchange, { url, key }: Place) => {
  const prefix = pathOf(exchange).replace(readerOf(exchange)?.path ?? "", "");
  return new OpenAI({ baseURL: url + prefix, apiKey: key, ...quietly(exchange) });
};
const anthropic = (exchange: Exchange, { url, key }: Place) =>
  new Anthropic({ baseURL: url, apiKey: key, ...quietly(exchange) });
const gemini = ({ file }: Exchange, { url, key }: Place) =>
  new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url, headers: { "x-scripted-model": file } } });

function quietly({ file }: Exchange) {
  return { maxRetries: 0, logLevel: "off" as const, defaultHeaders: { "x-scripted-model": file } };
}

/** As it was recorded, of whatever the client's types know. */
function bodyOf({ request }: Exchange): never {
  return JSON.parse(request.body ?? "{}") as never;
}

function askedOf(exchange: Exchange) {
  return { model: /models\/([^:]+):/.exec(pathOf(exchange))?.[1] ?? "", contents: "Hello!" };
}

async function toldBy(ask: () => Promise<Answer>): Promise<Told> {
  const pieces: object[] = [];
  try {
    const answer = await ask();
    if (Symbol.asyncIterator in answer) for await (const piece of answer) pieces.push(whatIsTold(piece));
    else pieces.push(whatIsTold(answer));
    return { pieces, error: null };
  } catch (cause) {
    const { message, status, error } = cause as Error & { status?: number; error?: unknown };
    return { pieces, error: { name: (cause as Error).constructor.name, message, status, error } };
  }
}

/** Without the headers, which are partly the gateway's. */
function whatIsTold(piece: object): object {
  const { sdkHttpResponse: _, ...told } = JSON.parse(JSON.stringify(piece));
  return told;
}

function isNotUsage(piece: { choices?: unknown[]; usage?: unknown }): boolean {
  return piece.choices?.length !== 0 || !piece.usage;
}
