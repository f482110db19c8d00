import { once } from "node:events";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { eventually } from "../../eventually";
import { chatEvent, completion, json } from "../../fixtures/scripted-upstream";
import { quietClock } from "../../quiet-clock";
import { createClient, providerCredential, quotaOf, requestsOf } from "../installation";
import { messages, onBothLanes } from "./both-lanes";

onBothLanes((lane) => {
  describe("what goes up and what comes back", () => {
    test("the row is on record before the provider gets the first byte", async () => {
      const client = await createClient(lane.installation.server);
      let states: unknown[] = [];
      lane.installation.upstream.on("gpt-write-ahead", async (request, response, incoming) => {
        const { rows } = await lane.pool.query("select state from usage_record where tenant_id = $1", [
          client.tenantId,
        ]);
        states = rows;
        await completion({ inputTokens: 1, outputTokens: 1 })(request, response, incoming);
      });
      await lane.sdk(client).chat.completions.create({ model: "gpt-write-ahead", messages });
      expect(states).toEqual([{ state: "admitted" }]);
    });

    test("bodies pass byte for byte both ways; of a stream only the request for usage is inserted", async () => {
      const client = await createClient(lane.installation.server);
      const odd = `{ "model":"gpt-odd" ,"seed":12345678901234567890,"messages":[{"role":"user","content":"\\u00e9 é"}],\n"temperature":1.0 }`;
      const answer = `{"id":1.0,  "model":"gpt-odd","big":12345678901234567890,"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}`;
      lane.installation.upstream.on("gpt-odd", (_request, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        response.end(answer);
      });
      expect(await (await lane.post(client, "/v1/chat/completions", odd)).text()).toBe(answer);
      expect(lane.installation.upstream.requestsFor("gpt-odd")[0]?.body).toBe(odd);

      lane.installation.upstream.on("gpt-odd-stream", completion({ inputTokens: 3, outputTokens: 4 }));
      const streamed = odd.replace("gpt-odd", "gpt-odd-stream").replace("1.0 }", '1.0, "stream": true }');
      const text = await (await lane.post(client, "/v1/chat/completions", streamed)).text();
      const sent = lane.installation.upstream.requestsFor("gpt-odd-stream")[0]?.body as string;
      expect(sent.replace('"stream_options":{"include_usage":true},', "")).toBe(streamed);
      expect(text).not.toContain('"choices":[]');
      expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
    });

    test("what a provider encodes, though it was asked not to, is read by its client and by the meter", async () => {
      const client = await createClient(lane.installation.server);
      const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
      const plain = JSON.stringify({ id: "chatcmpl-test", model: "gpt-encoded", choices: [], usage });
      const streamed = `${chatEvent("gpt-encoded", { content: "é 🌍" })}data: ${plain}\n\ndata: [DONE]\n\n`;
      lane.installation.upstream.on("gpt-encoded", ({ body }, response) => {
        if (JSON.parse(body).stream) {
          response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": "br" });
          response.end(brotliCompressSync(streamed));
        } else {
          response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
          response.end(gzipSync(plain));
        }
      });
      const ask = async (request: object) => {
        const body = JSON.stringify({ model: "gpt-encoded", messages, ...request });
        return await (await lane.post(client, "/v1/chat/completions", body)).text();
      };
      expect(await ask({})).toBe(plain);
      expect(await ask({ stream: true, stream_options: { include_usage: true } })).toBe(streamed);
      await eventually(async () => {
        expect(await requestsOf(lane.installation.server, client)).toMatchObject([
          { state: "settled", totalTokens: 7, estimated: false },
          { state: "settled", totalTokens: 7, estimated: false },
        ]);
      });
    });

    test("answers without a body come as the provider gave them", async () => {
      const client = await createClient(lane.installation.server);
      const { server, upstream } = lane.installation;
      upstream.on("without-body", ({ method }, response) => {
        response.writeHead(method === "GET" ? 304 : 204, { etag: '"1"' }).end();
      });
      const headers = { authorization: `Bearer ${client.secret}`, "x-scripted-model": "without-body" };
      const list = await fetch(`${server.url}/api/proxy/openai/v1/models`, {
        headers: { ...headers, "if-none-match": '"1"' },
      });
      expect({ status: list.status, etag: list.headers.get("etag") }).toEqual({ status: 304, etag: '"1"' });
      for (const stream of [false, true]) {
        const body = JSON.stringify({ model: "without-body", messages, stream });
        expect((await lane.post(client, "/v1/chat/completions", body, headers)).status).toBe(204);
      }
      await eventually(async () => {
        const states = (await requestsOf(server, client)).map(({ state }) => state);
        expect(states).toEqual(["settled", "settled"]);
      });
    });

    test("the provider sees its own credential and nothing of the client's; the client sees nothing of the agency's account", async () => {
      const client = await createClient(lane.installation.server);
      lane.installation.upstream.on(
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
            "x-middleware-next": "1",
          },
        ),
      );
      const response = await lane.post(
        client,
        "/v1/chat/completions",
        JSON.stringify({ model: "gpt-headers", messages }),
        {
          cookie: "a=client-canary",
          "x-api-key": client.secret,
          "openai-organization": "client-canary",
          "x-forwarded-for": "10.0.0.1",
          "x-tenant-id": "another",
        },
      );
      const sent = JSON.stringify(lane.installation.upstream.requestsFor("gpt-headers")[0]?.headers);
      expect(sent).toContain(providerCredential);
      expect(sent).not.toMatch(/client-canary|10\.0\.0\.1/);
      expect(sent).not.toContain(client.secret);
      const got = JSON.stringify([...response.headers]) + (await response.text());
      expect(got).not.toMatch(/canary|"77"/);
      expect(response.headers.get("openai-processing-ms")).toBe("5");
    });

    test("no header moves a call to another subject: it counts for the key that it came with, also where that has nothing left", async () => {
      await quietClock({ forMs: 30_000 });
      const { server, upstream } = lane.installation;
      const [other, client] = [
        await createClient(server),
        await createClient(server, { plan: { dailyRequestLimit: 1 } }),
      ];
      const forged = {
        "x-tenant-id": other.tenantId,
        "x-client-id": other.tenantId,
        "x-api-key-id": other.keyId,
        "x-forwarded-user": other.tenantId,
        "openai-organization": other.tenantId,
        "openai-project": other.tenantId,
        "x-sluice-tenant": other.tenantId,
        "x-user-id": other.tenantId,
        "x-source": "web",
        "x-http-method-override": "GET",
        cookie: `tenant=${other.tenantId}`,
      };
      const body = JSON.stringify({
        model: "gpt-4o-mini",
        messages,
        user: other.tenantId,
        metadata: { tenant: other.tenantId },
      });
      const call = async () => (await lane.post(client, "/v1/chat/completions", body, forged)).status;
      expect(await call()).toBe(200);
      const sent = upstream.received.length;
      expect(await call()).toBe(429);
      expect(upstream.received).toHaveLength(sent);
      expect(await requestsOf(server, client)).toMatchObject([{ apiKeyId: client.keyId, source: "apikey" }]);
      expect(await requestsOf(server, other)).toEqual([]);
    });

    test("a chunk reaches the client when the provider sends it, not when the stream ends", async () => {
      const client = await createClient(lane.installation.server);
      let finish = () => {};
      lane.installation.upstream.on("gpt-slow", async (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chatEvent("gpt-slow", { content: "first" }));
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        response.end("data: [DONE]\n\n");
      });
      const stream = await lane.sdk(client).chat.completions.create({ model: "gpt-slow", messages, stream: true });
      const iterator = stream[Symbol.asyncIterator]();
      const first = await iterator.next();
      expect(first.value?.choices[0]?.delta.content).toBe("first");
      finish();
      expect((await iterator.next()).done).toBe(true);
    });

    test("a client that leaves in mid-stream ends the provider's work, and what was delivered is counted as an estimate", async () => {
      const client = await createClient(lane.installation.server);
      let providerSawEnd = Promise.resolve();
      lane.installation.upstream.on("gpt-left", (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (let index = 0; index < 20; index++)
          response.write(chatEvent("gpt-left", { content: "several words of text " }));
        providerSawEnd = once(response, "close").then(() => {});
      });
      const stream = await lane.sdk(client).chat.completions.create({ model: "gpt-left", messages, stream: true });
      for await (const _chunk of stream) break;
      await providerSawEnd;

      const record = await eventually(async () => {
        const [latest] = await requestsOf(lane.installation.server, client);
        expect(latest?.state).toBe("settled");
        return latest;
      });
      expect(record).toMatchObject({ estimated: true, stream: true });
      expect(record?.outputTokens).toBeGreaterThan(0);
      expect((await quotaOf(lane.installation.server, client)).every(({ reserved }) => reserved === 0)).toBe(true);
    });
  });
});
