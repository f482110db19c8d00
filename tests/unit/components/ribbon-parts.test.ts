import { expect, test } from "vitest";
import { ribbonParts } from "@/components/usage/sources/ribbon-parts";
import type { UsageSource, UsageTotals } from "@/lib/usage/schema";

test.each([
  {
    name: "a source has its share of the tokens, in an order that stays",
    used: [useOf("legacy", 1, 25), useOf("apikey", 9, 75)],
    metric: "token",
    parts: [
      { source: "apikey", share: 75, amount: 75, requests: 9 },
      { source: "legacy", share: 25, amount: 25, requests: 1 },
    ],
  },
  {
    name: "a source whose calls have no tokens is there beside one whose have",
    used: [useOf("apikey", 9, 75), useOf("web", 4, 0)],
    metric: "token",
    parts: [
      { source: "apikey", share: 100, amount: 75, requests: 9 },
      { source: "web", share: 0, amount: 0, requests: 4 },
    ],
  },
  {
    name: "where no call has tokens, shares are of requests",
    used: [useOf("apikey", 3, 0), useOf("web", 1, 0)],
    metric: "request",
    parts: [
      { source: "apikey", share: 75, amount: 3, requests: 3 },
      { source: "web", share: 25, amount: 1, requests: 1 },
    ],
  },
  { name: "what was only refused is no use", used: [useOf("apikey", 0, 0)], metric: "request", parts: [] },
])("$name", ({ used, metric, parts }) => expect(ribbonParts({ bySource: used })).toEqual({ metric, parts }));

function useOf(source: UsageSource, requests: number, totalTokens: number): UsageTotals & { source: UsageSource } {
  const unused = { failed: 0, blocked: 3, free: 0, inputTokens: 0, outputTokens: 0, unpricedRequests: 0 };
  return { source, ...unused, requests, totalTokens, costMicroUsd: 0, lastUsedAt: null };
}
