import { describe, expect, test } from "vitest";
import { attentionInWords } from "@/components/overview/attention-words";
import { changeInWords } from "@/components/overview/change";
import type { Attention } from "@/lib/overview/schema";
import type { QuotaLimit, TenantListItem } from "@/lib/tenants/schema";

describe("a change", () => {
  test.each([
    { now: 112, before: 100, words: "▲ 12\u00a0%" },
    { now: 50, before: 100, words: "▼ 50\u00a0%" },
    { now: 1_001, before: 1_000, words: "as before" },
    { now: 5_000, before: 100, words: "▲ 50\u00a0×" },
    { now: 50_000, before: 100, words: "▲ > 100\u00a0×" },
    { now: 5, before: 0, words: null },
    { now: null, before: 10, words: null },
  ])("from $before to $now is $words", ({ now, before, words }) => {
    expect(changeInWords(now, before)).toBe(words);
  });
});

describe("what needs attention", () => {
  const now = new Date("2026-11-21T10:30:00Z");
  const tenant = { slug: "acme", name: "Acme", timeZone: "Europe/Berlin" };
  const lately = { since: "2026-11-21T10:00:00Z", lastAt: "2026-11-21T10:28:00Z" };
  const dailyTokens = {
    ...{ subject: "tenant", subjectId: "acme", metric: "tokens", window: "day", origin: "plan" },
    ...{ cap: 50_000, used: 50_000, reserved: 0, remaining: 0, resetsAt: "2026-11-21T23:00:00Z" },
    ...{ binding: true, near: true, refusedSince: null },
  } as QuotaLimit;
  const client = { ...tenant, plan: null } as TenantListItem;
  const inWords = (item: Attention) => attentionInWords({ item, currency: "USD", now });

  test("leads to where it is mended, and says what is the matter", () => {
    expect(inWords({ kind: "pace", tenant, reason: "requests_minute_key", refusals: 1_200, ...lately })).toEqual({
      level: "over",
      href: "/clients/acme/limits",
      name: "Acme",
      matter: "calls far too often: 1,200 calls refused",
      more: ["the key's limit of calls a minute", "from 11:00 to 11:28 Europe/Berlin, last 2\u00a0m ago"],
    });
    expect(inWords({ kind: "refused", tenant, reason: "model_not_allowed", refusals: 1, ...lately })).toMatchObject({
      level: "near",
      matter: "1 call refused",
      more: ["the model is not allowed", expect.any(String)],
    });
    expect(inWords({ kind: "provider", slug: "openai", name: "OpenAI", calls: 2_000, errors: 310 })).toMatchObject({
      level: "over",
      href: "/providers/openai",
      matter: "310 calls of 2,000 failed in the last hour",
    });
    const expiresAt = "2026-11-21T12:30:00Z";
    expect(inWords({ kind: "key_expires", tenant, keyName: "shop", expiresAt })).toMatchObject({
      href: "/clients/acme/keys",
      matter: "key shop expires in 2\u00a0h",
    });
    expect(inWords({ kind: "override_expires", tenant, dailyTokenLimit: 9_000, expiresAt })).toMatchObject({
      level: "info",
      matter: "override ends in 2\u00a0h",
    });
  });

  test("of a limit that is used up says since when calls are refused, where one was", () => {
    const limit = { ...dailyTokens, refusedSince: "2026-11-21T09:02:00Z" };
    expect(inWords({ kind: "limit", level: "over", tenant: client, limit })).toMatchObject({
      level: "over",
      href: "/clients/acme/limits",
      matter: "over daily tokens since 10:02",
      more: ["50\u00a0k of 50\u00a0k", "renews 00:00 Europe/Berlin (in 12\u00a0h\u00a030\u00a0m)"],
    });
    expect(inWords({ kind: "limit", level: "over", tenant: client, limit: dailyTokens }).matter).toBe(
      "over daily tokens",
    );
  });

  test("of many unused keys names the few that wait for longest", () => {
    const keys = [{ tenant, keyName: "old", unusedSince: "2026-01-01T00:00:00Z" }];
    expect(inWords({ kind: "keys_unused", count: 1, keys }).more).toEqual(["old of Acme (324\u00a0d)"]);
    expect(inWords({ kind: "keys_unused", count: 412, keys })).toMatchObject({
      name: "412 keys",
      more: ["the longest: old of Acme (324\u00a0d)"],
    });
  });
});
