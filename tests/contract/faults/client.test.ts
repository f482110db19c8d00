import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { chatEvent, json } from "../../fixtures/scripted-upstream";
import { type Client, createClient, type Installation, requestsOf, startInstallation } from "../installation";

describe.each(["fast", "portable"] as const)("through the %s lane", (lane) => {
  const database = useDatabase();
  let installation: Installation;

  beforeAll(async () => {
    installation = await startInstallation({
      lane,
      databaseUrl: database.url,
      env: { SLUICE_CLIENT_TIMEOUT_SECONDS: "3" },
    });
  });

  afterAll(() => installation.stop());

  /** A client that sends its request and reads nothing until it is told to. */
  async function ask({ secret }: Client, body: object): Promise<Socket> {
    const { hostname, port } = new URL(installation.server.url);
    const socket = connect(Number(port), hostname).pause();
    socket.on("error", () => {});
    await once(socket, "connect");
    const text = JSON.stringify({ messages: [], ...body });
    const head = [
      "POST /api/proxy/openai/v1/chat/completions HTTP/1.1",
      "host: x",
      `authorization: Bearer ${secret}`,
      `content-length: ${text.length}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${text}`);
    return socket;
  }

  test("a client that stops reading its stream is cut off; its provider too, and what was delivered counts", async () => {
    const cutOff = Promise.withResolvers<void>();
    upstreamSends("gpt-endless", async (response) => {
      response.once("close", () => cutOff.resolve());
      const event = chatEvent("gpt-endless", { content: "word ".repeat(5_000) });
      while (!response.destroyed)
        if (!response.write(event)) await Promise.race([once(response, "drain"), cutOff.promise]);
    });
    const client = await createClient(installation.server);
    const socket = await ask(client, { model: "gpt-endless", stream: true });
    await cutOff.promise;
    await eventually(async () => {
      expect(await requestsOf(installation.server, client)).toMatchObject([{ state: "settled", estimated: true }]);
    });
    const [row] = await requestsOf(installation.server, client);
    expect(row?.outputTokens).toBeGreaterThan(1_000);
    socket.destroy();
  });

  test("a client that does not read a large plain answer is cut off too", async () => {
    const choice = { index: 0, message: { role: "assistant", content: "word ".repeat(3_000_000) } };
    installation.upstream.on("gpt-large", json(200, { model: "gpt-large", choices: [choice] }));
    const client = await createClient(installation.server);
    const socket = await ask(client, { model: "gpt-large" });
    await eventually(async () => {
      const metrics = await fetch(`${installation.server.url}/metrics`, {
        headers: { authorization: "Bearer test-admin-token-0123456789" },
      });
      expect(await metrics.text()).toMatch(/^sluice_calls_open 0$/m);
      expect(await requestsOf(installation.server, client)).toMatchObject([{ state: "settled" }]);
    });
    const closed = once(socket, "close");
    socket.resume();
    await closed;
  });

  test("a client whose answer takes longer than that waits undisturbed, also between two pieces of it", async () => {
    upstreamSends("gpt-slow", async (response) => {
      await new Promise((resolve) => setTimeout(resolve, 4_500));
      response.write(chatEvent("gpt-slow", { content: "late" }));
      await new Promise((resolve) => setTimeout(resolve, 4_500));
      response.end("data: [DONE]\n\n");
    });
    const client = await createClient(installation.server);
    const response = await fetch(`${installation.server.url}/api/proxy/openai/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${client.secret}` },
      body: JSON.stringify({ model: "gpt-slow", stream: true, messages: [] }),
    });
    expect(await response.text()).toMatch(/late[\s\S]*\[DONE\]/);
  });

  test("a client that reads slowly but steadily gets all of it", async () => {
    const events = 60;
    const event = chatEvent("gpt-steady", { content: "x".repeat(100_000) });
    upstreamSends("gpt-steady", async (response) => {
      for (let sent = 0; sent < events; sent++) if (!response.write(event)) await once(response, "drain");
      response.end("data: [DONE]\n\n");
    });
    const client = await createClient(installation.server);
    const socket = await ask(client, { model: "gpt-steady", stream: true });
    let bytes = 0;
    let tail = "";
    socket.on("data", (chunk) => {
      bytes += chunk.length;
      tail = (tail + chunk.toString("latin1")).slice(-100);
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
    socket.resume();
    await eventually(() => expect(tail).toContain("[DONE]"));
    expect(bytes).toBeGreaterThan(events * event.length);
    socket.destroy();
  });

  function upstreamSends(model: string, send: (response: import("node:http").ServerResponse) => Promise<void>): void {
    installation.upstream.on(model, async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      await send(response);
    });
  }
});
