import { once } from "node:events";
import { Agent, createServer, request as httpRequest, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { drain, OpenRequests } from "@/lib/launch/drain";

/** More than the system's buffers take. */
const largeBytes = 30_000_000;

let server: Server;
let port: number;
let requests: OpenRequests;
let waiting: ServerResponse[];
const agent = new Agent({ keepAlive: true });

beforeEach(async () => {
  requests = new OpenRequests();
  waiting = [];
  server = createServer(
    requests.track(async (request, response) => {
      if (request.url === "/quick") return void response.end("done");
      if (request.url === "/large") return void response.end(Buffer.alloc(largeBytes));
      response.write("begun");
      waiting.push(response);
      await once(response, "close");
    }),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterEach(() => {
  agent.destroy();
  server.closeAllConnections();
});

test("an answer that has begun is finished, and only then the server is drained", async () => {
  const answer = get("/slow");
  await begun();
  let drained = false;
  const draining = drain({ server, requests, timeoutMs: 60_000 }).then(() => {
    drained = true;
  });
  await expect(get("/quick")).rejects.toThrow("ECONNREFUSED");
  expect(drained).toBe(false);

  waiting[0]?.end(", ended");
  expect(await answer).toBe("begun, ended");
  await draining;
  expect(requests.size).toBe(0);
});

test("an answer that takes longer than it may is cut off", async () => {
  const answer = get("/slow");
  await begun();
  const broken = expect(answer).rejects.toThrow("aborted");
  await drain({ server, requests, timeoutMs: 20 });
  await broken;
  expect(requests.size).toBe(0);
});

test("an answer that is written is still sent in full to a client that reads slowly", async () => {
  const [response] = await once(httpRequest({ host: "127.0.0.1", port, path: "/large", agent }).end(), "response");
  const draining = drain({ server, requests, timeoutMs: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  expect(bytes).toBe(largeBytes);
  await draining;
});

test("an idle connection does not hold the server", async () => {
  expect(await get("/quick")).toBe("done");
  const closed = once(server, "close");
  await drain({ server, requests, timeoutMs: 60_000 });
  await closed;
});

async function begun(): Promise<void> {
  await expect.poll(() => waiting.length).toBe(1);
}

async function get(path: string): Promise<string> {
  const [response] = await once(httpRequest({ host: "127.0.0.1", port, path, agent }).end(), "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return text;
}
