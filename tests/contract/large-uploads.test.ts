import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { useDatabase } from "../database";
import { eventually } from "../eventually";
import { HashingUpstream } from "../fixtures/hashing-upstream";
import { watchMemory } from "../process-memory";
import { admin, inspectorFlag, type RunningServer, startServer } from "../server";
import { SmallDisk } from "./faults/small-disk";
import { type Client, createClient, quotaOf, requestsOf } from "./installation";

const megabyte = 1_000_000;
const uploads = 24;
/** What a process may hold of all of them at any time; each is of 24 MB. */
const room = 90 * megabyte;

/** A body that is made while it is sent: a beginning, a piece so often, and an end. */
type Body = { contentType: string; begin: string; piece: Buffer; times: number; end: string };

const sound = Buffer.from(Uint8Array.from({ length: 60_000 }, (_, index) => (index * 31) % 251));
const picture = Buffer.from("QUJD".repeat(15_000));

const form = (times: number): Body => ({
  contentType: "multipart/form-data; boundary=large",
  begin: '--large\r\nContent-Disposition: form-data; name="file"; filename="a.mp3"\r\n\r\n',
  piece: sound,
  times,
  end: '\r\n--large\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper\r\n--large--\r\n',
});

const chat = (fields: string, times: number): Body => ({
  contentType: "application/json",
  begin:
    '{"messages":[{"role":"user","content":[{"type":"text","text":"What is it?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,',
  piece: picture,
  times,
  end: `"}}]}],"seed":12345678901234567890,"model":"gpt-seeing"${fields}}`,
});

function* chunksOf({ begin, piece, times, end }: Body): Generator<Buffer> {
  yield Buffer.from(begin);
  for (let index = 0; index < times; index++) yield piece;
  yield Buffer.from(end);
}

function hashOf(body: Body): string {
  const hash = createHash("sha256");
  for (const chunk of chunksOf(body)) hash.update(chunk);
  return hash.digest("hex");
}

function lengthOf(body: Body): number {
  return Buffer.byteLength(body.begin) + body.piece.length * body.times + Buffer.byteLength(body.end);
}

