import { expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { OldSecretUses, oldSecretUses } from "@/lib/keys/old-secret-uses";
import { api } from "../../api";
import { type GatewayClient, makeClient, useGateway } from "../../gateway";

const { post } = useGateway();

async function call(client: { secret: string }): Promise<number> {
  const answer = await post(client, "/openai/v1/chat/completions", { model: "gpt-4o-mini", messages: [] });
  await answer.arrayBuffer();
  return answer.status;
}

const pathOf = ({ tenantId, keyId }: GatewayClient) => `/api/admin/tenants/${tenantId}/keys/${keyId}`;
const attemptsOf = async (client: GatewayClient) => (await api("GET", `${pathOf(client)}/attempts`)).body;

test("a revoked key tells its last accepted call, and what was tried with it since", async () => {
  const client = await makeClient();
  expect(await call(client)).toBe(200);
  const { body: revoked } = await api("POST", `${pathOf(client)}/revocation`);
  expect(await attemptsOf(client)).toMatchObject({ since: revoked.revokedAt, refused: [] });
  for (let attempt = 0; attempt < 3; attempt++) expect(await call(client)).toBe(401);

  const { lastAcceptedAt, refused } = await attemptsOf(client);
  expect(Date.parse(lastAcceptedAt)).toBeLessThanOrEqual(Date.parse(revoked.revokedAt));
  expect(refused).toEqual([{ reason: "key_revoked", attempts: 3, lastAt: expect.any(String) }]);
  expect(Date.parse(refused[0].lastAt)).toBeGreaterThanOrEqual(Date.parse(revoked.revokedAt));
});

test("refusals before the revocation are none since it", async () => {
  const client = await makeClient({ dailyTokenLimit: 0 });
  expect(await call(client)).toBe(429);
  expect((await attemptsOf(client)).refused).toMatchObject([{ reason: "tokens_day_tenant", attempts: 1 }]);
  await api("POST", `${pathOf(client)}/revocation`);
  expect((await attemptsOf(client)).refused).toEqual([]);
});

test("calls with a replaced secret are counted, and not those with the new one", async () => {
  const client = await makeClient();
  const { body: rotated } = await api("POST", `${pathOf(client)}/rotation`, { body: { graceSeconds: 3_600 } });
  const previous = async () => (await api("GET", pathOf(client))).body.previousSecret;
  expect(await previous()).toMatchObject({ prefix: expect.stringMatching(/^slc_/), calls: 0, lastUsedAt: null });
  expect(client.secret.startsWith((await previous()).prefix)).toBe(true);

  expect(await call({ secret: rotated.secret })).toBe(200);
  for (let use = 0; use < 2; use++) expect(await call(client)).toBe(200);
  await oldSecretUses().flush();
  const { calls, lastUsedAt, replacedAt } = await previous();
  expect(calls).toBe(2);
  expect(Date.parse(lastUsedAt)).toBeGreaterThanOrEqual(Date.parse(replacedAt));
});

test("a replaced secret whose grace is over is refused, and counted as such", async () => {
  const client = await makeClient();
  await api("POST", `${pathOf(client)}/rotation`, { body: { graceSeconds: 3_600 } });
  await prisma().apiKey.update({
    where: { id: client.keyId },
    data: { previousSecretExpiresAt: new Date(), version: { increment: 1 } },
  });
  expect(await call(client)).toBe(401);
  expect((await attemptsOf(client)).refused).toMatchObject([{ reason: "secret_replaced", attempts: 1 }]);
  expect((await api("GET", pathOf(client))).body).toMatchObject({
    previousSecretExpiresAt: null,
    previousSecret: { calls: 0 },
  });
});

test("rotated again, a key tells of the secret that was replaced last", async () => {
  const client = await makeClient();
  const rotate = async (graceSeconds: number) =>
    (await api("POST", `${pathOf(client)}/rotation`, { body: { graceSeconds } })).body;
  await rotate(3_600);
  await call(client);
  await oldSecretUses().flush();
  const second = await rotate(3_600);
  expect(second.previousSecret).toMatchObject({ calls: 0, lastUsedAt: null });
  expect((await rotate(0)).previousSecret).toBeNull();
});

test("what is noted while the database is away is written when it is back", async () => {
  const client = await makeClient();
  await api("POST", `${pathOf(client)}/rotation`, { body: { graceSeconds: 3_600 } });
  const written: unknown[][] = [];
  let isAway = true;
  const uses = new OldSecretUses({
    query: async (_: string, values: unknown[]) => {
      if (isAway) throw new Error("away");
      written.push(values);
    },
  } as never);
  uses.note(client.keyId, new Date(1_000));
  await uses.flush();
  uses.note(client.keyId, new Date(2_000));
  isAway = false;
  await uses.flush();
  expect(written).toEqual([[client.keyId, 2, new Date(2_000)]]);
});
