import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { canBeSecret, createSecret, hashSecret, hasValidChecksum, prefixOf } from "@/lib/keys/secret";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** A secret of any random part, with the checksum that belongs to it: CRC-32 in base62. */
const secretOf = (random: string) => {
  let rest = crc32(Buffer.from(random));
  let checksum = "";
  for (let index = 0; index < 6; index++) {
    checksum = alphabet[rest % 62] + checksum;
    rest = Math.floor(rest / 62);
  }
  return `slc_${random}${checksum}`;
};

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}

const anySecret = fc
  .array(fc.constantFrom(...alphabet), { minLength: 40, maxLength: 40 })
  .map((letters) => secretOf(letters.join("")));

describe("a new secret", () => {
  const secrets = Array.from({ length: 200 }, createSecret);

  test("looks like one, so that scanners find it: slc_, 40 random characters, a checksum of 6", () => {
    for (const secret of secrets) {
      expect(secret).toMatch(/^slc_[0-9A-Za-z]{46}$/);
      expect(secretOf(secret.slice(4, 44))).toBe(secret);
      expect(hasValidChecksum(secret) && canBeSecret(secret)).toBe(true);
    }
  });

  test("is never made twice, and every character of the alphabet may stand at every place", () => {
    expect(new Set(secrets).size).toBe(secrets.length);
    const perPlace = Array.from({ length: 40 }, (_, place) => new Set(secrets.map((secret) => secret[4 + place])).size);
    expect(Math.min(...perPlace)).toBeGreaterThan(45);
    expect(new Set(secrets.flatMap((secret) => [...secret.slice(4, 44)])).size).toBe(62);
  });

  test("shows no more than its first characters", () => {
    for (const secret of secrets) {
      expect(secret.startsWith(prefixOf(secret))).toBe(true);
      expect(prefixOf(secret)).toHaveLength(12);
    }
    expect(prefixOf("legacy-secret-of-another-make")).toBe("legacy");
  });
});

describe("a mistyped secret is told apart without asking the database", () => {
  test("where any one character is another", () => {
    fc.assert(
      fc.property(anySecret, (secret) => {
        for (let place = 4; place < secret.length; place++) {
          for (const letter of alphabet) {
            if (letter === secret[place]) continue;
            expect(canBeSecret(secret.slice(0, place) + letter + secret.slice(place + 1))).toBe(false);
          }
        }
      }),
      { numRuns: 5 },
    );
  });

  test("where any two neighbours are swapped", () => {
    fc.assert(
      fc.property(anySecret, fc.integer({ min: 4, max: 48 }), (secret, place) => {
        const swapped = secret.slice(0, place) + secret[place + 1] + secret[place] + secret.slice(place + 2);
        expect(canBeSecret(swapped)).toBe(swapped === secret);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    { name: "a character too few", change: (secret: string) => secret.slice(0, -1) },
    { name: "a character too many", change: (secret: string) => `${secret}0` },
    { name: "a blank behind it", change: (secret: string) => `${secret} ` },
    { name: "a line end behind it", change: (secret: string) => `${secret}\n` },
    { name: "a character of no alphabet", change: (secret: string) => `${secret.slice(0, 20)}-${secret.slice(21)}` },
    { name: "capitals throughout", change: (secret: string) => `slc_${secret.slice(4).toUpperCase()}` },
    { name: "nothing behind the prefix", change: () => "slc_" },
  ])("where it has $name", ({ change }) => {
    expect(canBeSecret(change(secretOf(`${"aB3".repeat(13)}z`)))).toBe(false);
  });
});

describe("a legacy secret", () => {
  test.each([
    { length: 19, can: false },
    { length: 20, can: true },
    { length: 512, can: true },
    { length: 513, can: false },
    { length: 0, can: false },
  ])("of $length characters can be one: $can", ({ length, can }) => {
    expect(canBeSecret("k".repeat(length))).toBe(can);
  });

  test("may be of any make but ours", () => {
    expect(canBeSecret("sk-proj-abc_DEF-123.456")).toBe(true);
    expect(canBeSecret("slc_this-is-not-one-of-ours-at-all")).toBe(false);
  });
});

describe("the hash of a secret", () => {
  beforeAll(() => void vi.stubEnv("DATABASE_URL", "postgresql://localhost/none"));
  afterAll(() => void vi.unstubAllEnvs());

  test("is the same each time, 32 bytes, another for another secret, and holds nothing of it", () => {
    const [secret, other] = [createSecret(), createSecret()];
    expect(hashSecret(secret).equals(hashSecret(secret))).toBe(true);
    expect(hashSecret(secret)).toHaveLength(32);
    expect(hashSecret(secret).equals(hashSecret(other))).toBe(false);
    expect(hashSecret(secret).toString("latin1")).not.toContain(secret.slice(4, 10));
  });
});