describe.each(["fast", "portable"] as const)("large uploads through the %s lane", (lane) => {
  const database = useDatabase();
  const upstream = new HashingUpstream();
  const directory = mkdtempSync(join(tmpdir(), "sluice-uploads-"));
  let server: RunningServer;
  let client: Client;

  beforeAll(async () => {
    await upstream.start();
    server = await startServer({
      lane,
      databaseUrl: database.url,
      env: { TMPDIR: directory, SLUICE_UPLOAD_SPACE_MB: "1200" },
      nodeOptions: [inspectorFlag],
    });
    client = await createClient(server);
    const provider = {
      slug: "openai",
      name: "OpenAI",
      vendor: "openai",
      baseUrl: upstream.url,
      credential: "sk-large",
    };
    await admin(server, "POST", "/providers", provider);
  });

  afterAll(async () => {
    await server.stop();
    await upstream.stop();
    rmSync(directory, { recursive: true });
  });

  function begin(path: string, { contentType }: Body, headers: Record<string, string | number> = {}): ClientRequest {
    const request = httpRequest(`${server.url}/api/proxy/openai/v1${path}`, {
      method: "POST",
      // A connection that was kept may be closed by the time it is used again.
      agent: false,
      headers: { authorization: `Bearer ${client.secret}`, "content-type": contentType, ...headers },
    });
    request.on("error", () => {});
    return request;
  }

  async function send(path: string, body: Body, headers = {}): Promise<{ status: number; text: string }> {
    const request = begin(path, body, headers);
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    // Who is refused may not be able to send all of it.
    pipeline(Readable.from(chunksOf(body), { objectMode: false }), request).catch(() => {});
    const [response] = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() };
  }

  /** What is answered to who is refused while still sending: they may find the connection closed before they have read it, and ask again. */
  const refusalOf = (path: string, body: Body, headers = {}) => eventually(() => send(path, body, headers));

  /** What is kept of uploads: files with a name, and those that are open without one. */
  function filesLeft(): string[] {
    const open = `/proc/${server.process.pid}/fd`;
    const named = readdirSync(directory).filter((name) => name.startsWith("sluice-upload"));
    let handles: string[] = [];
    try {
      handles = readdirSync(open).map((handle) => readlinkSync(join(open, handle)));
    } catch {
      // Not told by this system, or a handle was closed meanwhile.
    }
    return [...named, ...handles.filter((path) => path.includes("sluice-upload"))];
  }

  const nothingLeft = () => eventually(() => expect(filesLeft()).toEqual([]));

  test.each([
    { name: "files before the model", path: "/audio/transcriptions", body: form(400), framing: "announced" },
    { name: "files of unannounced length", path: "/audio/transcriptions", body: form(400), framing: "chunked" },
    { name: "JSON with a picture", path: "/chat/completions", body: chat("", 400), framing: "announced" },
  ])("$name: 24 of 24 MB at once pass byte for byte in little memory", async ({ path, body, framing }) => {
    const [gate, middle] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    onTestFinished(() => {
      gate.resolve();
      middle.resolve();
    });
    // What a first call loads is no part of it.
    expect((await send(path, { ...body, times: 20 })).status).toBe(200);
    client = await createClient(server);
    upstream.gate = gate.promise;
    upstream.stopped = 0;
    upstream.stopsAt = { bytes: lengthOf(body) / 2, until: middle.promise };
    upstream.received.length = 0;
    const memory = await watchMemory(server);
    const length: Record<string, number> = framing === "announced" ? { "content-length": lengthOf(body) } : {};
    const sent = Promise.all(Array.from({ length: uploads }, () => send(path, body, length)));
    // All of them are here, and none has been taken yet.
    await eventually(async () => expect(await requestsOf(server, client)).toHaveLength(uploads));
    expect(await memory.grownBy()).toBeLessThan(room);
    gate.resolve();
    await eventually(() => expect(upstream.stopped).toBe(uploads));
    expect(await memory.grownBy()).toBeLessThan(room);
    middle.resolve();
    expect((await sent).map(({ status }) => status)).toEqual(Array(uploads).fill(200));
    expect(new Set(upstream.received.map(({ hash }) => hash))).toEqual(new Set([hashOf(body)]));
    expect(upstream.received.map(({ headers }) => headers["content-length"])).toEqual(
      Array(uploads).fill(String(lengthOf(body))),
    );
    await nothingLeft();
  });

  test("an upload of 25 MB, the most that may come, passes byte for byte", async () => {
    const most = form(436);
    expect(lengthOf(most)).toBeGreaterThan(25 * megabyte);
    upstream.received.length = 0;
    expect((await send("/audio/transcriptions", most)).status).toBe(200);
    expect(upstream.received.map(({ hash }) => hash)).toEqual([hashOf(most)]);
    await nothingLeft();
  });

  test("what the gateway changes in a large request is changed there alone", async () => {
    const asked = chat(',"stream":true', 20);
    const [before, behind] = [asked.begin.slice(1), asked.end];
    upstream.received.length = 0;
    expect((await send("/chat/completions", asked)).status).toBe(200);
    expect(upstream.received[0]?.hash).toBe(
      hashOf({ ...asked, begin: `{"stream_options":{"include_usage":true},${before}`, end: behind }),
    );

    const strict = await createClient(server, { plan: { strict: true, dailyTokenLimit: 100_000 } });
    const capped = await send("/chat/completions", chat(',"max_tokens":900000', 20), {
      authorization: `Bearer ${strict.secret}`,
    });
    expect(capped.status).toBe(200);
    const [record] = await requestsOf(server, strict);
    const cap = (record?.reservedTokens ?? 0) - inputBoundOf(asked);
    expect(upstream.received[1]?.hash).toBe(hashOf(chat(`,"max_tokens":${cap}`, 20)));
  });

  test("a client that leaves in mid-upload leaves nothing behind, and nothing is sent for it", async () => {
    upstream.received.length = 0;
    const before = (await requestsOf(server, client)).length;
    const request = begin("/audio/transcriptions", form(400), { "content-length": lengthOf(form(400)) });
    for (const chunk of [...chunksOf(form(400))].slice(0, 60)) if (!request.write(chunk)) await once(request, "drain");
    await eventually(() => expect(filesLeft()).toHaveLength(1));
    request.destroy();
    await nothingLeft();
    expect(upstream.received).toEqual([]);
    expect(await requestsOf(server, client)).toHaveLength(before);
  });

  test.each([
    { name: "a form without its end", path: "/audio/transcriptions", body: { ...form(20), end: "" } },
    { name: "JSON without its end", path: "/chat/completions", body: { ...chat("", 20), end: '"}}' } },
    { name: "JSON that is none from the middle on", path: "/chat/completions", body: { ...chat("", 20), begin: "{]" } },
  ])("$name is refused with 400", async ({ path, body }) => {
    upstream.received.length = 0;
    const { status, text } = await refusalOf(path, body);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ error: { code: "invalid_request" } });
    expect(upstream.received).toEqual([]);
    await nothingLeft();
  });

  test.each([
    { name: "announced", headers: { "content-length": lengthOf(form(450)) } },
    { name: "unannounced", headers: {} },
  ])("27 MB are refused with 413, $name", async ({ headers }) => {
    const { status, text } = await refusalOf("/audio/transcriptions", form(450), headers);
    expect(status).toBe(413);
    expect(JSON.parse(text)).toMatchObject({ error: { code: "request_too_large" } });
    await nothingLeft();
  });

  test("a length that is not kept admits nothing and leaves nothing behind", async () => {
    const before = (await requestsOf(server, client)).length;
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    socket.resume();
    const head = `POST /api/proxy/openai/v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${client.secret}`;
    socket.write(`${head}\r\ncontent-length: 5000000\r\n\r\n`);
    for (const chunk of [...chunksOf(chat("", 20))]) socket.write(chunk);
    socket.end();
    await once(socket, "close");
    await nothingLeft();
    expect(await requestsOf(server, client)).toHaveLength(before);
  });

  test("beyond the room that a client's uploads may take, it is told to come again, in its dialect; another's pass", async () => {
    const waiting = Array.from({ length: 25 }, () =>
      begin("/audio/transcriptions", form(400), { "content-length": lengthOf(form(400)) }),
    );
    await Promise.all(
      waiting.map(async (request) => {
        for (const chunk of [...chunksOf(form(400))].slice(0, 395))
          if (!request.write(chunk)) await once(request, "drain");
      }),
    );
    await eventually(() => expect(filesLeft()).toHaveLength(25));
    await eventually(async () => {
      const attempts = Array.from({ length: 3 }, () => send("/audio/transcriptions", form(400)).catch(() => null));
      const refused = (await Promise.all(attempts)).find((answer) => answer?.status === 503);
      expect(JSON.parse(refused?.text ?? "null")).toMatchObject({ error: { code: "unavailable" } });
    });
    const other = await createClient(server);
    const authorization = `Bearer ${other.secret}`;
    expect((await send("/audio/transcriptions", form(400), { authorization })).status).toBe(200);
    for (const request of waiting) request.destroy();
    await nothingLeft();
    expect((await send("/audio/transcriptions", form(400))).status).toBe(200);
    expect((await quotaOf(server, client)).every(({ reserved }) => reserved === 0)).toBe(true);
  });
});

