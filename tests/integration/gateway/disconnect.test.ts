import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { countTokens } from "@/lib/metering/estimate";
import type { DialectName } from "@/lib/providers/types";
import type { Vendor } from "@/lib/providers/vendors";
import { api } from "../../api";
import { eventually } from "../../eventually";
import { chatEvent } from "../../fixtures/scripted-upstream";
import { type GatewayClient, ledgerOf, makeClient, useGateway } from "../../gateway";

const { upstream, post, addProvider } = useGateway();

const words = "Once upon a time there was a client that did not wait for the end of its story".split(" ");
/** What the provider reports at the end of the stream. */
const reported = { input: 12, output: 60 };

type Sample = {
  vendor: Vendor;
  path: string;
  body: object;
  word(text: string, index: number): string;
  begin: string;
  end: string;
};

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const geminiEvent = (text: string, output: number) =>
  `data: ${JSON.stringify({
    candidates: [{ content: { parts: [{ text }], role: "model" } }],
    usageMetadata: {
      promptTokenCount: reported.input,
      candidatesTokenCount: output,
      totalTokenCount: reported.input + output,
    },
  })}\r\n\r\n`;

/** One stream of each dialect, as its wire format has it. */
const samples: Record<DialectName, Sample> = {
  openai: {
    vendor: "openai",
    path: "/v1/chat/completions",
    body: { model: "story", stream: true, messages: [{ role: "user", content: "Tell a story." }] },
    begin: chatEvent("story", { role: "assistant", content: "" }),
    word: (content) => chatEvent("story", { content }),
    end: `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: reported.input, completion_tokens: reported.output } })}\n\ndata: [DONE]\n\n`,
  },
  anthropic: {
    vendor: "anthropic",
    path: "/v1/messages",
    body: { model: "story", stream: true, max_tokens: 500, messages: [{ role: "user", content: "Tell a story." }] },
    begin:
      event("message_start", {
        message: { model: "story", usage: { input_tokens: reported.input, output_tokens: 1 } },
      }) + event("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
    word: (text) => event("content_block_delta", { index: 0, delta: { type: "text_delta", text } }),
    end:
      event("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: reported.output } }) +
      event("message_stop", {}),
  },
  gemini: {
    vendor: "gemini",
    path: "/v1beta/models/story:streamGenerateContent?alt=sse",
    body: { model: "story", contents: [{ role: "user", parts: [{ text: "Tell a story." }] }] },
    begin: geminiEvent("", 0),
    word: (text, index) => geminiEvent(text, index + 1),
    end: geminiEvent("", reported.output),
  },
};

const served = Object.keys(samples) as DialectName[];
const positions = { first: 1, middle: Math.floor(words.length / 2), last: words.length };

beforeAll(async () => {
  for (const name of served) await addProvider({ slug: `${name}-stories`, vendor: samples[name].vendor });
});

afterAll(() => setPolicy({ disconnectPolicy: "abort", drainSeconds: 60 }));

async function setPolicy(settings: { disconnectPolicy: "abort" | "drain"; drainSeconds?: number }): Promise<void> {
  expect((await api("PATCH", "/api/admin/settings", { body: settings })).status).toBe(200);
}

/** Begins a stream and hangs up when so many words have come. `goesOn`: the provider sends the rest; else it waits to be cut off. */
async function hangUp(client: GatewayClient, name: DialectName, { after, goesOn }: { after: number; goesOn: boolean }) {
  const { begin, word, end, path, body } = samples[name];
  const left = Promise.withResolvers<void>();
  const cutOff = vi.fn();
  const ended = Promise.withResolvers<void>();
  upstream.on("story", async (_request, response) => {
    response.once("close", () => {
      if (!response.writableFinished) cutOff();
      ended.resolve();
    });
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(
      begin +
        words
          .slice(0, after)
          .map((each, index) => word(`${each} `, index))
          .join(""),
    );
    await left.promise;
    if (goesOn)
      response.end(
        words
          .slice(after)
          .map((each, index) => word(`${each} `, after + index))
          .join("") + end,
      );
  });

  const leaving = new AbortController();
  const answer = await post(client, `/${name}-stories${path}`, body, { signal: leaving.signal });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  for (let text = ""; !text.includes(words[after - 1] as string); ) {
    const { value } = await reader.read();
    text += Buffer.from(value ?? []).toString();
  }
  leaving.abort();
  left.resolve();
  await ended.promise;
  return { wasCutOff: cutOff.mock.calls.length > 0 };
}

async function settledRecord(client: GatewayClient) {
  return await eventually(async () => {
    const [record] = await ledgerOf(client);
    expect(record?.state).toBe("settled");
    return record;
  });
}

describe.each(served)("a client of the dialect %s that hangs up in mid-stream", (name) => {
  describe.each(Object.entries(positions))("at the %s chunk", (_position, after) => {
    test("has the provider cut off, and what was delivered is counted as an estimate", async () => {
      await setPolicy({ disconnectPolicy: "abort" });
      const client = await makeClient();
      expect(await hangUp(client, name, { after, goesOn: false })).toEqual({ wasCutOff: true });

      const record = await settledRecord(client);
      const delivered = words
        .slice(0, after)
        .map((word) => `${word} `)
        .join("");
      expect(record).toMatchObject({ estimated: true, output_tokens: await countTokens(delivered) });
      expect(record?.input_tokens).toBeGreaterThan(0);
    });

    test("has the answer read to its end where the agency wants the exact number", async () => {
      await setPolicy({ disconnectPolicy: "drain", drainSeconds: 60 });
      const client = await makeClient();
      expect(await hangUp(client, name, { after, goesOn: true })).toEqual({ wasCutOff: false });
      expect(await settledRecord(client)).toMatchObject({
        estimated: false,
        input_tokens: reported.input,
        output_tokens: reported.output,
      });
    });
  });

  test("keeps a provider that never ends no longer than the agency allows", async () => {
    await setPolicy({ disconnectPolicy: "drain", drainSeconds: 1 });
    const client = await makeClient();
    const began = performance.now();
    expect(await hangUp(client, name, { after: 3, goesOn: false })).toEqual({ wasCutOff: true });
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(await settledRecord(client)).toMatchObject({
      estimated: true,
      output_tokens: await countTokens("Once upon a "),
    });
  });
});

test("a client that hangs up before the first byte has its answer read to the end too", async () => {
  await setPolicy({ disconnectPolicy: "drain", drainSeconds: 60 });
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const { begin, end, body } = samples.openai;
  upstream.on("story", async (_request, response) => {
    asked.resolve();
    await left.promise;
    // Time in which the gateway could notice that the client has left, and give up.
    await delay(100);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(begin + end);
    await once(response, "close");
  });
  const client = await makeClient();
  const leaving = new AbortController();
  const answer = post(client, "/openai/v1/chat/completions", body, { signal: leaving.signal });
  await asked.promise;
  leaving.abort();
  await expect(answer).rejects.toThrow();
  left.resolve();
  expect(await settledRecord(client)).toMatchObject({ estimated: false, output_tokens: reported.output });
});
