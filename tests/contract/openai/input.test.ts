import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { type Client, createClient, providerCredential, quotaOf, requestsOf } from "../installation";
import { messages, onBothLanes } from "./both-lanes";

onBothLanes((lane) => {
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
      const client = await createClient(lane.installation.server);
      const before = lane.installation.upstream.received.length;
      const response = await lane.post(client, path, body);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        error: { code, message: expect.any(String), type: expect.any(String) },
      });
      expect(lane.installation.upstream.received.length).toBe(before);
      expect(await requestsOf(lane.installation.server, client)).toEqual([]);
      expect((await quotaOf(lane.installation.server, client)).every(({ reserved }) => reserved === 0)).toBe(true);
    });

    test("an endpoint of another dialect is told to be unknown in the words of that dialect", async () => {
      const client = await createClient(lane.installation.server);
      const anthropic = await lane.post(client, "/v1/messages", "{}");
      expect(anthropic.status).toBe(404);
      expect(await anthropic.json()).toMatchObject({ type: "error", error: { type: "not_found_error" } });
      const gemini = await lane.post(client, "/v1beta/models/gemini-2.5-pro:generateContent", "{}");
      expect(gemini.status).toBe(404);
      expect(await gemini.json()).toMatchObject({ error: { code: 404, status: "NOT_FOUND" } });
    });

    test.each(["OPTIONS", "HEAD", "PUT", "PATCH", "DELETE"])(
      "a request of the method %s is refused by the gateway, whatever serves it",
      async (method) => {
        const client = await createClient(lane.installation.server);
        const before = lane.installation.upstream.received.length;
        const response = await fetch(`${lane.installation.server.url}/api/proxy/openai/v1/chat/completions`, {
          method,
          headers: { authorization: `Bearer ${client.secret}` },
        });
        expect(response.status).toBe(404);
        expect(response.headers.get("x-request-id")).toMatch(/^[\da-f-]{36}$/);
        expect(lane.installation.upstream.received.length).toBe(before);
      },
    );

    test("a body of 30 MB is refused with 413", async () => {
      const client = await createClient(lane.installation.server);
      const response = await lane.post(client, "/v1/chat/completions", Buffer.alloc(30 * 1024 * 1024, 32));
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ error: { code: "request_too_large" } });
    });

    test("an upload that ends before its time admits nothing", async () => {
      const client = await createClient(lane.installation.server);
      const { hostname, port } = new URL(lane.installation.server.url);
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      socket.resume();
      socket.write(
        `POST /api/proxy/openai/v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${client.secret}\r\ncontent-length: 500\r\n\r\n{"model":"gpt-4o-mini"`,
      );
      socket.end();
      await once(socket, "close");
      expect(await requestsOf(lane.installation.server, client)).toEqual([]);
    });

    test.each([
      { name: "no key", headers: {} },
      { name: "a key with a typo", headers: { authorization: `Bearer slc_${"a".repeat(46)}` } },
      { name: "an unknown key of another make", headers: { "x-api-key": "sk-this-is-nobodys-key-0123456789" } },
    ])("$name is refused with 401", async ({ headers }) => {
      const response = await fetch(`${lane.installation.server.url}/api/proxy/openai/v1/chat/completions`, {
        method: "POST",
        headers: headers as Record<string, string>,
        body: JSON.stringify({ model: "gpt-4o-mini", messages }),
      });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: "invalid_api_key" } });
    });

    test.each(["authorization", "x-api-key", "api-key", "x-goog-api-key"])("a key is taken from %s", async (name) => {
      const client = await createClient(lane.installation.server);
      const value = name === "authorization" ? `Bearer ${client.secret}` : client.secret;
      const response = await fetch(`${lane.installation.server.url}/api/proxy/openai/v1/models`, {
        headers: { [name]: value },
      });
      expect(response.status).toBe(200);
    });

    test("a key in the query of a GET is taken, and does not go upstream", async () => {
      const client = await createClient(lane.installation.server);
      const response = await fetch(
        `${lane.installation.server.url}/api/proxy/openai/v1/models?limit=3&key=${client.secret}`,
      );
      expect(response.status).toBe(200);
      expect(lane.installation.upstream.received.at(-1)?.url).toBe("/v1/models?limit=3");
    });

    test("a PHP client of Drupal is refused with 402 and the text that it recognises", async () => {
      const client = await createClient(lane.installation.server, { plan: { dailyTokenLimit: 0 } });
      const response = await lane.post(
        client,
        "/v1/chat/completions",
        JSON.stringify({ model: "gpt-4o-mini", messages }),
        {
          "user-agent": "Drupal/11.2",
        },
      );
      expect(response.status).toBe(402);
      expect(((await response.json()) as { error: { message: string } }).error.message).toMatch(
        /^You exceeded your current quota/,
      );
    });
  });

  test("keys and credentials appear in no log", async () => {
    const client: Client = await createClient(lane.installation.server);
    await lane.post(client, "/v1/chat/completions", "{");
    await new Promise<void>((resolve, reject) => {
      httpRequest(`${lane.installation.server.url}/api/proxy/openai/v1/models?key=${client.secret}`, (response) =>
        response.resume().on("end", resolve),
      )
        .on("error", reject)
        .end();
    });
    expect(lane.installation.server.output()).not.toContain(client.secret);
    expect(lane.installation.server.output()).not.toContain(providerCredential);
  });
});
