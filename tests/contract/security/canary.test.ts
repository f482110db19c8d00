import { createHash } from "node:crypto";
import { globSync } from "node:fs";
import { Secret, TOTP } from "otpauth";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { chatEvent, json } from "../../fixtures/scripted-upstream";
import { admin } from "../../server";
import {
  type Client,
  createClient,
  type Installation,
  providerCredential,
  requestsOf,
  startInstallation,
} from "../installation";

const database = useDatabase();
const metricsToken = "canary-metrics-token-77ac2e";
const password = "canary password 3f9b1c";
const prompt = "canary-prompt-b81e04";
const answer = "canary-answer-5c7d92";
const cookie = "canary-cookie-e0a6f3";
const legacySecret = "canary-legacy-secret-94d1b7";

let installation: Installation;
let client: Client;
let legacy: Client;
let session = "";
let totpSecret = "";
let recoveryCode = "";
let adminSecret = "";
/** All that the server has answered to anybody but the provider, and where. */
const told: { where: string; text: string }[] = [];

beforeAll(async () => {
  installation = await startInstallation({
    lane: "fast",
    databaseUrl: database.url,
    env: { LOG_LEVEL: "trace", SLUICE_METRICS_TOKEN: metricsToken, SLUICE_UPSTREAM_TIMEOUT_SECONDS: "3" },
  });
  client = await createClient(installation.server);
  legacy = await createClient(installation.server, { key: { secret: legacySecret } });
});

afterAll(() => installation.stop());

async function ask(where: string, path: string, init: RequestInit = {}): Promise<Response | null> {
  const response = await fetch(installation.server.url + path, { redirect: "manual", ...init }).catch(() => null);
  if (response === null) return null;
  const text = await response.text().catch(() => "");
  told.push({ where, text: JSON.stringify([...response.headers]) + text });
  return response;
}

const call = (
  where: string,
  secret: string,
  body: object | string,
  path = "openai/v1/chat/completions",
  signal?: AbortSignal,
) =>
  ask(where, `/api/proxy/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}`, cookie, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify({ messages: [{ role: "user", content: prompt }], ...body }),
    ...(signal && { signal }),
  });

