import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { prisma } from "@/lib/db/client";
import { api } from "../../api";
import { useDatabase } from "../../database";
import { unknownId } from "../../factories";

useDatabase();

beforeEach(async () => {
  await prisma().provider.deleteMany();
});

const secret = "sk-very-secret-credential-9f3c";
const add = (body: object) =>
  api("POST", "/api/admin/providers", {
    body: { slug: "openai", name: "OpenAI", vendor: "openai", credential: secret, ...body },
  });
const agencyVersion = async () => (await prisma().agency.findUnique({ where: { id: 1 } }))?.version ?? 0;

describe("a new provider", () => {
  test("has what its vendor settles, and keeps its credential to itself", async () => {
    const { status, body } = await add({});
    expect(status).toBe(201);
    expect(body).toMatchObject({
      slug: "openai",
      vendor: "openai",
      dialect: "openai",
      baseUrl: "https://api.openai.com",
      credentialSet: true,
      credentialHint: "…9f3c",
      isDefault: true,
    });

    await api("PATCH", `/api/admin/providers/${body.id}`, { body: { credential: "sk-another-secret-credential" } });
    const seen = JSON.stringify([
      body,
      (await api("GET", "/api/admin/providers")).body,
      (await api("GET", `/api/admin/providers/${body.id}`)).body,
      (await api("GET", "/api/admin/audit")).body,
      await prisma().provider.findMany(),
    ]);
    expect(seen).not.toContain(secret);
    expect(seen).not.toContain("sk-another");
  });

  test.each([
    { vendor: "anthropic", dialect: "anthropic", baseUrl: "https://api.anthropic.com" },
    { vendor: "gemini", dialect: "gemini", baseUrl: "https://generativelanguage.googleapis.com" },
    { vendor: "mistral", dialect: "openai", baseUrl: "https://api.mistral.ai" },
    { vendor: "groq", dialect: "openai", baseUrl: "https://api.groq.com/openai" },
    { vendor: "fireworks", dialect: "openai", baseUrl: "https://api.fireworks.ai/inference" },
  ])("of $vendor needs no address", async ({ vendor, ...settled }) => {
    expect((await add({ vendor })).body).toMatchObject(settled);
  });

  test.each([
    ["http://127.0.0.1:4010/", "http://127.0.0.1:4010"],
    ["http://127.0.0.1:4010/v1", "http://127.0.0.1:4010"],
    ["https://gateway.test/team/v1/", "https://gateway.test/team"],
    ["https://gateway.test/v1beta/openai", "https://gateway.test/v1beta/openai"],
  ])("at %s is kept as %s", async (baseUrl, kept) => {
    expect((await add({ vendor: "custom", dialect: "openai", baseUrl })).body.baseUrl).toBe(kept);
  });

  test("on one's own machine needs no credential", async () => {
    const { status, body } = await api("POST", "/api/admin/providers", {
      body: { slug: "llama", name: "x", vendor: "ollama", baseUrl: "http://localhost:11434" },
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({ credentialSet: false, credentialHint: null, dialect: "openai" });
  });

  test.each([
    { name: "an unknown vendor", wrong: { vendor: "acme" }, field: "vendor" },
    { name: "no credential", wrong: { credential: undefined }, field: "credential" },
    { name: "no address where the vendor has none", wrong: { vendor: "azure-openai" }, field: "baseUrl" },
    {
      name: "no dialect where the vendor is another service",
      wrong: { vendor: "custom", baseUrl: "http://x.test" },
      field: "dialect",
    },
    { name: "another dialect than its vendor's", wrong: { dialect: "gemini" }, field: "dialect" },
    { name: "an address with a password", wrong: { baseUrl: "https://user:pass@host.test" }, field: "baseUrl" },
    { name: "an address of another kind", wrong: { baseUrl: "file:///etc/passwd" }, field: "baseUrl" },
    { name: "a slug that looks like a version", wrong: { slug: "v1" }, field: "slug" },
    { name: "a credential of two lines", wrong: { credential: "sk-one\r\nsk-two" }, field: "credential" },
    { name: "a credential that no header can carry", wrong: { credential: "ключ-0123456789" }, field: "credential" },
    { name: "an unknown field", wrong: { organisation: "x" }, field: "organisation" },
  ])("with $name is refused", async ({ wrong, field }) => {
    const { status, body } = await add(wrong);
    expect(status).toBe(400);
    expect(body.error.fields).toHaveProperty(field);
  });

  test("has a slug of its own", async () => {
    await add({});
    expect(await add({})).toMatchObject({ status: 409, body: { error: { fields: { slug: "is taken" } } } });
  });
});

describe("the default provider", () => {
  test("is the first of the OpenAI dialect, until another is made it", async () => {
    const anthropic = await add({ slug: "anthropic", vendor: "anthropic" });
    const first = await add({});
    const second = await add({ slug: "second" });
    expect([anthropic, first, second].map(({ body }) => body.isDefault)).toEqual([false, true, false]);

    await api("PATCH", `/api/admin/providers/${second.body.id}`, { body: { isDefault: true } });
    const { items } = (await api("GET", "/api/admin/providers")).body;
    expect(
      items.filter((each: { isDefault: boolean }) => each.isDefault).map(({ slug }: { slug: string }) => slug),
    ).toEqual(["second"]);
  });

  test("cannot be of another dialect", async () => {
    expect((await add({ vendor: "anthropic", isDefault: true })).body.error.fields).toHaveProperty("isDefault");
    const { body } = await add({ vendor: "anthropic" });
    expect(
      (await api("PATCH", `/api/admin/providers/${body.id}`, { body: { isDefault: true } })).body.error.fields,
    ).toHaveProperty("isDefault");
  });
});

test("every change moves the agency's version, by which instances see that their copy is old", async () => {
  const { body } = await add({});
  const before = await agencyVersion();
  await api("PATCH", `/api/admin/providers/${body.id}`, { body: { name: "Renamed" } });
  expect(await agencyVersion()).toBe(before + 1);
  expect((await api("DELETE", `/api/admin/providers/${body.id}`)).status).toBe(204);
  expect(await agencyVersion()).toBe(before + 2);
  expect((await api("GET", `/api/admin/providers/${body.id}`)).status).toBe(404);
});

test.each([
  ["GET", ""],
  ["PATCH", ""],
  ["DELETE", ""],
  ["POST", "/test"],
] as const)("%s of a provider%s that does not exist is not found", async (method, path) => {
  const body = method === "PATCH" ? { name: "x" } : undefined;
  expect((await api(method, `/api/admin/providers/${unknownId()}${path}`, { body })).status).toBe(404);
  expect((await api(method, `/api/admin/providers/openai${path}`, { body })).status).toBe(404);
});

describe("testing the connection", () => {
  let upstream: Server;
  let baseUrl: string;
  let answer: { status: number; headers?: Record<string, string> };
  let seen: { url: string | undefined; headers: IncomingHttpHeaders }[];

  beforeAll(async () => {
    upstream = createServer((request, response) => {
      seen.push({ url: request.url, headers: request.headers });
      response.writeHead(answer.status, answer.headers).end("{}");
    }).listen(0, "127.0.0.1");
    await once(upstream, "listening");
    baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  });
  afterAll(() => upstream.close());
  beforeEach(() => {
    seen = [];
    answer = { status: 200 };
  });

  const testProvider = async (provider: object) => {
    const { body } = await add({ baseUrl, ...provider });
    return (await api("POST", `/api/admin/providers/${body.id}/test`)).body;
  };

  test.each([
    { provider: { vendor: "openai" }, url: "/v1/models", header: ["authorization", `Bearer ${secret}`] },
    { provider: { vendor: "anthropic" }, url: "/v1/models", header: ["x-api-key", secret] },
    { provider: { vendor: "gemini" }, url: "/v1beta/models", header: ["x-goog-api-key", secret] },
    { provider: { vendor: "azure-openai" }, url: "/openai/models?api-version=2024-10-21", header: ["api-key", secret] },
    { provider: { vendor: "custom", dialect: "gemini" }, url: "/v1beta/models", header: ["x-goog-api-key", secret] },
  ])("asks $provider.vendor for its models with the credential", async ({ provider, url, header: [name, value] }) => {
    expect(await testProvider(provider)).toMatchObject({ ok: true, status: 200, latencyMs: expect.any(Number) });
    expect(seen).toMatchObject([{ url, headers: { [name as string]: value } }]);
  });

  test.each([
    { status: 401, message: /refused the credential/ },
    { status: 404, message: /base URL/ },
    { status: 500, message: /error of its own/ },
  ])("says what $status means", async ({ status, message }) => {
    answer = { status };
    expect(await testProvider({})).toMatchObject({ ok: false, status, message: expect.stringMatching(message) });
  });

  test("does not follow a redirect, which would carry the credential elsewhere", async () => {
    answer = { status: 302, headers: { location: "/elsewhere" } };
    expect(await testProvider({})).toMatchObject({ ok: false, status: 302 });
    expect(seen).toHaveLength(1);
  });

  test("says so when nobody answers", async () => {
    const result = await testProvider({ baseUrl: "http://127.0.0.1:9" });
    expect(result).toMatchObject({ ok: false, status: null, message: expect.stringMatching(/could not be reached/) });
    expect(JSON.stringify(result)).not.toContain(secret);
  });
});
