import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeCaller, judgeModel, missingKey } from "@/lib/gateway/judge-caller";
import type { KeySnapshot, TenantSnapshot } from "@/lib/metering/types";
import { matchesModel } from "@/lib/quota/model-pattern";
import { keySnapshot, tenantSnapshot } from "../metering/callers";
import { planOf } from "../quota/shapes";

const at = new Date("2026-05-20T12:00:00.000Z");
const justAfter = new Date(at.getTime() + 1);
const entryOf = (key: Partial<KeySnapshot> = {}, tenant: Partial<TenantSnapshot> = {}) => ({
  key: keySnapshot(key),
  tenant: tenantSnapshot(tenant),
  readAt: 0,
});

describe("whether a call can be made with a key", () => {
  test.each([
    { name: "an active key of an active client can", entry: entryOf(), status: null, says: /^/ },
    { name: "an unknown key cannot", entry: null, status: 401, says: /not known/ },
    { name: "a revoked key cannot", entry: entryOf({ revokedAt: at }), status: 401, says: /revoked/ },
    {
      name: "a key revoked at a later time by a clock ahead cannot",
      entry: entryOf({ revokedAt: justAfter }),
      status: 401,
      says: /revoked/,
    },
    { name: "a key cannot at the instant it expires", entry: entryOf({ expiresAt: at }), status: 401, says: /expired/ },
    { name: "a key can a moment before it expires", entry: entryOf({ expiresAt: justAfter }), status: null, says: /^/ },
    {
      name: "a replaced secret cannot when its time is over",
      entry: entryOf({ secretExpiresAt: at }),
      status: 401,
      says: /replaced/,
    },
    {
      name: "a replaced secret can within its time",
      entry: entryOf({ secretExpiresAt: justAfter }),
      status: null,
      says: /^/,
    },
    {
      name: "a key of a suspended client cannot",
      entry: entryOf({}, { status: "suspended" }),
      status: 403,
      says: /suspended/,
    },
    {
      name: "a key of an archived client cannot",
      entry: entryOf({}, { archivedAt: at }),
      status: 403,
      says: /suspended/,
    },
    {
      name: "a revoked key learns nothing of its client",
      entry: entryOf({ revokedAt: at, expiresAt: at, secretExpiresAt: at }, { status: "suspended" }),
      status: 401,
      says: /revoked/,
    },
    {
      name: "an expired key learns nothing of its client",
      entry: entryOf({ expiresAt: at, secretExpiresAt: at }, { status: "suspended" }),
      status: 401,
      says: /expired/,
    },
    {
      name: "a replaced secret learns nothing of its client",
      entry: entryOf({ secretExpiresAt: at }, { archivedAt: at }),
      status: 401,
      says: /replaced/,
    },
  ])("$name", ({ entry, status, says }) => {
    const failure = judgeCaller(entry, at);
    expect(failure?.status ?? null).toBe(status);
    expect(failure?.message ?? "").toMatch(says);
    if (status === 401) expect(failure?.code).toBe("invalid_api_key");
    if (status === 403)
      expect(failure).toMatchObject({ code: "tenant_suspended", headers: { "x-should-retry": "false" } });
  });

  test("no key at all is told how to send one", () => {
    expect(missingKey()).toMatchObject({
      status: 401,
      code: "invalid_api_key",
      message: expect.stringContaining("Authorization: Bearer") as unknown,
    });
  });

  test("no failure tells of the client, its key or its plan", () => {
    const told = [
      entryOf({ revokedAt: at, name: "CANARY" }),
      entryOf({ expiresAt: at, id: "CANARY" }),
      entryOf({}, { status: "suspended", name: "CANARY", id: "CANARY" }),
    ].map((entry) => judgeCaller(entry, at));
    expect(JSON.stringify(told)).not.toContain("CANARY");
  });
});

describe("whether a model may be called", () => {
  test.each([
    { name: "any, where neither plan nor key restrict", plan: [], key: [], model: "anything", allowed: true },
    { name: "none given, where neither restrict", plan: [], key: [], model: null, allowed: true },
    { name: "one of the plan's", plan: ["gpt-4o*"], key: [], model: "gpt-4o-mini", allowed: true },
    { name: "not one beside the plan's", plan: ["gpt-4o*"], key: [], model: "gpt-5", allowed: false },
    { name: "one of the key's", plan: [], key: ["gpt-5"], model: "gpt-5", allowed: true },
    { name: "not one beside the key's", plan: [], key: ["gpt-5"], model: "gpt-5-mini", allowed: false },
    { name: "what both allow", plan: ["gpt-*"], key: ["*-mini"], model: "gpt-5-mini", allowed: true },
    { name: "not what the key alone allows", plan: ["gpt-*"], key: ["o3"], model: "o3", allowed: false },
    { name: "not what the plan alone allows", plan: ["gpt-*"], key: ["o3"], model: "gpt-5", allowed: false },
    { name: "none given, where models are restricted", plan: ["gpt-*"], key: [], model: null, allowed: false },
    { name: "none given, where all are allowed by a pattern", plan: ["*"], key: [], model: null, allowed: false },
  ])("$name: $allowed", ({ plan, key, model, allowed }) => {
    const failure = judgeModel(
      entryOf({ allowedModels: key }, { defaultPlan: planOf({ allowedModels: plan }) }),
      model,
      at,
    );
    if (allowed) expect(failure).toBeNull();
    else
      expect(failure).toMatchObject({ status: 403, code: "model_not_allowed", headers: { "x-should-retry": "false" } });
  });

  test.each([
    ["gpt-4o", "gpt-4o", true],
    ["gpt-4o", "gpt-4o-mini", false],
    ["gpt-4o", "GPT-4o", false],
    ["gpt-4o*", "gpt-4o", true],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["a*b*a", "aba", true],
    ["*a*", "bab", true],
    ["a.c", "abc", false],
    ["**", "x", true],
    ["openai/*:free", "openai/gpt-oss-20b:free", true],
  ])("the pattern %j allows %j: %s", (pattern, model, allowed) => {
    expect(matchesModel(pattern, model)).toBe(allowed);
  });

  test("patterns mean what a regular expression with .* for each * means", () => {
    const letters = (unit: string) =>
      fc.array(fc.constantFrom(...unit), { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(letters("ab*."), letters("ab."), (pattern, model) => {
        const oracle = new RegExp(
          `^${pattern
            .split("*")
            .map((part) => part.replaceAll(".", "\\."))
            .join(".*")}$`,
        );
        expect(matchesModel(pattern, model)).toBe(oracle.test(model));
      }),
      { numRuns: 5_000 },
    );
  });

  test("a pattern of many stars is decided; by trying out what each star stands for it never would be", () => {
    expect(matchesModel(`${"*a".repeat(140)}b`, "a".repeat(300))).toBe(false);
  });
});
