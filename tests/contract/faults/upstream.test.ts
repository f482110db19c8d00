import { once } from "node:events";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditLedger } from "@/lib/metering/audit-ledger";
import { useDatabase } from "../../database";
import { eventually } from "../../eventually";
import { chatEvent, json, type Script, ScriptedUpstream } from "../../fixtures/scripted-upstream";
import { type Client, createClient, type Installation, requestsOf, startInstallation } from "../installation";

const database = useDatabase();
let installation: Installation;
let pool: pg.Pool;

beforeAll(async () => {
  installation = await startInstallation({
    lane: "fast",
    databaseUrl: database.url,
    env: { SLUICE_UPSTREAM_TIMEOUT_SECONDS: "3" },
  });
  pool = new pg.Pool({ connectionString: database.url, max: 2 });
});

afterAll(async () => {
  await pool.end();
  await installation.stop();
});

/** Resolved when the client of the present call has its answer's headers, and the first piece of its body. */
let got = { headers: Promise.withResolvers<void>(), piece: Promise.withResolvers<void>() };

type Told = { status: number | null; code: string | undefined; headers: Headers; whole: boolean };

async function call({ secret }: Client, model: string, stream = false): Promise<Told> {
  got = { headers: Promise.withResolvers<void>(), piece: Promise.withResolvers<void>() };
  const response = await fetch(`${installation.server.url}/api/proxy/openai/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify({ model, stream, max_tokens: 5, messages: [{ role: "user", content: "Hi" }] }),
  });
  got.headers.resolve();
  const text = await readText(response).catch(() => null);
  const code = text?.startsWith("{") ? (JSON.parse(text) as { error?: { code?: string } }).error?.code : undefined;
  return { status: response.status, code, headers: response.headers, whole: text !== null };
}

async function readText({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  let text = "";
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    text += Buffer.from(part.value).toString("latin1");
    got.piece.resolve();
  }
  return text;
}

const body = JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: "Half of it" } }] });

type Fault = {
  fault: string;
  script: Script;
  stream?: boolean;
  told: { status: number; code?: string; whole?: boolean };
  recorded: { state: string; httpStatus?: number | null; totalTokens?: number | null };
};

const failed = { state: "failed", totalTokens: null };

const faults: Fault[] = [
  {
    fault: "never answers",
    script: () => new Promise(() => {}),
    told: { status: 504, code: "upstream_timeout" },
    recorded: failed,
  },
  {
    fault: "closes without an answer",
    script: (_request, _response, incoming) => void incoming.socket.end(),
    told: { status: 502, code: "upstream_unreachable" },
    recorded: failed,
  },
  {
    fault: "resets the connection",
    script: (_request, _response, incoming) => void incoming.socket.resetAndDestroy(),
    told: { status: 502, code: "upstream_unreachable" },
    recorded: failed,
  },
  {
    fault: "speaks something else than HTTP",
    script: (_request, _response, incoming) => void incoming.socket.end("SSH-2.0-OpenSSH_9.9\r\n\0\0\0garbage"),
    told: { status: 502, code: "upstream_unreachable" },
    recorded: failed,
  },
  {
    fault: "sends headers that are no headers",
    script: (_request, _response, incoming) => void incoming.socket.end("HTTP/1.1 200 OK\r\nno colon here\r\n\r\n"),
    told: { status: 502, code: "upstream_unreachable" },
    recorded: failed,
  },
  {
    fault: "sends half of an answer and closes",
    script: async (_request, response, incoming) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": body.length * 2 });
      response.write(body, () => incoming.socket.end());
    },
    told: { status: 502, code: "upstream_unreachable" },
    recorded: failed,
  },
  {
    fault: "refuses (400) with half of an answer and closes",
    script: async (_request, response, incoming) => {
      response.writeHead(400, { "content-type": "application/json", "content-length": body.length * 2 });
      response.write(body, () => incoming.socket.end());
    },
    told: { status: 502, code: "upstream_unreachable" },
    recorded: failed,
  },
  {
    fault: "stops in the middle of an answer",
    script: (_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": body.length * 2 });
      response.write(body);
    },
    told: { status: 504, code: "upstream_timeout" },
    recorded: failed,
  },
  {
    fault: "sends chunks with a wrong length",
    script: (_request, _response, incoming) =>
      void incoming.socket.end("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nnonsense\r\n0\r\n\r\n"),
    told: { status: 502, code: "upstream_unreachable" },
    recorded: failed,
  },
  {
    fault: "breaks off a stream before its first event",
    stream: true,
    script: async (_request, response, incoming) => {
      response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
      await got.headers.promise;
      incoming.socket.resetAndDestroy();
    },
    told: { status: 200, whole: false },
    recorded: failed,
  },
  {
    fault: "breaks off a stream in one packet with its head",
    stream: true,
    script: (_request, _response, incoming) =>
      void incoming.socket.end(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
      ),
    told: { status: 200, whole: false },
    recorded: failed,
  },
  {
    fault: "breaks off a stream in its middle",
    stream: true,
    script: async (_request, response, incoming) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvent("m", { content: "one two three four" }));
      await got.piece.promise;
      incoming.socket.resetAndDestroy();
    },
    told: { status: 200, whole: false },
    recorded: { state: "settled", httpStatus: 200 },
  },
  {
    fault: "falls silent in the middle of a stream",
    stream: true,
    script: (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(chatEvent("m", { content: "one two three four" }));
    },
    told: { status: 200, whole: false },
    recorded: { state: "settled", httpStatus: 200 },
  },
  {
    fault: "sends a stream of garbage",
    stream: true,
    script: async (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(Buffer.from([0xff, 0xfe, 0, 0x0a, 0x0a]));
      response.write("data: {not json\n\ndata: [1,2\n\nevent: \0\n\n");
      response.end();
      await once(response, "finish");
    },
    told: { status: 200, whole: true },
    recorded: { state: "settled", httpStatus: 200 },
  },
  {
    fault: "is overloaded (529)",
    script: json(529, { error: { message: "Overloaded" } }, { "retry-after": "7" }),
    told: { status: 529 },
    recorded: { state: "failed", httpStatus: 529, totalTokens: null },
  },
  {
    fault: "limits the agency (429)",
    script: json(429, { error: { message: "Slow down" } }, { "retry-after": "7" }),
    told: { status: 429 },
    recorded: { state: "settled", httpStatus: 429, totalTokens: 0 },
  },
];

test.each(faults)("a provider that $fault: the client is told, and the call is settled once", async (given) => {
  const { fault, script, stream = false, told, recorded } = given;
  const model = `gpt-${fault.replaceAll(/\W+/g, "-")}`;
  installation.upstream.on(model, script);
  const client = await createClient(installation.server);

  expect(await call(client, model, stream)).toMatchObject({ whole: true, ...told });
  await eventually(async () => expect(await requestsOf(installation.server, client)).toMatchObject([recorded]));
  expect(installation.upstream.requestsFor(model)).toHaveLength(1);
  expect((await call(client, "gpt-well")).status).toBe(200);
});

test("a provider that sends callers elsewhere is not followed: what is there gets neither the credential nor anything else", async () => {
  const { upstream, server } = installation;
  const elsewhere = new ScriptedUpstream();
  await elsewhere.start();
  const client = await createClient(server);
  for (const status of [301, 302, 303, 307, 308]) {
    upstream.on(`gpt-moved-${status}`, json(status, {}, { location: `${elsewhere.url}/v1/chat/completions` }));
    expect(await call(client, `gpt-moved-${status}`)).toMatchObject({ status: 502, code: "upstream_unreachable" });
  }
  expect(elsewhere.received).toEqual([]);
  await elsewhere.stop();
  await eventually(async () => {
    const rows = await requestsOf(server, client);
    expect(rows.map(({ state }) => state)).toEqual(["failed", "failed", "failed", "failed", "failed"]);
  });
});

test("a provider's own limits reach the client as the time to wait, and not as the agency's numbers", async () => {
  const ours = {
    "x-ratelimit-remaining-requests": "4321",
    "x-ratelimit-limit-tokens": "987654",
    "anthropic-ratelimit-tokens-remaining": "4321",
    "anthropic-organization-id": "org-canary",
    "openai-organization": "org-canary",
  };
  installation.upstream.on(
    "gpt-limited",
    json(429, { error: { message: "Slow down" } }, { ...ours, "retry-after": "7" }),
  );
  const client = await createClient(installation.server, { plan: { dailyTokenLimit: 100_000 } });
  const { headers } = await call(client, "gpt-limited");
  expect(headers.get("retry-after")).toBe("7");
  expect(headers.get("x-ratelimit-limit-tokens")).toBe("100000");
  expect(JSON.stringify([...headers])).not.toMatch(/4321|987654|canary/);
});

test("after all of them the ledger is clean", async () => {
  await eventually(async () => {
    const { rows } = await pool.query("select from usage_record where state = 'admitted'");
    expect(rows).toEqual([]);
  });
  expect((await auditLedger(pool)).drifts).toEqual([]);
});
