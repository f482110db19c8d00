import { expect, test } from "vitest";
import { createClient } from "../installation";
import { exchange } from "../security/raw-socket";
import { onBothLanes } from "./both-lanes";

onBothLanes((lane) => {
  const body = '{"model":"gpt-written","messages":[]}';

  /** A chat by exactly this path and with these lines beside. */
  async function ask(path: string, ...lines: string[]) {
    const { secret } = await createClient(lane.installation.server);
    const head = [
      `POST ${path} HTTP/1.1`,
      "host: sluice.test",
      `authorization: Bearer ${secret}`,
      `content-length: ${body.length}`,
      ...(lines.length > 0 ? lines : ["connection: close"]),
    ];
    return await exchange(lane.installation.server.url, `${head.join("\r\n")}\r\n\r\n${body}`);
  }

  const chat = "/api/proxy/openai/v1/chat/completions";
  const sent = () => lane.installation.upstream.requestsFor("gpt-written");

  test.each(["?a=b+c&d='e'", "?b=1&a=%27%20%2B", "?a&a=&=x", "?a=%7e~"])(
    "the query %s goes on as it is",
    async (query) => {
      expect((await ask(chat + query)).status).toBe(200);
      expect(sent().at(-1)?.url).toBe(`/v1/chat/completions${query}`);
    },
  );

  test.each([
    "/api/proxy/openai//v1/chat/completions",
    "/api/proxy/openai/v1//chat/completions",
    "/api/proxy/openai/v1/chat/completions//",
    "//api/proxy/openai/v1/chat/completions",
    "/api/proxy//v1/chat/completions",
  ])("a base URL with a slash too many is told of: %s", async (path) => {
    const before = sent().length;
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain(`POST ${path} has two slashes in a row`);
    expect(answer.text).toContain("look at the end of the base URL");
    expect(sent()).toHaveLength(before);
  });

  test.each([
    { path: "/api/proxy/anthropic//v1/messages", error: '{"type":"error","error":{"type":"not_found_error"' },
    { path: "/api/proxy/gemini//v1beta/models/m:generateContent", error: '"status":"NOT_FOUND"' },
  ])("… in the words of the dialect: $path", async ({ path, error }) => {
    expect((await ask(path)).text).toContain(error);
  });

  test.each(["/api/proxy/openai\\v1/chat/completions", "/api/proxy/openai/v1/chat/../completions"])(
    "the path %s is refused in the dialect's JSON, and leads nowhere else",
    async (path) => {
      const before = sent().length;
      const answer = await ask(path);
      expect(answer.status).toBe(404);
      expect(answer.text).toContain('"unknown_endpoint"');
      expect(sent()).toHaveLength(before);
    },
  );

  test("who names another path in a header is not believed", async () => {
    const answer = await ask(chat, "connection: close", "x-sluice-target: /api/proxy/openai/v1/models");
    expect(answer.status).toBe(200);
    expect(sent().at(-1)).toMatchObject({ url: "/v1/chat/completions" });
  });

  test("the offer to change to HTTP/2 is passed over", async () => {
    const answer = await ask(
      chat,
      "connection: Upgrade, HTTP2-Settings, close",
      "upgrade: h2c",
      "http2-settings: AAMAAABkAAQAoAAAAAIAAAAA",
    );
    expect(answer.status).toBe(200);
    expect(answer.head).not.toMatch(/upgrade|h2c|101/i);
    expect(Object.keys(sent().at(-1)?.headers ?? {})).not.toEqual(expect.arrayContaining(["upgrade"]));
  });
});
