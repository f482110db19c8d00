import { expect, test } from "vitest";
import { metrics } from "@/lib/health/metrics";

const usage = { inputTokens: 12, outputTokens: 10, cachedInputTokens: 4, cacheWriteTokens: null, reasoningTokens: 2 };

/** All that is counted for one plain call that passes. */
function countCall(): void {
  metrics().admitted(0.8);
  metrics().answered(200, null);
  metrics().ended({ provider: "openai", outcome: "answered", usage, upstreamMs: 740, firstByteMs: 310 });
}

async function readValue(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const metric = await metrics().registry.getSingleMetric(name)?.get();
  return metric?.values.find((each) =>
    Object.entries(labels).every(([label, value]) => (each.labels as Record<string, unknown>)[label] === value),
  )?.value;
}

test("a call is counted with its tokens by kind; what the provider did not say is no series", async () => {
  countCall();
  countCall();
  expect(await readValue("sluice_answers_total", { status: "200" })).toBe(2);
  expect(await readValue("sluice_calls_total", { provider: "openai", outcome: "answered" })).toBe(2);
  expect(await readValue("sluice_tokens_total", { kind: "input" })).toBe(24);
  expect(await readValue("sluice_tokens_total", { kind: "reasoning" })).toBe(4);
  expect(await readValue("sluice_tokens_total", { kind: "cache_write" })).toBeUndefined();
  expect(await readValue("sluice_upstream_seconds", { provider: "openai", le: "1" })).toBe(2);
  expect(await readValue("sluice_upstream_seconds", { provider: "openai", le: "0.5" })).toBe(0);
});

test("a refusal is counted by what stood in the way", async () => {
  metrics().answered(429, "tokens_day_tenant");
  expect(await readValue("sluice_refusals_total", { reason: "tokens_day_tenant" })).toBe(1);
  expect(await readValue("sluice_answers_total", { status: "429" })).toBe(1);
});

test("what is watched is read when it is asked for", async () => {
  let depth = 3;
  metrics().watch("test_depth", "A depth.", () => depth);
  expect(await readValue("sluice_test_depth")).toBe(3);
  depth = 5;
  expect(await readValue("sluice_test_depth")).toBe(5);
});
