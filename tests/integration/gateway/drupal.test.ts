import { once } from "node:events";
import { connect } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import { completion, json } from "../../fixtures/scripted-upstream";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";

/**
 * What Drupal's AI module sends, by openai-php over Guzzle: its `host` is set without a scheme and without a slash at its
 * end, and with moderation on each chat is preceded by a check of its text.
 */
const { upstream, server } = useGateway();
const userAgent = "Drupal/11.2.4 (+https://www.drupal.org/) GuzzleHttp/7";

type Answer = { status: string; headers: Record<string, string>; body: string };

/** Sends a request as bytes and reads the answer as bytes. */
async function send(
  client: GatewayClient,
  method: string,
  path: string,
  body: object | null,
  agent = userAgent,
): Promise<Answer> {
  const { host } = new URL(server.url);
  const json = body === null ? "" : JSON.stringify(body);
  const head = [
    `${method} /api/proxy/openai/v1${path} HTTP/1.1`,
    `Host: ${host}`,
    `User-Agent: ${agent}`,
    `Authorization: Bearer ${client.secret}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(json)}`,
    "Connection: close",
  ];
  const socket = connect(Number(host.split(":")[1]), host.split(":")[0]);
  socket.write(`${head.join("\r\n")}\r\n\r\n${json}`);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  await once(socket, "close");

  const [top = "", ...rest] = Buffer.concat(chunks).toString("utf8").split("\r\n\r\n");
  const [status = "", ...fields] = top.split("\r\n");
  const headers = Object.fromEntries(
    fields.map((field) => [field.slice(0, field.indexOf(":")).toLowerCase(), field.slice(field.indexOf(":") + 2)]),
  );
  return { status, headers, body: rest.join("\r\n\r\n") };
}

const chat = { model: "gpt-4o", max_tokens: 10, messages: [{ role: "user", content: "Hello" }] };
const moderation = { model: "omni-moderation-latest", input: "Hello" };

beforeAll(() => {
  upstream.on("gpt-4o", completion({ inputTokens: 12, outputTokens: 10 }));
  upstream.on(
    "omni-moderation-latest",
    json(200, { id: "modr-1", model: "omni-moderation-latest", results: [{ flagged: false }] }),
  );
});

/** A client whose only call of the day has been made. */
async function exhaustedClient(): Promise<GatewayClient> {
  const client = await makeClient({ dailyRequestLimit: 1 });
  expect((await send(client, "POST", "/chat/completions", chat)).status).toBe("HTTP/1.1 200 OK");
  await ledgerOf(client);
  return client;
}

const text =
  /^You exceeded your current quota: the daily request limit of this client is used up \(1 of 1 requests used\)\. It renews at \d{4}-\d\d-\d\d 00:00 UTC \(in (\d+ h )?\d+ min\)\.$/;

describe("on a used-up quota", () => {
  test.each([
    { name: "a chat", path: "/chat/completions", body: chat },
    { name: "a streamed chat", path: "/chat/completions", body: { ...chat, stream: true } },
    { name: "the moderation that comes before a chat", path: "/moderations", body: moderation },
    { name: "an embedding", path: "/embeddings", body: { model: "text-embedding-3-small", input: "Hello" } },
  ])("$name is answered with 402 and the text that Drupal shows, byte for byte", async ({ path, body }) => {
    const client = await exhaustedClient();
    const sent = upstream.received.length;
    const answer = await send(client, "POST", path, body);

    expect(answer.status).toBe("HTTP/1.1 402 Payment Required");
    const { message } = JSON.parse(answer.body).error;
    expect(message).toMatch(text);
    const { date, "x-request-id": requestId, ratelimit, "retry-after": retryAfter, ...headers } = answer.headers;
    expect(answer.body).toBe(
      `{"error":{"message":${JSON.stringify(message)},"type":"insufficient_quota","param":null,"code":"insufficient_quota"},"request_id":"${requestId}"}`,
    );
    expect(headers).toEqual({
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(answer.body)),
      "x-should-retry": "false",
      "ratelimit-policy": '"client-requests-day";q=1;w=86400',
      connection: "close",
    });
    expect(Date.parse(date as string)).not.toBeNaN();
    expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(ratelimit).toMatch(/^"client-requests-day";r=0;t=\d+$/);
    // Only in the last minute of the day is the reset near enough to be waited for.
    expect(Number(retryAfter ?? 0)).toBeLessThanOrEqual(60);
    expect(upstream.received.length).toBe(sent);
  });

  test("the list of models is still answered, for the module's settings", async () => {
    const client = await exhaustedClient();
    upstream.on("", json(200, { object: "list", data: [{ id: "gpt-4o", object: "model" }] }));
    const answer = await send(client, "GET", "/models", null);
    expect(answer.status).toBe("HTTP/1.1 200 OK");
  });

  test.each([
    { agent: "GuzzleHttp/7", status: "HTTP/1.1 429 Too Many Requests" },
    { agent: "MyApp Drupal/11", status: "HTTP/1.1 429 Too Many Requests" },
    { agent: "Drupal/10.5.1", status: "HTTP/1.1 402 Payment Required" },
  ])("$agent is answered with $status", async ({ agent, status }) => {
    const client = await exhaustedClient();
    expect((await send(client, "POST", "/chat/completions", chat, agent)).status).toBe(status);
  });

  test("a key may want 402 whoever asks", async () => {
    const client = await makeClient({ dailyRequestLimit: 0 }, { quotaStatus: 402 });
    expect((await send(client, "POST", "/chat/completions", chat, "curl/8")).status).toBe(
      "HTTP/1.1 402 Payment Required",
    );
  });
});

test("with quota left, moderation and models pass and count for nothing", async () => {
  const client = await makeClient({ dailyRequestLimit: 1 });
  for (let index = 0; index < 3; index++) {
    expect((await send(client, "POST", "/moderations", moderation)).status).toBe("HTTP/1.1 200 OK");
    expect((await send(client, "GET", "/models", null)).status).toBe("HTTP/1.1 200 OK");
  }
  expect(await ledgerOf(client)).toEqual([]);
  expect((await send(client, "POST", "/chat/completions", chat)).status).toBe("HTTP/1.1 200 OK");
});

test("no limit of requests is told where there is none per minute: Drupal takes a small one for a free account", async () => {
  const daily = await makeClient({ dailyRequestLimit: 5, dailyTokenLimit: 1_000 });
  const { headers } = await send(daily, "POST", "/chat/completions", chat);
  expect(headers).toMatchObject({ "x-ratelimit-limit-tokens": "1000" });
  expect(Object.keys(headers).filter((name) => /^x-ratelimit-.*-requests$/.test(name))).toEqual([]);

  const paced = await makeClient({ requestsPerMinute: 60 });
  expect((await send(paced, "POST", "/chat/completions", chat)).headers).toMatchObject({
    "x-ratelimit-limit-requests": "60",
  });
});

test("too many calls a minute stay 429, which passes by itself", async () => {
  const client = await makeClient({ requestsPerMinute: 1 });
  await send(client, "POST", "/chat/completions", chat);
  const answer = await send(client, "POST", "/chat/completions", chat);
  expect(answer.status).toBe("HTTP/1.1 429 Too Many Requests");
  expect(JSON.parse(answer.body).error.code).toBe("rate_limit_exceeded");
  expect(Number(answer.headers["retry-after"])).toBeLessThanOrEqual(60);
});
