import { beforeAll, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { unknownId } from "../../factories";

useDatabase();

let path: string;
const rates = { inputMicroUsd: 2_500_000, outputMicroUsd: 10_000_000 };

beforeAll(async () => {
  const { body } = await api("POST", "/api/admin/providers", {
    body: { slug: "mock", name: "Mock", vendor: "custom", dialect: "openai", baseUrl: "http://127.0.0.1:9" },
  });
  path = `/api/admin/providers/${body.id}/prices`;
});

const versionOf = async () => (await prisma().agency.findFirst())?.version ?? 0;
const enter = (body: object) => api("POST", path, { body: { ...rates, ...body } });

test("a price is entered, listed newest first, changed and taken back; each moves the agency's version and is on the audit trail", async () => {
  const version = await versionOf();
  const old = await enter({ modelPattern: "gpt-4o*", validFrom: "2026-01-01T00:00:00+01:00" });
  expect(old).toMatchObject({
    status: 201,
    body: {
      modelPattern: "gpt-4o*",
      ...rates,
      cachedInputMicroUsd: null,
      cacheWriteMicroUsd: null,
      validFrom: "2025-12-31T23:00:00.000Z",
    },
  });
  const before = Date.now();
  const current = await enter({ modelPattern: "gpt-4o*", cachedInputMicroUsd: 0 });
  expect(Date.parse(current.body.validFrom)).toBeGreaterThan(before - 60_000);
  expect((await api("GET", path)).body.items).toEqual([current.body, old.body]);

  const changed = await api("PATCH", `${path}/${old.body.id}`, { body: { outputMicroUsd: 7 } });
  expect(changed).toMatchObject({ status: 200, body: { ...old.body, outputMicroUsd: 7 } });
  expect((await api("DELETE", `${path}/${old.body.id}`)).status).toBe(204);
  expect((await api("GET", path)).body.items).toEqual([current.body]);

  expect(await versionOf()).toBe(version + 4);
  const { body } = await api("GET", "/api/admin/audit?target=provider&limit=4");
  expect(body.items.map(({ action }: { action: string }) => action)).toEqual([
    "price.deleted",
    "price.updated",
    "price.created",
    "price.created",
  ]);
  expect(body.items[1]).toMatchObject({
    before: { modelPattern: "gpt-4o*", outputMicroUsd: rates.outputMicroUsd },
    after: { modelPattern: "gpt-4o*", outputMicroUsd: 7 },
  });
});

test("a price is ended, and the end taken back; never before it begins", async () => {
  const { body: price } = await enter({ modelPattern: "ends", validFrom: "2026-03-01T00:00:00Z" });
  const change = (body: object) => api("PATCH", `${path}/${price.id}`, { body });
  expect(price.validTo).toBeNull();
  expect((await change({ validTo: "2026-06-01T00:00:00Z" })).body.validTo).toBe("2026-06-01T00:00:00.000Z");

  const backwards = { status: 400, body: { error: { fields: { validTo: "must be after its beginning" } } } };
  expect(await change({ validTo: "2026-03-01T00:00:00Z" })).toMatchObject(backwards);
  expect(await change({ validFrom: "2026-07-01T00:00:00Z" })).toMatchObject(backwards);
  expect(await enter({ modelPattern: "never", validTo: "2026-01-01T00:00:00Z" })).toMatchObject(backwards);

  expect((await change({ validTo: null })).body).toMatchObject({ validTo: null });
});

test("a second price for the same models from the same time on is refused", async () => {
  const validFrom = "2026-03-01T00:00:00Z";
  expect((await enter({ modelPattern: "twice", validFrom })).status).toBe(201);
  expect(await enter({ modelPattern: "twice", validFrom })).toMatchObject({
    status: 409,
    body: { error: { code: "conflict" } },
  });
  const later = await enter({ modelPattern: "twice", validFrom: "2026-04-01T00:00:00Z" });
  expect((await api("PATCH", `${path}/${later.body.id}`, { body: { validFrom } })).status).toBe(409);
});

describe("refused are", () => {
  test.each([
    { name: "no rate for input", body: { inputMicroUsd: undefined }, field: "inputMicroUsd" },
    { name: "a negative rate", body: { outputMicroUsd: -1 }, field: "outputMicroUsd" },
    { name: "a fraction", body: { outputMicroUsd: 0.5 }, field: "outputMicroUsd" },
    { name: "a rate beyond all sense", body: { inputMicroUsd: 1_000_000_000_001 }, field: "inputMicroUsd" },
    { name: "no model", body: { modelPattern: " " }, field: "modelPattern" },
    { name: "no instant", body: { validFrom: "tomorrow" }, field: "validFrom" },
    { name: "an unknown field", body: { reasoningMicroUsd: 1 }, field: "reasoningMicroUsd" },
  ])("$name", async ({ body, field }) => {
    const answer = await enter({ modelPattern: "m", ...body });
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body.error.fields)).toEqual([field]);
  });
});

test("a price that there is not, or is another provider's, is not found", async () => {
  const { body: price } = await enter({ modelPattern: "mine" });
  const { body: other } = await api("POST", "/api/admin/providers", {
    body: { slug: "other", name: "Other", vendor: "custom", dialect: "openai", baseUrl: "http://127.0.0.1:9" },
  });
  for (const there of [
    `${path}/${unknownId()}`,
    `/api/admin/providers/${other.id}/prices/${price.id}`,
    `${path}/none`,
  ]) {
    expect((await api("PATCH", there, { body: { outputMicroUsd: 1 } })).status).toBe(404);
    expect((await api("DELETE", there)).status).toBe(404);
  }
  expect((await api("GET", `/api/admin/providers/${unknownId()}/prices`)).status).toBe(404);
  expect(
    (await api("POST", `/api/admin/providers/${unknownId()}/prices`, { body: { modelPattern: "m", ...rates } })).status,
  ).toBe(404);
});
