import { beforeAll, expect, test } from "vitest";
import { json } from "../../fixtures/scripted-upstream";
import { ledgerOf, makeClient, useGateway } from "../../gateway";

/** Some providers speak a second dialect at paths of its own. */
const { upstream, post, addProvider } = useGateway();

const messages = [{ role: "user", content: "Hello" }];
const usage = { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 };

beforeAll(async () => {
  await addProvider({ slug: "anthropic", vendor: "anthropic" });
  await addProvider({ slug: "openrouter", vendor: "openrouter" });
});

test("Anthropic is reached by OpenAI's chat too, as Drupal calls it: with a bearer, metered, and asked for the use of a stream", async () => {
  const client = await makeClient();
  upstream.on("claude-a", json(200, { model: "claude-a", choices: [{ message: { content: "Hi" } }], usage }));
  expect((await post(client, "/anthropic/v1/chat/completions", { model: "claude-a", messages })).status).toBe(200);
  const [sent] = upstream.requestsFor("claude-a");
  expect(sent?.url).toBe("/v1/chat/completions");
  expect(sent?.headers.authorization).toBe("Bearer sk-provider");

  const chunk = { choices: [{ delta: { content: "Hi" } }] };
  upstream.on("claude-b", (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`data: ${JSON.stringify(chunk)}\n\ndata: ${JSON.stringify({ choices: [], usage })}\n\n`);
  });
  const body = { model: "claude-b", messages, stream: true };
  const streamed = await post(client, "/anthropic/v1/chat/completions", body);
  expect(await streamed.text()).toBe(`data: ${JSON.stringify(chunk)}\n\n`);
  expect(await ledgerOf(client)).toMatchObject([
    { model: "claude-a", input_tokens: 12, output_tokens: 5, estimated: false },
    { model: "claude-b", input_tokens: 12, output_tokens: 5, estimated: false },
  ]);
});

test("each path is refused in the words of its own dialect", async () => {
  const client = await makeClient({ dailyTokenLimit: 0 });
  const ask = async (path: string) => await (await post(client, path, { model: "m", max_tokens: 5, messages })).json();
  const asOpenai = { error: { type: "insufficient_quota", code: "insufficient_quota", param: null } };
  const asAnthropic = { type: "error", error: { type: "rate_limit_error", code: "insufficient_quota" } };
  expect(await ask("/anthropic/v1/chat/completions")).toMatchObject(asOpenai);
  expect(await ask("/anthropic/v1/messages")).toMatchObject(asAnthropic);
  expect(await ask("/openrouter/v1/chat/completions")).toMatchObject(asOpenai);
  expect(await ask("/openrouter/v1/messages")).toMatchObject(asAnthropic);
});

test("OpenRouter is reached by Anthropic's messages too, with its own way of taking the credential", async () => {
  const client = await makeClient();
  upstream.on(
    "claude-c",
    json(200, {
      type: "message",
      model: "claude-c",
      usage: { input_tokens: 3, cache_read_input_tokens: 9, output_tokens: 5 },
    }),
  );
  expect((await post(client, "/openrouter/v1/messages", { model: "claude-c", max_tokens: 9, messages })).status).toBe(
    200,
  );
  const [sent] = upstream.requestsFor("claude-c");
  expect(sent?.headers.authorization).toBe("Bearer sk-provider");
  expect(sent?.headers["x-api-key"]).toBeUndefined();
  expect(await ledgerOf(client)).toMatchObject([{ input_tokens: 12, output_tokens: 5, estimated: false }]);
});

test("nothing else of the second dialect is let through", async () => {
  const client = await makeClient();
  for (const path of ["/anthropic/v1/embeddings", "/anthropic/v1/responses", "/openrouter/v1/messages/batches"])
    expect((await post(client, path, { model: "m", input: "x", messages })).status).toBe(404);
});
