import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { coverage } from "@/lib/providers/registry";
import type { KnownEndpoint } from "@/lib/providers/types";
import { factsOf, type Vendor } from "@/lib/providers/vendors";
import { api } from "../../api";
import { eventually } from "../../eventually";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";
import { samples } from "./endpoint-samples";

/**
 * Walks all that is let through: each endpoint is metered, limited, passed on as it comes, and settled when its client hangs
 * up. An endpoint that the samples do not know fails here.
 */
const { upstream, post, addProvider } = useGateway();

type Served = { vendor: Vendor; endpoint: KnownEndpoint; title: string };

/** Each endpoint once, at the first vendor that has it. */
const served: Served[] = coverage()
  .filter(({ vendor }) => factsOf(vendor).dialect !== null)
  .flatMap(({ vendor, endpoints }) =>
    endpoints.map((endpoint) => ({ vendor, endpoint, title: `${endpoint.method} ${endpoint.path}` })),
  )
  .filter(({ title }, index, all) => all.findIndex((other) => other.title === title) === index);
const metered = served.filter(({ endpoint }) => endpoint.kind === "metered");
const streamed = metered.filter(({ endpoint }) => endpoint.streams);
const unmetered = served.filter(({ endpoint }) => endpoint.kind !== "metered");

const pathOf = ({ path }: KnownEndpoint) => path.replace("{model}", "walked");
const sampleOf = ({ title }: Served) =>
  samples[title] ?? { request: { body: "{}" }, answer: { body: "{}" }, tokens: null };

beforeAll(async () => {
  for (const vendor of new Set(served.map(({ vendor }) => vendor)))
    await addProvider({ slug: `walk-${vendor}`, vendor });
  expect((await api("PATCH", "/api/admin/settings", { body: { disconnectPolicy: "abort" } })).status).toBe(200);
});

afterAll(() => upstream.on("walked", (_request, response) => void response.end()));

function send(client: GatewayClient, each: Served, options: { stream?: boolean; signal?: AbortSignal } = {}) {
  const { request, streamedBody } = sampleOf(each);
  const body = options.stream ? (streamedBody ?? request.body) : request.body;
  return post(
    client,
    `/walk-${each.vendor}${pathOf(each.endpoint)}`,
    each.endpoint.method === "GET" ? undefined : body,
    {
      method: each.endpoint.method,
      headers: { "content-type": request.contentType ?? "application/json", "x-scripted-model": "walked" },
      ...(options.signal ? { signal: options.signal } : {}),
    },
  );
}

test.each(served)("$title has a sample", ({ title }) => {
  expect(Object.keys(samples)).toContain(title);
});

describe("is metered", () => {
  test.each(metered)("$title", async (each) => {
    const { answer, tokens } = sampleOf(each);
    upstream.on("walked", (_request, response) => {
      response.writeHead(200, { "content-type": answer.contentType ?? "application/json" });
      response.end(answer.body);
    });
    const client = await makeClient();
    const answered = await send(client, each);
    expect(answered.status).toBe(200);
    expect(Buffer.from(await answered.arrayBuffer()).toString("latin1")).toBe(
      Buffer.from(answer.body).toString("latin1"),
    );
    expect(await ledgerOf(client)).toMatchObject([
      { state: "settled", input_tokens: tokens?.input ?? 0, output_tokens: tokens?.output ?? 0, estimated: false },
    ]);
  });

  test.each(streamed)("$title, as a stream", async (each) => {
    const { streamedAnswer = sampleOf(each).answer, tokens } = sampleOf(each);
    const proceed = Promise.withResolvers<void>();
    const half = beginningOf(streamedAnswer.body);
    upstream.on("walked", async (_request, response) => {
      response.writeHead(200, { "content-type": streamedAnswer.contentType ?? "text/event-stream" });
      response.write(streamedAnswer.body.slice(0, half));
      await proceed.promise;
      response.end(streamedAnswer.body.slice(half));
    });
    const client = await makeClient();
    const reader = ((await send(client, each, { stream: true })).body as ReadableStream<Uint8Array>).getReader();
    // The provider sends the rest only when the client has got the beginning.
    const chunks = [(await reader.read()).value];
    proceed.resolve();
    for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
    const got = Buffer.concat(chunks.map((chunk) => chunk ?? Buffer.alloc(0))).toString("latin1");
    expect(got).toBe(Buffer.from(streamedAnswer.body).toString("latin1"));
    expect(await ledgerOf(client)).toMatchObject([
      { state: "settled", input_tokens: tokens?.input ?? 0, output_tokens: tokens?.output ?? 0, estimated: false },
    ]);
  });
});

describe("is limited", () => {
  test.each(served.filter(({ endpoint }) => endpoint.kind !== "free"))("$title", async (each) => {
    const client = await makeClient({ dailyTokenLimit: 0 });
    const before = upstream.received.length;
    const refused = await send(client, each);
    expect(refused.status).toBe(429);
    expect(await refused.text()).toContain("You exceeded your current quota");
    expect(upstream.received.length).toBe(before);
    expect(await ledgerOf(client)).toEqual([]);
  });

  test.each(unmetered.filter(({ endpoint }) => endpoint.kind === "free"))(
    "$title is not, and costs nothing",
    async (each) => {
      upstream.on("walked", (_request, response) => void response.end("{}"));
      const client = await makeClient({ dailyTokenLimit: 0 });
      expect((await send(client, each)).status).toBe(200);
      expect(await ledgerOf(client)).toEqual([]);
    },
  );
});

describe("is settled when its client hangs up", () => {
  test.each(streamed)("$title", async (each) => {
    const { streamedAnswer = sampleOf(each).answer } = sampleOf(each);
    const closed = Promise.withResolvers<void>();
    upstream.on("walked", async (_request, response) => {
      response.once("close", closed.resolve);
      response.writeHead(200, { "content-type": streamedAnswer.contentType ?? "text/event-stream" });
      response.write(streamedAnswer.body.slice(0, beginningOf(streamedAnswer.body)));
    });
    const client = await makeClient();
    const leaving = new AbortController();
    const answered = await send(client, each, { stream: true, signal: leaving.signal });
    await (answered.body as ReadableStream<Uint8Array>).getReader().read();
    leaving.abort();
    await closed.promise;
    await settled(client);
  });

  test.each(metered.filter(({ endpoint }) => !endpoint.streams))("$title, read to its end", async (each) => {
    const { answer, tokens } = sampleOf(each);
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    upstream.on("walked", async (_request, response) => {
      arrived.resolve();
      await left.promise;
      response.writeHead(200, { "content-type": answer.contentType ?? "application/json" });
      response.end(answer.body);
      await once(response, "close");
    });
    const client = await makeClient();
    const leaving = new AbortController();
    const sent = send(client, each, { signal: leaving.signal }).catch(() => null);
    await arrived.promise;
    leaving.abort();
    await sent;
    left.resolve();
    const record = await settled(client);
    expect(record).toMatchObject({ input_tokens: tokens?.input ?? 0, output_tokens: tokens?.output ?? 0 });
  });
});

/** A stream's first event, as one that is not complete may be held back; where there are no events, some of it. */
function beginningOf(body: string): number {
  const firstEnd = body.indexOf("\n\n") + 2;
  return firstEnd > 1 && firstEnd < body.length ? firstEnd : Math.floor(body.length / 2);
}

async function settled(client: GatewayClient) {
  return await eventually(async () => {
    const [record] = await ledgerOf(client);
    expect(record?.state).toBe("settled");
    return record;
  });
}
