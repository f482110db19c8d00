import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { LLMock } from "@copilotkit/aimock";
import { conversations, countRoughly } from "./conversations";

const shortestMs = 180;
const longestMs = 900;
const failureShare = 0.01;

export type MockedProviders = { url: string; port: number; stop(): Promise<void> };

/** The providers of the demo: an independent mock of their wire protocols, which answers in its own time. */
export async function startProviders(port: number): Promise<MockedProviders> {
  const mock = await start(port).catch(() => start(0));
  for (const { question, answer } of conversations) {
    const usage = usageOf(question, answer);
    mock.onMessage(
      question,
      async ({ stream }) => {
        if (!stream) await delay(shortestMs + Math.random() * (longestMs - shortestMs));
        if (Math.random() < failureShare)
          return {
            error: { message: "The engine is currently overloaded, please try again later.", type: "server_error" },
            status: 503,
          };
        return { content: answer, usage };
      },
      { streamingProfile: { ttft: 280, tps: 45, jitter: 0.4 } },
    );
  }
  mock.onMessage(/./, ({ messages }) => {
    const text = messages.map(({ content }) => (typeof content === "string" ? content : "")).join(" ");
    const content = "This answer comes from the demo's mocked provider, whatever you ask.";
    return { content, usage: usageOf(text, content) };
  });
  return { url: mock.url, port: mock.port, stop: () => mock.stop() };
}

async function start(port: number): Promise<LLMock> {
  const mock = new LLMock({ port, host: "127.0.0.1", logLevel: "silent", chunkSize: 12, journalMaxEntries: 100 });
  mock.mount("/v1/embeddings", { handleRequest: answerEmbeddings });
  await mock.start();
  return mock;
}

/** The mock's own embeddings tell of no tokens. */
async function answerEmbeddings(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { input, model } = (await json(request)) as { input: string; model: string };
  const tokens = countRoughly(input);
  const embedding = Array.from({ length: 16 }, (_, index) => Math.sin(index));
  const data = [{ object: "embedding", index: 0, embedding }];
  const usage = { prompt_tokens: tokens, total_tokens: tokens };
  await delay(shortestMs * Math.random());
  response.setHeader("content-type", "application/json").end(JSON.stringify({ object: "list", model, data, usage }));
  return true;
}

function usageOf(question: string, answer: string) {
  const [asked, answered] = [countRoughly(question) + 40, countRoughly(answer)];
  return { prompt_tokens: asked, completion_tokens: answered, total_tokens: asked + answered };
}
