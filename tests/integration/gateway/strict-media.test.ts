import fc from "fast-check";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/client";
import { json, type Script } from "../../fixtures/scripted-upstream";
import { ledgerOf, makeClient, useGateway } from "../../gateway";
import { counterOf } from "../../metering";

const { upstream, post } = useGateway();

const model = "gpt-image-1";
const table = { low: [272, 408], medium: [1_056, 1_584], high: [4_160, 6_240] };

/** A provider that takes what it may: each byte of the request is a token, and each picture the dearest that was asked for. */
const greedy: Script = (request, response, incoming) => {
  const { n, quality, size, partial_images: partial } = JSON.parse(request.body);
  const [square, oblong] = table[(quality ?? "high") as keyof typeof table] as [number, number];
  const each = (size === "1024x1024" ? square : oblong) + 100 * (partial ?? 0);
  const usage = { input_tokens: Buffer.byteLength(request.body), output_tokens: each * Math.max(1, n ?? 1) };
  json(200, { data: [], usage })(request, response, incoming);
};

const pictures = fc.record(
  {
    prompt: fc.string({ unit: "grapheme", maxLength: 300 }),
    n: fc.integer({ min: 0, max: 10 }),
    quality: fc.constantFrom("low", "medium", "high"),
    size: fc.constantFrom("1024x1024", "1536x1024"),
    partial_images: fc.integer({ min: 0, max: 3 }),
  },
  { requiredKeys: ["prompt"] },
);

test("no mix of pictures passes a limit by a token", async () => {
  upstream.on(model, greedy);
  const rounds = fc.sample(fc.array(pictures, { minLength: 40, maxLength: 40 }), { numRuns: 3, seed: 7 });
  for (const [round, asked] of rounds.entries()) {
    const limit = 60_000 + round * 50_000;
    const client = await makeClient({ strict: true, dailyTokenLimit: limit });
    const statuses = await Promise.all(
      asked.map(async (body) => (await post(client, "/openai/v1/images/generations", { model, ...body })).status),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    for (const { input_tokens: input, output_tokens: output, reserved_tokens: reserved } of await ledgerOf(client))
      expect(Number(input) + Number(output)).toBeLessThanOrEqual(reserved);
    expect((await counterOf(pool(), client.tenantId, "day")).tokens_used).toBeLessThanOrEqual(limit);
  }
});

test("what nobody can bound is refused with what to do instead, and nothing is sent", async () => {
  const client = await makeClient({ strict: true, dailyTokenLimit: 1_000_000 });
  const answer = await post(client, "/openai/v1/images/generations", { model: "gpt-image-2", prompt: "A circle" });
  expect(answer.status).toBe(400);
  expect((await answer.json()).error.message).toContain("Of `gpt-image-1` and `gpt-image-1-mini` they are.");
  expect(upstream.requestsFor("gpt-image-2")).toEqual([]);
});

test("speech counts as a request alone", async () => {
  const client = await makeClient({ strict: true, dailyTokenLimit: 10, dailyRequestLimit: 1 });
  upstream.on("tts-1", (_request, response) => {
    response.writeHead(200, { "content-type": "audio/mpeg" });
    response.end(Buffer.alloc(2_000));
  });
  const speak = () => post(client, "/openai/v1/audio/speech", { model: "tts-1", input: "Hello", voice: "alloy" });
  expect((await speak()).status).toBe(200);
  expect(await ledgerOf(client)).toMatchObject([{ input_tokens: 0, output_tokens: 0, reserved_tokens: 0 }]);
  expect((await speak()).status).toBe(429);
});
