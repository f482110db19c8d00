import { expect, test } from "vitest";
import { api } from "../../api";
import { makeClient, useGateway } from "../../gateway";
import { readSources } from "../../usage";

const { post } = useGateway();

test("calls of what is not let through are counted as refused, by key and reason", async () => {
  const client = await makeClient();
  const paths = ["/openai/v1/fine_tuning/jobs", "/openai/v1/files", "/nobody/v1/chat/completions", "/openai"];
  for (const path of paths) expect((await post(client, path, {})).status).toBe(404);

  const { totals } = await readSources(`tenantId=${client.tenantId}`);
  expect(totals.byKey).toMatchObject([{ apiKeyId: client.keyId, requests: 0, blocked: paths.length }]);
  const { body } = await api("GET", `/api/admin/tenants/${client.tenantId}/refusals`);
  const counted = body.items.map(({ reason, apiKeyId, refusals }: Record<string, unknown>) => [
    reason,
    apiKeyId,
    refusals,
  ]);
  expect(counted.toSorted()).toEqual([
    ["unknown_endpoint", client.keyId, 3],
    ["unknown_provider", client.keyId, 1],
  ]);
});
