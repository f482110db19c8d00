import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authorizationOf } from "@/lib/providers/authorization";
import { decryptCredential, encryptCredential, readCredential } from "@/lib/providers/credential";
import { factsOf, vendors } from "@/lib/providers/vendors";

const key = randomBytes(32);

describe("a provider's credential", () => {
  test("is read with the key before while that is being rotated, and with no third", () => {
    const keys = { ENCRYPTION_KEY: randomBytes(32), ENCRYPTION_KEY_PREVIOUS: key };
    expect(readCredential(encryptCredential("sk-old", key), keys)).toBe("sk-old");
    expect(readCredential(encryptCredential("sk-new", keys.ENCRYPTION_KEY), keys)).toBe("sk-new");
    expect(() => readCredential(encryptCredential("sk-third", randomBytes(32)), keys)).toThrow();
    expect(() => readCredential(encryptCredential("sk-old", key), { ENCRYPTION_KEY: randomBytes(32) })).toThrow();
  });

  test("comes back as it was, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (credential) => {
        expect(decryptCredential(encryptCredential(credential, key), key)).toBe(credential);
      }),
    );
  });

  test("is encrypted differently each time and cannot be read in its text", () => {
    const texts = Array.from({ length: 50 }, () => encryptCredential("sk-canary-credential", key));
    expect(new Set(texts).size).toBe(50);
    for (const text of texts) {
      expect(text).toMatch(/^v1\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
      expect(Buffer.from(text.split(".")[3] as string, "base64url").toString("latin1")).not.toContain("canary");
    }
  });

  test("is not told with another key", () => {
    const text = encryptCredential("sk-canary", key);
    for (let bit = 0; bit < 256; bit += 17) {
      const other = Buffer.from(key);
      other[bit >> 3] = (other[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => decryptCredential(text, other)).toThrow();
    }
  });

  test("is not told when any bit of its text was altered", () => {
    const [version, ...parts] = encryptCredential("sk-canary", key).split(".") as [string, string, string, string];
    const bytes = parts.map((part) => Buffer.from(part, "base64url"));
    for (const [place, part] of bytes.entries()) {
      for (let bit = 0; bit < part.length * 8; bit++) {
        const altered = Buffer.from(part);
        altered[bit >> 3] = (altered[bit >> 3] as number) ^ (1 << (bit & 7));
        const text = [
          version,
          ...bytes.map((each, index) => (index === place ? altered : each).toString("base64url")),
        ].join(".");
        expect(() => decryptCredential(text, key)).toThrow();
      }
    }
  });

  test.each([
    { name: "nothing", change: () => "" },
    { name: "plain text", change: () => "sk-canary" },
    { name: "another version", change: (text: string) => text.replace("v1", "v2") },
    { name: "a shorter tag", change: (text: string) => text.replace(/^(v1\.[^.]+\.)[^.]+/, "$1AAAA") },
    { name: "no tag", change: (text: string) => text.replace(/^(v1\.[^.]+\.)[^.]+/, "$1") },
    { name: "no text", change: (text: string) => text.replace(/\.[^.]+$/, "") },
    { name: "less text", change: (text: string) => text.slice(0, -4) },
    {
      name: "the text of another",
      change: (text: string) => text.replace(/[^.]+$/, encryptCredential("sk-other1", key).split(".")[3] as string),
    },
  ])("is not told from $name", ({ change }) => {
    expect(() => decryptCredential(change(encryptCredential("sk-canary", key)), key)).toThrow();
  });
});

describe("where a credential goes", () => {
  test.each([
    { vendor: "openai", dialect: "openai", headers: { authorization: "Bearer secret" } },
    { vendor: "azure-openai", dialect: "openai", headers: { "api-key": "secret" } },
    { vendor: "anthropic", dialect: "anthropic", headers: { "x-api-key": "secret" } },
    { vendor: "gemini", dialect: "gemini", headers: { "x-goog-api-key": "secret" } },
    { vendor: "gemini-openai", dialect: "openai", headers: { authorization: "Bearer secret" } },
    { vendor: "custom", dialect: "openai", headers: { authorization: "Bearer secret" } },
    { vendor: "custom", dialect: "anthropic", headers: { "x-api-key": "secret" } },
    { vendor: "custom", dialect: "gemini", headers: { "x-goog-api-key": "secret" } },
  ] as const)("$vendor ($dialect)", ({ vendor, dialect, headers }) => {
    expect(authorizationOf({ vendor, dialect, credential: "secret" })).toEqual(headers);
  });

  test.each(vendors)("%s: in one header, and nowhere when there is none", (vendor) => {
    const dialect = factsOf(vendor).dialect ?? "openai";
    expect(Object.values(authorizationOf({ vendor, dialect, credential: "secret" }))).toHaveLength(1);
    expect(authorizationOf({ vendor, dialect, credential: "" })).toEqual({});
  });
});
