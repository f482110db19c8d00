import { afterAll, beforeAll, expect, test } from "vitest";
import { useDatabase } from "../../database";
import { type Client, createClient, type Installation, requestsOf, startInstallation } from "../installation";
import { countAnswers, exchange } from "./raw-socket";

const database = useDatabase();
let installation: Installation;
let client: Client;

beforeAll(async () => {
  installation = await startInstallation({ lane: "fast", databaseUrl: database.url });
  client = await createClient(installation.server);
});

afterAll(() => installation.stop());

const path = "/api/proxy/openai/v1/chat/completions";
const body = '{"model":"gpt-raw","messages":[]}';
const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
/** What would be smuggled: a request of its own behind the first. */
const hidden = () =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${authorization()}content-length: ${body.length}\r\n\r\n${body}`;
const authorization = () => `authorization: Bearer ${client.secret}\r\n`;

const head = (...fields: string[]) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${authorization()}${fields.map((field) => `${field}\r\n`).join("")}\r\n`;

const malformed: [name: string, request: () => string | Buffer][] = [
  ["two lengths that differ", () => head("content-length: 5", `content-length: ${body.length}`) + body + hidden()],
  ["two lengths that agree", () => head(`content-length: ${body.length}`, `content-length: ${body.length}`) + body],
  ["a list of lengths", () => head(`content-length: 5, ${body.length}`) + body + hidden()],
  ["a negative length", () => head("content-length: -1") + body],
  ["a signed length", () => head(`content-length: +${body.length}`) + body],
  ["a length in hexadecimal", () => head(`content-length: 0x${body.length.toString(16)}`) + body],
  ["a length that overflows", () => head("content-length: 18446744073709551617") + body],
  ["a length beside chunks", () => head("content-length: 5", "transfer-encoding: chunked") + chunked + hidden()],
  ["chunks beside a length", () => head("transfer-encoding: chunked", "content-length: 0") + chunked + hidden()],
  ["an encoding after chunked", () => head("transfer-encoding: chunked, identity") + chunked + hidden()],
  ["an encoding like chunked", () => head("transfer-encoding: xchunked") + chunked + hidden()],
  ["two encodings", () => head("transfer-encoding: identity", "transfer-encoding: chunked, x") + chunked + hidden()],
  ["a space before the colon", () => head(`content-length : ${body.length}`) + body + hidden()],
  ["a folded header", () => head("transfer-encoding:\r\n chunked", "content-length: 5") + chunked + hidden()],
  ["a header without a colon", () => head("content-length 5") + body],
  ["a NUL in a header", () => head("x-custom: a\0b", `content-length: ${body.length}`) + body],
  ["a lone CR in a header", () => head("x-custom: a\rx-injected: b", `content-length: ${body.length}`) + body],
  ["a control character in a header's name", () => head("x-\x01: b", `content-length: ${body.length}`) + body],
  ["lines that end in LF alone", () => head(`content-length: ${body.length}`).replaceAll("\r\n", "\n") + body],
  ["a chunk without a size", () => `${head("transfer-encoding: chunked")}\r\n${body}\r\n0\r\n\r\n${hidden()}`],
  ["a chunk size that is no number", () => `${head("transfer-encoding: chunked")}zz\r\n${body}\r\n0\r\n\r\n`],
  ["a chunk size with a sign", () => `${head("transfer-encoding: chunked")}-1\r\n${body}\r\n0\r\n\r\n`],
  ["a chunk longer than its size", () => `${head("transfer-encoding: chunked")}2\r\n${body}\r\n0\r\n\r\n${hidden()}`],
  [
    "a chunk size that overflows",
    () => `${head("transfer-encoding: chunked")}ffffffffffffffff1\r\n${body}\r\n0\r\n\r\n`,
  ],
  ["no host", () => `POST ${path} HTTP/1.1\r\n${authorization()}content-length: ${body.length}\r\n\r\n${body}`],
  ["a space in the path", () => head(`content-length: ${body.length}`).replace("/v1/", "/v1 /") + body],
  ["another protocol", () => head(`content-length: ${body.length}`).replace("HTTP/1.1", "HTTQ/1.1") + body],
  ["the preface of HTTP/2", () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a TLS handshake", () => Buffer.from("16030100a5010000a10303", "hex")],
];

test.each(malformed)(
  "%s: refused, the connection closed, nothing of it sent to the provider",
  async (_name, request) => {
    const before = installation.upstream.received.length;
    const answer = await exchange(installation.server.url, request(), { halfClose: true });
    expect(answer.status === null || (answer.status >= 400 && answer.status < 500)).toBe(true);
    expect(countAnswers(answer)).toBeLessThanOrEqual(1);
    expect(installation.upstream.received).toHaveLength(before);
  },
);

test.each([
  ["a header of 33 KB", () => head(`x-large: ${"x".repeat(33 * 1024)}`, "content-length: 0")],
  [
    "headers of 33 KB together",
    () => head(...Array.from({ length: 330 }, (_, index) => `x-${index}: ${"x".repeat(95)}`)),
  ],
  ["a path of 33 KB", () => head("content-length: 0").replace("/v1/", `/v1/${"x".repeat(33 * 1024)}/`)],
  ["a trailer of 33 KB", () => `${head("transfer-encoding: chunked")}0\r\nx-large: ${"x".repeat(33 * 1024)}\r\n\r\n`],
])("%s is refused with 431 and nothing is sent to the provider", async (_name, request) => {
  const before = installation.upstream.received.length;
  const answer = await exchange(installation.server.url, request());
  expect(answer.status).toBe(431);
  expect(installation.upstream.received).toHaveLength(before);
});

test("the offer to change to HTTP/2 is passed over, and does not reach the provider", async () => {
  const request = head(
    "connection: Upgrade, HTTP2-Settings, close",
    "upgrade: h2c",
    "http2-settings: AAMAAABkAAQAoAAAAAIAAAAA",
    `content-length: ${body.length}`,
  );
  const answer = await exchange(installation.server.url, request + body);
  expect(answer.status).toBe(200);
  expect(answer.head).not.toMatch(/upgrade|h2c|101/i);
  const sent = installation.upstream.requestsFor("gpt-raw").at(-1);
  expect(Object.keys(sent?.headers ?? {})).not.toEqual(expect.arrayContaining(["upgrade"]));
  expect(Object.keys(sent?.headers ?? {})).not.toEqual(expect.arrayContaining(["http2-settings"]));
  expect(sent?.headers.connection).not.toMatch(/upgrade/i);
});

test.each(["CONNECT", "TRACE", "OPTIONS", "PROPFIND"])("%s goes nowhere", async (method) => {
  const before = installation.upstream.received.length;
  const request = head("connection: close").replace("POST", method);
  const answer = await exchange(installation.server.url, request, { halfClose: method === "CONNECT" });
  expect(answer.status === null || (answer.status >= 400 && answer.status < 500)).toBe(true);
  expect(installation.upstream.received).toHaveLength(before);
});

test("an address of another host in the request line goes nowhere", async () => {
  const before = installation.upstream.received.length;
  const request = head("connection: close", `content-length: ${body.length}`).replace(
    path,
    `http://elsewhere.test${path}`,
  );
  const answer = await exchange(installation.server.url, request + body);
  expect(answer.status).toBe(400);
  expect(installation.upstream.received).toHaveLength(before);
});

test.each(["/clients/%ff", "/welcome/%c0%ae", "/api/admin/tenants/%ff/keys", "/api/usage/keys/%/revocation"])(
  "%s, whose escapes are no text, is refused as malformed",
  async (target) => {
    const response = await fetch(installation.server.url + target);
    expect(response.status).toBe(400);
    expect((await response.json()).error.code).toBe("invalid_request");
  },
);

test("line breaks that are written encoded stay encoded: in the path they are refused, in the query they are data", async () => {
  const before = installation.upstream.received.length;
  const fields = ["connection: close", `content-length: ${body.length}`];
  const inPath = head(...fields).replace("/v1/", "/v1%0d%0ax-injected:%201/");
  expect((await exchange(installation.server.url, inPath + body)).status).toBe(404);
  expect(installation.upstream.received).toHaveLength(before);

  const inQuery = head(...fields).replace(path, `${path}?a=%0d%0ax-injected:%201`);
  expect((await exchange(installation.server.url, inQuery + body)).status).toBe(200);
  expect(installation.upstream.received.at(-1)).toMatchObject({
    url: expect.stringContaining("?a=%0d%0ax-injected:%201"),
  });
  expect(installation.upstream.received.at(-1)?.headers).not.toHaveProperty("x-injected");
});

test("after all of that the server serves, and the ledger has exactly what the provider got", async () => {
  const answer = await exchange(
    installation.server.url,
    head("connection: close", `content-length: ${body.length}`) + body,
  );
  expect(answer.status).toBe(200);
  const sent = installation.upstream.requestsFor("gpt-raw").length;
  expect(await requestsOf(installation.server, client)).toHaveLength(sent);

  expect(await installation.server.stop()).toBe(0);
  // None of them is held for open, which would keep the server from stopping.
  expect(installation.server.output()).not.toContain("open request");
});
