import type { APIError } from "openai";
import { describe, expect, test } from "vitest";
import { answerText, chatEvent, json } from "../../fixtures/scripted-upstream";
import { createClient, quotaOf, requestsOf } from "../installation";
import { messages, onBothLanes } from "./both-lanes";

onBothLanes((lane) => {
  describe("when the provider fails", () => {
    test.each([
      { status: 400, state: "settled" },
      { status: 429, state: "settled" },
      { status: 500, state: "failed" },
      { status: 529, state: "failed" },
    ])("its $status passes through as it is, and the call is $state without tokens", async ({ status, state }) => {
      const client = await createClient(lane.installation.server);
      const body = { error: { message: "from the provider", type: "x", param: null, code: "y" } };
      lane.installation.upstream.on(`gpt-${status}`, json(status, body, { "retry-after": "7" }));
      const response = await lane.post(
        client,
        "/v1/chat/completions",
        JSON.stringify({ model: `gpt-${status}`, messages }),
      );
      expect(response.status).toBe(status);
      expect(response.headers.get("retry-after")).toBe("7");
      expect(await response.json()).toEqual(body);
      const [record] = await requestsOf(lane.installation.server, client);
      expect(record).toMatchObject({ state, httpStatus: status });
      expect(record?.totalTokens ?? 0).toBe(0);
    });

    test("a connection that breaks before any output costs the client nothing and answers 502", async () => {
      const client = await createClient(lane.installation.server, { plan: { dailyTokenLimit: 5_000 } });
      lane.installation.upstream.on("gpt-reset", (_request, response) => void response.destroy());
      const told = lane.sdk(client).chat.completions.create({ model: "gpt-reset", messages });
      await expect(told).rejects.toMatchObject({ status: 502, code: "upstream_unreachable" });
      const { headers } = (await told.catch((error: unknown) => error)) as APIError;
      expect(headers?.get("x-ratelimit-limit-tokens")).toBe("5000");
      expect((await requestsOf(lane.installation.server, client))[0]).toMatchObject({ state: "failed" });
      expect(
        (await quotaOf(lane.installation.server, client)).every(({ used, reserved }) => used === 0 && reserved === 0),
      ).toBe(true);
    });

    test("a stream that breaks half-way is settled by what came, and is not passed off as complete", async () => {
      const client = await createClient(lane.installation.server);
      lane.installation.upstream.on("gpt-half", (_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(chatEvent("gpt-half", { content: "half of an answer" }), () => response.destroy());
      });
      const stream = await lane.sdk(client).chat.completions.create({ model: "gpt-half", messages, stream: true });
      await expect(Array.fromAsync(stream)).rejects.toThrow();
      expect((await requestsOf(lane.installation.server, client))[0]).toMatchObject({
        state: "settled",
        estimated: true,
      });
    });

    test("an answer without usage is counted by a tokenizer and marked as an estimate", async () => {
      const client = await createClient(lane.installation.server);
      lane.installation.upstream.on(
        "gpt-silent",
        json(200, {
          model: "gpt-silent",
          choices: [{ index: 0, message: { role: "assistant", content: answerText } }],
        }),
      );
      await lane.sdk(client).chat.completions.create({ model: "gpt-silent", messages });
      const [record] = await requestsOf(lane.installation.server, client);
      expect(record).toMatchObject({ state: "settled", estimated: true, outputTokens: 10, costMicroUsd: null });
    });
  });
});
