import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { expect, test } from "vitest";
import { meter } from "@/lib/metering/lifecycle";
import { api } from "../../api";
import { type GatewayClient, makeClient, useGateway } from "../../gateway";
import { readSources } from "../../usage";

const { server, post } = useGateway();

async function refusalsOf({ tenantId }: GatewayClient): Promise<unknown[][]> {
  await meter().flush({ timeoutMs: 60_000 });
  const { body } = await api("GET", `/api/admin/tenants/${tenantId}/refusals`);
  return body.items
    .map(({ reason, apiKeyId, refusals }: Record<string, unknown>) => [reason, apiKeyId, refusals])
    .toSorted();
}

/** The status that a request is answered with by the length that it announces, before it sends anything. */
async function announce({ secret }: GatewayClient, path: string, length: number): Promise<number | undefined> {
  const headers = { authorization: `Bearer ${secret}`, "content-length": length };
  const sent = request(server.url + path, { method: "POST", headers });
  sent.flushHeaders();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  sent.on("error", () => {}).destroy();
  return answer.statusCode;
}

test("calls of what is not let through are counted as refused, by key and reason", async () => {
  const client = await makeClient();
  const paths = ["/openai/v1/fine_tuning/jobs", "/openai/v1/files", "/nobody/v1/chat/completions", "/openai"];
  for (const path of paths) expect((await post(client, path, {})).status).toBe(404);

  const { totals } = await readSources(`tenantId=${client.tenantId}`);
  expect(totals.byKey).toMatchObject([{ apiKeyId: client.keyId, requests: 0, blocked: paths.length }]);
  expect(await refusalsOf(client)).toEqual([
    ["unknown_endpoint", client.keyId, 3],
    ["unknown_provider", client.keyId, 1],
  ]);
});

test("requests that cannot be read or metered are counted so too, and those that are too large", async () => {
  const client = await makeClient({ strict: true });
  const chat = "/openai/v1/chat/completions";
  const wrong = ["{", { messages: "x", max_tokens: "many" }, { messages: [], web_search_options: {} }];
  for (const body of wrong) expect((await post(client, chat, body)).status).toBe(400);
  const compressed = await post(client, chat, "{}", { headers: { "content-encoding": "gzip" } });
  expect(compressed.status).toBe(400);
  expect(await announce(client, chat, 26 * 1024 * 1024)).toBe(413);

  expect(await refusalsOf(client)).toEqual([
    ["invalid_request", client.keyId, wrong.length + 1],
    ["request_too_large", client.keyId, 1],
  ]);
});
