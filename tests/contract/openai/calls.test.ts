import { describe, expect, test } from "vitest";
import { answerText, json } from "../../fixtures/scripted-upstream";
import { createClient, requestsOf } from "../installation";
import { messages, onBothLanes } from "./both-lanes";

onBothLanes((lane) => {
  describe("calls by the official SDK", () => {
    test("a plain chat completion is answered as the provider answered, and its tokens are on record", async () => {
      const client = await createClient(lane.installation.server);
      const answer = await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });

      expect(answer.choices[0]?.message.content).toBe(answerText);
      const [record] = await requestsOf(lane.installation.server, client);
      expect(record).toMatchObject({
        apiKeyId: client.keyId,
        apiKeyName: "Website",
        source: "apikey",
        provider: "openai",
        endpoint: "chat/completions",
        model: "gpt-4o-mini",
        state: "settled",
        httpStatus: 200,
        stream: false,
        inputTokens: 12,
        outputTokens: 10,
        totalTokens: 22,
        estimated: false,
      });
      expect(record?.costMicroUsd).toBeGreaterThan(0);
    });

    test("a stream arrives as the provider sent it, without the usage chunk that the client did not ask for", async () => {
      const client = await createClient(lane.installation.server);
      const stream = await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages, stream: true });
      const chunks = await Array.fromAsync(stream);

      expect(
        chunks
          .map((chunk) => chunk.choices[0]?.delta.content ?? "")
          .join("")
          .trim(),
      ).toBe(answerText);
      expect(chunks.every((chunk) => chunk.choices.length === 1)).toBe(true);
      const [record] = await requestsOf(lane.installation.server, client);
      expect(record).toMatchObject({
        stream: true,
        state: "settled",
        inputTokens: 12,
        outputTokens: 10,
        estimated: false,
      });
    });

    test("a client that asks for the usage chunk gets it", async () => {
      const client = await createClient(lane.installation.server);
      const stream = await lane.sdk(client).chat.completions.create({
        model: "gpt-4o-mini",
        messages,
        stream: true,
        stream_options: { include_usage: true },
      });
      const chunks = await Array.fromAsync(stream);
      expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 22 });
    });

    test("completions, responses and embeddings are metered by what they report", async () => {
      const client = await createClient(lane.installation.server);
      lane.installation.upstream.on(
        "text-embedding-3-small",
        json(200, {
          object: "list",
          data: [{ object: "embedding", index: 0, embedding: [0.1] }],
          model: "text-embedding-3-small",
          usage: { prompt_tokens: 8, total_tokens: 8 },
        }),
      );
      lane.installation.upstream.on(
        "gpt-responses",
        json(200, {
          id: "resp_1",
          object: "response",
          model: "gpt-responses",
          status: "completed",
          output: [{ type: "message", content: [{ type: "output_text", text: "Hi" }] }],
          usage: {
            input_tokens: 30,
            input_tokens_details: { cached_tokens: 20 },
            output_tokens: 9,
            output_tokens_details: { reasoning_tokens: 4 },
            total_tokens: 39,
          },
        }),
      );
      lane.installation.upstream.on(
        "gpt-3.5-turbo-instruct",
        json(200, {
          id: "cmpl",
          object: "text_completion",
          model: "gpt-3.5-turbo-instruct",
          choices: [{ text: "Hi", index: 0 }],
          usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
        }),
      );
      const openai = lane.sdk(client);
      await openai.embeddings.create({ model: "text-embedding-3-small", input: "Say hello." });
      await openai.responses.create({ model: "gpt-responses", input: "Say hello." });
      await openai.completions.create({ model: "gpt-3.5-turbo-instruct", prompt: "Say hello." });

      const records = await requestsOf(lane.installation.server, client);
      expect(records.map(({ endpoint, inputTokens, outputTokens }) => [endpoint, inputTokens, outputTokens])).toEqual([
        ["completions", 5, 2],
        ["responses", 30, 9],
        ["embeddings", 8, 0],
      ]);
      expect(records[1]).toMatchObject({ cachedInputTokens: 20, totalTokens: 39 });
    });

    test("the model list passes without counting, also for an exhausted key", async () => {
      const client = await createClient(lane.installation.server, { plan: { dailyTokenLimit: 0 } });
      const response = await fetch(`${lane.installation.server.url}/api/proxy/openai/v1/models`, {
        headers: { authorization: `Bearer ${client.secret}` },
      });
      expect(response.status).toBe(200);
      expect(await requestsOf(lane.installation.server, client)).toEqual([]);
    });

    test("/api/proxy/v1 goes to the default provider", async () => {
      const client = await createClient(lane.installation.server);
      const answer = await lane
        .sdk(client, "/api/proxy/v1")
        .chat.completions.create({ model: "gpt-4o-mini", messages });
      expect(answer.choices[0]?.message.content).toBe(answerText);
    });
  });
});
