import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { cutUsage, type Delivery, learnReasoning, nothing } from "@/lib/gateway/count-delivered";
import type { UsageReport } from "@/lib/providers/types";

const callOf = (asksForReasoning: boolean, model: string): Delivery => ({
  upstream: { slug: "openai" },
  endpoint: { name: "responses" },
  facts: {
    model,
    stream: true,
    text: "",
    inputTokens: 1,
    mediaTokens: 0,
    outputBound: null,
    asksForReasoning,
  } as Delivery["facts"],
  outputCap: null,
});
const seen: UsageReport = { usage: null, isPartial: false, model: null, text: "", textLength: 0, failed: false };
const reasoned = { ...nothing, outputTokens: 500, reasoningTokens: 500 };
const timing = { latencyMs: 1_000, answerBeganMs: 1_000 };

/** The output of one that is cut off after a second without a word. */
async function cut(call: Delivery): Promise<number> {
  return (await cutUsage(call, seen, timing)).outputTokens;
}

test("a stream that is cut off is told from those that asked for reasoning too, or did not too", async () => {
  const model = randomUUID();
  learnReasoning(callOf(true, model), { usage: reasoned, report: seen, timing });
  expect(await cut(callOf(true, model))).toBe(500);
  expect(await cut(callOf(false, model))).toBe(0);
});

test("nothing is learned of an answer whose reasoning went on after its beginning", async () => {
  const model = randomUUID();
  const unknown = await cut(callOf(true, model));
  const report = { ...seen, reasoning: { shownLength: 0, isShown: false, sealedTokens: 0, isResumed: true as const } };
  learnReasoning(callOf(true, model), { usage: reasoned, report, timing: { latencyMs: 1_000, answerBeganMs: 1 } });
  expect(await cut(callOf(true, model))).toBe(unknown);
});