test("calls of every outcome, and an administrator's whole round", async () => {
  const { server, upstream } = installation;
  const say = { index: 0, message: { role: "assistant", content: answer } };
  upstream.on("answers", json(200, { model: "answers", choices: [say] }));
  upstream.on("declines", json(400, { error: { message: "no", code: "bad" } }));
  upstream.on("fails", json(500, { error: { message: "down" } }));
  upstream.on("redirects", json(302, {}, { location: "http://elsewhere.test/" }));
  upstream.on("resets", (_request, _response, incoming) => void incoming.socket.resetAndDestroy());
  upstream.on("hangs", () => new Promise(() => {}));
  const leaving = new AbortController();
  upstream.on("is left", () => {
    leaving.abort();
    return new Promise(() => {});
  });
  upstream.on("babbles", (_request, _response, incoming) => void incoming.socket.end(`${answer} is no HTTP\r\n\r\n`));
  upstream.on("breaks", (_request, response, incoming) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chatEvent("breaks", { content: answer }), () => incoming.socket.resetAndDestroy());
  });
  upstream.on("streams", (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${chatEvent("streams", { content: answer })}data: [DONE]\n\n`);
  });

  const { secret } = client;
  for (const model of ["declines", "fails", "redirects", "resets", "hangs", "babbles"])
    await call(model, secret, { model });
  // What a client is answered by its provider is its own; here only that it came.
  const own = told.length;
  for (const model of ["answers", "streams", "breaks"])
    await call(model, secret, { model, stream: model !== "answers" });
  await call("a client that leaves", secret, { model: "is left", stream: true }, undefined, leaving.signal);
  told.splice(own);

  await call("no such provider", secret, { model: "answers" }, "nowhere/v1/chat/completions");
  await call("no such endpoint", secret, { model: "answers" }, "openai/v1/files");
  await call("broken JSON", secret, `{"messages": "${prompt}`);
  await call("wrong JSON", secret, { model: 5, stream: "yes", max_tokens: prompt, messages: prompt });
  await call("a wrong key", `${secret.slice(0, -1)}!`, { model: "answers" });
  await call("an unknown key", "canary-unknown-key-000000000", { model: "answers" });
  await ask("a key in the query", `/api/proxy/openai/v1/chat/completions?key=${secret.slice(0, -2)}xx`, {
    method: "POST",
  });
  await admin(server, "PATCH", `/tenants/${client.tenantId}`, { dailyTokenLimit: 0 });
  await call("over the limit", secret, { model: "answers" });
  await call("over the limit, from memory", secret, { model: "answers" });
  await admin(server, "PATCH", `/tenants/${client.tenantId}`, { dailyTokenLimit: null, status: "suspended" });
  await call("suspended", secret, { model: "answers" });
  await admin(server, "PATCH", `/tenants/${client.tenantId}`, { status: "active" });
  await admin(server, "POST", `/tenants/${client.tenantId}/keys/${client.keyId}/revocation`);
  await call("revoked", secret, { model: "answers" });

  const setUp = { agencyName: "A", timeZone: "UTC", currency: "EUR", name: "Ann", email: "ann@agency.test", password };
  await ask("set-up", "/api/setup", { method: "POST", body: JSON.stringify(setUp) });
  await ask("set-up again", "/api/setup", { method: "POST", body: JSON.stringify(setUp) });
  const form = new URLSearchParams({
    email: "ann@agency.test",
    password: `${password}x`,
    csrfToken: "none",
    json: "true",
  });
  await ask("sign-in", "/api/auth/callback/credentials", { method: "POST", body: form });
  const bad = { slug: "v1", credential: providerCredential, unknown: password };
  await expect(admin(server, "POST", "/providers", bad)).rejects.toThrow("400");
  for (const path of [
    "providers",
    "tenants",
    `tenants/${legacy.tenantId}/keys`,
    "usage/requests",
    "usage/sources",
    "audit",
    "plans",
  ]) {
    const headers = { authorization: "Bearer test-admin-token-0123456789" };
    await ask(path, `/api/admin/${path}`, { headers });
  }
  await ask("metrics", "/metrics", { headers: { authorization: `Bearer ${metricsToken}` } });
  for (const path of ["/api/health/ready", "/api/usage/quota", "/login", "/nowhere"]) await ask(path, path);
  await lookAtPages();
  await eventually(async () => {
    const rows = await requestsOf(server, client);
    expect(rows.length).toBeGreaterThanOrEqual(10);
    expect(rows.every(({ state }) => state !== "admitted")).toBe(true);
  });
});

/** Every page of the console as its owner sees it, who has set up a second step; what they were told once is not looked at. */
async function lookAtPages(): Promise<void> {
  const { url } = installation.server;
  const csrf = await fetch(`${url}/api/auth/csrf`);
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const form = new URLSearchParams({ csrfToken, email: "ann@agency.test", password, json: "true" });
  const headers = { cookie: cookiesOf(csrf) };
  session = cookiesOf(
    await fetch(`${url}/api/auth/callback/credentials`, { method: "POST", redirect: "manual", headers, body: form }),
  );
  const change = async <T>(path: string, body: object) => {
    const response = await fetch(`${url}/api/auth/me/second-step${path}`, {
      method: "POST",
      headers: { cookie: session },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return { response, body: (await response.json()) as T };
  };
  const { body: enrolment } = await change<{ secret: string }>("", { password });
  totpSecret = enrolment.secret;
  const code = new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
  const confirmed = await change<{ recoveryCodes: string[] }>("/confirmation", { code });
  recoveryCode = confirmed.body.recoveryCodes[0] as string;
  session = cookiesOf(confirmed.response);
  ({ secret: adminSecret } = await admin<{ secret: string }>(installation.server, "POST", "/tokens", {
    name: "script",
    scope: "read",
  }));

  const { slug } = await admin<{ slug: string }>(installation.server, "GET", `/tenants/${client.tenantId}`);
  const pages = globSync("app/{(admin),account,api-docs}/**/page.tsx")
    .map((file) => `/${file.replace(/^app\/(\(admin\)\/)?/, "").replace(/\/?page\.tsx$/, "")}`)
    .map((path) => path.replace(/^(\/clients\/)\[slug\]/, `$1${slug}`).replace("[provider]", "openai"));
  expect(pages.length).toBeGreaterThan(12);
  for (const page of pages) {
    const response = await ask(`the page ${page}`, page, { headers: { cookie: session } });
    expect([page, response?.status]).toEqual([page, 200]);
  }
}

function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
}

/** Everything that must not be found, also not by halves: secrets are looked for without their last characters. */
function secrets(): Record<string, string> {
  return {
    "the client's key": client.secret.slice(0, -6),
    "the legacy key": legacySecret.slice(7, -3),
    "the provider's credential": providerCredential.slice(0, -6),
    "the admin token": "test-admin-token-01234",
    "the metrics token": metricsToken,
    "the encryption key": "ab".repeat(12),
    "the encryption key in base64": Buffer.from("ab".repeat(32), "hex").toString("base64").slice(0, 20),
    "the session secret": "test-auth-secret-01234",
    "the database's password": new URL(database.url).password,
    "the owner's password": password,
    "the client's cookie": cookie,
    "the prompt": prompt,
    "the answer": answer,
    "an unknown key": "canary-unknown-key",
    "the owner's session": session.slice(-40),
    "what the owner's codes are reckoned from": totpSecret,
    "a recovery code": recoveryCode,
    "a script's token": adminSecret.slice(0, -6),
  };
}

function expectNone(where: string, text: string): void {
  const found = Object.entries(secrets()).filter(([, secret]) => text.includes(secret));
  expect(found, where).toEqual([]);
}

test("none of it stands in an answer to anybody else, in a header or an error", () => {
  expect(told.length).toBeGreaterThan(30);
  for (const { where, text } of told) expectNone(where, text);
});

test("none of it stands in the log, at its most talkative", () => {
  const output = installation.server.output();
  expect(output).toContain("a call has ended");
  expect(output).toContain("the provider gave no answer");
  expectNone("log", output);
});

test("none of it stands in any row of any table", async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  const { rows: tables } = await pool.query<{ name: string }>(
    "select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  );
  expect(tables.length).toBeGreaterThan(10);
  for (const { name } of tables) {
    const { rows } = await pool.query<{ text: string }>(`select row_to_json(t)::text as text from ${name} t`);
    expectNone(name, rows.map(({ text }) => text).join("\n"));
  }
  // A plain hash of a secret would do for guessing at it.
  const digests = [client.secret, legacySecret].map((secret) => createHash("sha256").update(secret).digest("hex"));
  const { rows: keys } = await pool.query<{ hash: string }>("select encode(secret_hash, 'hex') as hash from api_key");
  expect(keys.map(({ hash }) => hash)).not.toEqual(expect.arrayContaining([expect.toBeOneOf(digests)]));
  await pool.end();
});

test("of what the client sent, the provider got the prompt, and neither its key nor its cookie", () => {
  const sent = JSON.stringify(installation.upstream.received);
  expect(sent).toContain(prompt);
  expect(sent).toContain(providerCredential);
  expect(sent).not.toContain(client.secret.slice(0, -6));
  expect(sent).not.toContain(cookie);
});
