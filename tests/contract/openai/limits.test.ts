import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { completion } from "../../fixtures/scripted-upstream";
import { admin } from "../../server";
import { createClient, quotaOf, requestsOf } from "../installation";
import { messages, onBothLanes } from "./both-lanes";

onBothLanes((lane) => {
  describe("what binds", () => {
    test("an override of 0 refuses the next call as a used-up quota, and taking it back lets the next one pass", async () => {
      const client = await createClient(lane.installation.server);
      await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await admin(lane.installation.server, "PATCH", `/tenants/${client.tenantId}`, {
        dailyTokenLimit: 0,
        dailyTokenLimitReason: "invoice open",
      });

      const refusal = await lane
        .sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OpenAI.RateLimitError);
      const { code, type, status, message, headers } = refusal as InstanceType<typeof OpenAI.APIError>;
      expect({ code, type, status }).toEqual({ code: "insufficient_quota", type: "insufficient_quota", status: 429 });
      expect(message).toContain(
        "You exceeded your current quota: the daily token limit of this client is set to 0. No call is let through until it is raised.",
      );
      expect(headers?.get("x-should-retry")).toBe("false");
      expect(Number(headers?.get("retry-after") ?? 0)).toBeLessThanOrEqual(60);

      await admin(lane.installation.server, "PATCH", `/tenants/${client.tenantId}`, { dailyTokenLimit: null });
      await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      expect(await requestsOf(lane.installation.server, client)).toHaveLength(2);
    });

    test("a revoked key is refused from the next call on, and keeps its name in history", async () => {
      const client = await createClient(lane.installation.server);
      await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await admin(lane.installation.server, "POST", `/tenants/${client.tenantId}/keys/${client.keyId}/revocation`);

      const refusal = await lane
        .sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(OpenAI.AuthenticationError);
      const [record] = await requestsOf(lane.installation.server, client);
      expect(record).toMatchObject({ apiKeyId: client.keyId, apiKeyName: "Website" });
    });

    test("a suspended client is refused with 403, and resumed at once", async () => {
      const client = await createClient(lane.installation.server);
      await admin(lane.installation.server, "PATCH", `/tenants/${client.tenantId}`, { status: "suspended" });
      const refusal = await lane
        .sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ status: 403, code: "tenant_suspended" });

      await admin(lane.installation.server, "PATCH", `/tenants/${client.tenantId}`, { status: "active" });
      await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
    });

    test("a client that is deleted has its keys refused from the next call on, and back with it they work again", async () => {
      const { server, upstream } = lane.installation;
      const client = await createClient(server);
      const call = () => lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await call();
      await admin(server, "DELETE", `/tenants/${client.tenantId}`);
      const sent = upstream.received.length;
      await expect(call()).rejects.toMatchObject({ status: 403, code: "tenant_suspended" });
      expect(upstream.received).toHaveLength(sent);

      await admin(server, "POST", `/tenants/${client.tenantId}/restoration`);
      await call();
      expect(await requestsOf(server, client)).toHaveLength(2);
    });

    test("a plan that is lowered below what is used blocks at once", async () => {
      const client = await createClient(lane.installation.server, { plan: { dailyRequestLimit: 10 } });
      await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await admin(lane.installation.server, "PATCH", `/plans/${client.planId}`, { dailyRequestLimit: 1 });
      await expect(lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages })).rejects.toMatchObject({
        code: "insufficient_quota",
      });
      expect(
        (await quotaOf(lane.installation.server, client)).find(
          ({ metric, window }) => metric === "requests" && window === "day",
        ),
      ).toMatchObject({ cap: 1, used: 1, remaining: 0 });
    });

    test("200 calls at once on a limit of 20 requests give 20 answers, and only those reach the provider", async () => {
      const client = await createClient(lane.installation.server, { plan: { dailyRequestLimit: 20 } });
      lane.installation.upstream.on("gpt-crowd", completion({ inputTokens: 1, outputTokens: 1 }));
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, () =>
          lane
            .post(client, "/v1/chat/completions", JSON.stringify({ model: "gpt-crowd", messages, max_tokens: 5 }))
            .then(({ status }) => status),
        ),
      );
      expect(outcomes.filter((status) => status === 200)).toHaveLength(20);
      expect(outcomes.filter((status) => status === 429)).toHaveLength(180);
      expect(lane.installation.upstream.requestsFor("gpt-crowd")).toHaveLength(20);
    });

    test("a rate per minute is refused as a rate limit that may be tried again within the minute", async () => {
      const client = await createClient(lane.installation.server, { key: { requestsPerMinute: 1 } });
      await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      const refusal = await lane
        .sdk(client)
        .chat.completions.create({ model: "gpt-4o-mini", messages })
        .catch((error: unknown) => error);
      expect(refusal).toMatchObject({ status: 429, code: "rate_limit_exceeded" });
      const retryAfter = Number((refusal as InstanceType<typeof OpenAI.APIError>).headers?.get("retry-after"));
      expect(retryAfter).toBeGreaterThanOrEqual(1);
      expect(retryAfter).toBeLessThanOrEqual(60);
    });

    test("only allowed models pass", async () => {
      const client = await createClient(lane.installation.server, { plan: { allowedModels: ["gpt-4o*"] } });
      await lane.sdk(client).chat.completions.create({ model: "gpt-4o-mini", messages });
      await expect(lane.sdk(client).chat.completions.create({ model: "o1-pro", messages })).rejects.toMatchObject({
        status: 403,
        code: "model_not_allowed",
      });
    });

    test("every answer tells the limits, and they go down", async () => {
      const client = await createClient(lane.installation.server, {
        plan: { dailyTokenLimit: 10_000, requestsPerMinute: 30 },
      });
      const remaining: number[] = [];
      for (let index = 0; index < 3; index++) {
        const response = await lane.post(
          client,
          "/v1/chat/completions",
          JSON.stringify({ model: "gpt-4o-mini", messages, max_tokens: 10 }),
        );
        expect(response.headers.get("x-ratelimit-limit-tokens")).toBe("10000");
        expect(response.headers.get("x-ratelimit-limit-requests")).toBe("30");
        expect(response.headers.get("x-ratelimit-reset-tokens")).toMatch(/^(\d+m)?\d+s$/);
        expect(response.headers.get("ratelimit")).toContain("client-tokens-day");
        expect(response.headers.get("x-request-id")).toBeTruthy();
        remaining.push(Number(response.headers.get("x-ratelimit-remaining-tokens")));
      }
      expect(remaining[1]).toBeLessThan(remaining[0] as number);
      expect(remaining[2]).toBeLessThan(remaining[1] as number);
    });
  });
});
