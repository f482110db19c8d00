import { expect, test } from "vitest";
import { limitPairs } from "@/components/keys/limit-pairs";
import { reasonInWords } from "@/components/usage/refusal-words";
import type { QuotaLimit } from "@/lib/tenants/schema";

const none = {
  dailyTokenLimit: null,
  monthlyTokenLimit: null,
  dailyRequestLimit: null,
  monthlyRequestLimit: null,
  requestsPerMinute: null,
};

const limit = (given: Partial<QuotaLimit>): QuotaLimit => ({
  subject: "tenant",
  subjectId: "tenant",
  metric: "tokens",
  window: "day",
  cap: 100,
  origin: "plan",
  used: 0,
  reserved: 0,
  remaining: 100,
  resetsAt: "2026-11-22T00:00:00.000Z",
  binding: true,
  near: false,
  refusedSince: null,
  ...given,
});

test.each([
  { name: "the key's, where it is less", own: 99, client: 100, binds: "key" },
  { name: "the client's, where it is as much: all its keys share it", own: 100, client: 100, binds: "client" },
  { name: "the client's, where it is less", own: 101, client: 100, binds: "client" },
  { name: "the client's, where the key has none", own: null, client: 100, binds: "client" },
  { name: "the key's, where the client has none", own: 0, client: null, binds: "key" },
  { name: "none, where there is none", own: null, client: null, binds: null },
])("of a key's limit and its client's binds $name", ({ own, client, binds }) => {
  const limits = client === null ? [] : [limit({ cap: client }), limit({ subject: "key", cap: 1 })];
  expect(limitPairs({ ...none, dailyTokenLimit: own }, limits)[0]).toMatchObject({ own, client, binds });
});

test.each([
  ["tokens_day_tenant", "the client's limit of tokens a day"],
  ["requests_minute_key", "the key's limit of calls a minute"],
  ["key_revoked", "the key is revoked"],
  ["something_new", "something new"],
])("%s is told as: %s", (reason, words) => {
  expect(reasonInWords(reason)).toBe(words);
});