/** What a strict call of this body reserves beside its answer: a byte a token, an image's most. */
function inputBoundOf(body: Body): number {
  const imageUrl = Buffer.byteLength("data:image/png;base64,") + body.piece.length * body.times;
  return lengthOf(chat(',"max_tokens":900000', body.times)) - imageUrl + 50_000;
}

describe("without room on the disk", () => {
  const database = useDatabase();
  const upstream = new HashingUpstream();
  /** Who may not mount one gets a directory that is not there. */
  const disk = SmallDisk.mount(4);
  let server: RunningServer;

  beforeAll(async () => {
    await upstream.start();
    const directory = disk?.directory ?? join(tmpdir(), "sluice-nowhere");
    server = await startServer({ lane: "fast", databaseUrl: database.url, env: { TMPDIR: directory } });
    const provider = {
      slug: "openai",
      name: "OpenAI",
      vendor: "openai",
      baseUrl: upstream.url,
      credential: "sk-large",
    };
    await admin(server, "POST", "/providers", provider);
  });

  afterAll(async () => {
    await server.stop();
    await upstream.stop();
    disk?.unmount();
  });

  const begin = (secret: string, body: Body) =>
    fetch(`${server.url}/api/proxy/openai/v1/audio/transcriptions`, {
      method: "POST",
      headers: { authorization: `Bearer ${secret}`, "content-type": body.contentType },
      body: Buffer.concat([...chunksOf(body)]),
    });

  const send = async (secret: string, body: Body) => {
    // As above, who is refused may find the connection closed.
    const response = await eventually(() => begin(secret, body));
    const { error } = (await response.json()) as { error?: { code: string } };
    return { status: response.status, code: error?.code, retryAfter: response.headers.get("retry-after") };
  };

  test("large uploads are told to come again, small ones pass, and for a key that is refused nothing is written", async () => {
    const client = await createClient(server);
    expect(await send(client.secret, form(100))).toEqual({ status: 503, code: "unavailable", retryAfter: "10" });
    expect(await requestsOf(server, client)).toEqual([]);
    expect((await send(client.secret, form(3))).status).toBe(200);
    expect((await send("sk-this-is-nobodys-key-0123456789", form(100))).status).toBe(401);
  });
});
