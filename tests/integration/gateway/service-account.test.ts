import { createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { api } from "../../api";
import { json } from "../../fixtures/scripted-upstream";
import { ledgerOf, makeClient, useGateway } from "../../gateway";

/** Vertex with the key file of a service account, which gets access tokens from a host that answers as a test says. */
const { upstream, post } = useGateway();

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const path = "/v1/projects/p/locations/europe-west1/publishers/google/models/gemini-vertex:generateContent";
const body = { contents: [{ role: "user", parts: [{ text: "Hello" }] }] };
const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };

let tokenHost: Server;
let tokenUrl: string;
/** What was handed in for a token. */
const handedIn: URLSearchParams[] = [];
let answer = { status: 200, expiresIn: 3_600 };
let files = 0;

beforeAll(async () => {
  tokenHost = createServer(async (request, response) => {
    handedIn.push(new URLSearchParams(await text(request)));
    response.writeHead(answer.status, { "content-type": "application/json" });
    const token = { access_token: `token-${handedIn.length}`, expires_in: answer.expiresIn, token_type: "Bearer" };
    response.end(JSON.stringify(answer.status === 200 ? token : { error: "invalid_grant" }));
  });
  tokenHost.listen(0, "127.0.0.1");
  await once(tokenHost, "listening");
  tokenUrl = `http://127.0.0.1:${(tokenHost.address() as AddressInfo).port}/token`;
  upstream.on("gemini-vertex", json(200, { candidates: [{ content: { parts: [{ text: "Hi." }] } }], usageMetadata }));
});

afterAll(async () => {
  tokenHost.closeAllConnections();
  tokenHost.close();
  await once(tokenHost, "close");
});

beforeEach(() => {
  handedIn.length = 0;
  upstream.received.length = 0;
  answer = { status: 200, expiresIn: 3_600 };
});

function keyFile(changed: object = {}): string {
  files += 1;
  const client_email = `sluice-${files}@project.iam.gserviceaccount.com`;
  const file = {
    type: "service_account",
    client_email,
    private_key_id: "k1",
    private_key: privateKey,
    token_uri: tokenUrl,
  };
  return JSON.stringify({ ...file, ...changed }, null, 2);
}

const add = (slug: string, credential: string) =>
  api("POST", "/api/admin/providers", {
    body: { slug, name: slug, vendor: "vertex", baseUrl: upstream.url, credential },
  });

test("calls carry a token that the account has signed for, got once for all that wait for it", async () => {
  const { status, body: provider } = await add("vertex-many", keyFile());
  expect(status).toBe(201);
  expect(provider).toMatchObject({ credentialSet: true, credentialHint: null });
  const client = await makeClient();
  const answered = await Promise.all(Array.from({ length: 20 }, () => post(client, `/vertex-many${path}`, body)));
  expect(answered.map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect((await post(client, `/vertex-many${path}`, body)).status).toBe(200);

  expect(handedIn).toHaveLength(1);
  expect(new Set(upstream.received.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer token-1"]));
  const [header = "", claims = "", signature = ""] = (handedIn[0]?.get("assertion") ?? "").split(".");
  expect(handedIn[0]?.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
  expect(
    verify(
      "RSA-SHA256",
      Buffer.from(`${header}.${claims}`),
      createPublicKey(publicKey),
      Buffer.from(signature, "base64url"),
    ),
  ).toBe(true);
  const { iat, exp, ...claimed } = JSON.parse(Buffer.from(claims, "base64url").toString());
  expect(claimed).toEqual({
    iss: expect.stringMatching(/^sluice-\d+@/),
    aud: tokenUrl,
    scope: "https://www.googleapis.com/auth/cloud-platform",
  });
  expect(exp - iat).toBe(3_600);
  expect(await ledgerOf(client)).toHaveLength(21);
});

test("a token that is about to end is not used for another call", async () => {
  answer = { status: 200, expiresIn: 200 };
  await add("vertex-short", keyFile());
  const client = await makeClient();
  for (let call = 0; call < 2; call++) expect((await post(client, `/vertex-short${path}`, body)).status).toBe(200);
  expect(upstream.received.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
});

test.each([
  { name: "turned down", failure: 400, status: 503, says: "must enter its credential" },
  { name: "not answered", failure: 500, status: 502, says: "could not be reached" },
])(
  "an account that is $name fails the call clearly, which does not count, and nothing is told of it",
  async (given) => {
    answer = { status: given.failure, expiresIn: 0 };
    const slug = `vertex-${given.failure}`;
    const { body: provider } = await add(slug, keyFile());
    const client = await makeClient();
    const refused = await post(client, `/${slug}${path}`, body);
    expect(refused.status).toBe(given.status);
    const told = await refused.text();
    expect(told).toContain(given.says);
    expect(told).not.toMatch(/PRIVATE|iam\.gserviceaccount|assertion|invalid_grant/);
    expect(upstream.received).toEqual([]);
    expect(await ledgerOf(client)).toMatchObject([{ state: "failed", input_tokens: null }]);
    expect((await api("POST", `/api/admin/providers/${provider.id}/test`)).body).toMatchObject({ ok: false });

    answer = { status: 200, expiresIn: 3_600 };
    expect((await post(client, `/${slug}${path}`, body)).status).toBe(200);
  },
);

test.each([
  { name: "another kind of file", credential: () => keyFile({ type: "authorized_user" }) },
  {
    name: "no key",
    credential: () => keyFile({ private_key: "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n" }),
  },
  { name: "another host's kind of address", credential: () => keyFile({ token_uri: "file:///etc/passwd" }) },
  { name: "half a file", credential: () => keyFile().slice(0, -20) },
])("$name is refused when it is entered, and not repeated", async ({ credential }) => {
  const { status, body: refused } = await add("vertex-wrong", credential());
  expect(status).toBe(400);
  expect(refused.error.fields).toEqual({ credential: expect.stringContaining("key file") });
  expect(JSON.stringify(refused)).not.toMatch(/PRIVATE|c2VjcmV0|gserviceaccount/);
});
