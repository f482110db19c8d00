import { describe, expect, test } from "vitest";
import { createRecoveryCodes, hashRecoveryCode } from "@/lib/second-step/recovery-codes";
import { createTotpSecret, findTotpStep, totpUri } from "@/lib/second-step/totp";

/** RFC 6238's own key and times, of whose codes the last six digits are taken. */
const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

describe("a code", () => {
  test.each([
    { seconds: 59, code: "287082" },
    { seconds: 1_111_111_109, code: "081804" },
    { seconds: 1_234_567_890, code: "005924" },
    { seconds: 20_000_000_000, code: "353130" },
  ])("is the one that the standard gives for second $seconds, and tells its half minute", ({ seconds, code }) => {
    const at = (shift: number) => findTotpStep({ secret, code, now: new Date((seconds + shift) * 1000) });
    const step = Math.floor(seconds / 30);
    expect([at(0), at(30), at(-30)]).toEqual([step, step, step]);
    expect([at(61), at(-61)]).toEqual([null, null]);
  });

  test.each(["", "12345", "1234567", "28708a", "287083"])("“%s” is none", (code) => {
    expect(findTotpStep({ secret, code, now: new Date(59_000) })).toBeNull();
  });
});

test("an app is told whose code it is, and by whom", () => {
  const uri = new URL(totpUri({ secret, email: "ann@agency.test", issuer: "Ann: Agency & Sons" }));
  expect(uri.protocol).toBe("otpauth:");
  expect(uri.searchParams.get("secret")).toBe(secret);
  expect(uri.searchParams.get("issuer")).toBe("Ann  Agency & Sons");
});

test("secrets have 160 random bits", () => {
  const secrets = Array.from({ length: 50 }, createTotpSecret);
  expect(secrets.every((each) => /^[A-Z2-7]{32}$/.test(each))).toBe(true);
  expect(new Set(secrets).size).toBe(50);
});

describe("recovery codes", () => {
  test("are ten, all different, and kept as digests", () => {
    const codes = createRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    expect(codes.every((code) => /^([a-z2-7]{4}-){3}[a-z2-7]{4}$/.test(code))).toBe(true);
    expect(codes.map((code) => hashRecoveryCode(code)?.length)).toEqual(Array(10).fill(32));
  });

  test("are read whatever their case, spaces and hyphens", () => {
    const [code = ""] = createRecoveryCodes();
    expect(hashRecoveryCode(` ${code.toUpperCase().replaceAll("-", " ")} `)).toEqual(hashRecoveryCode(code));
  });

  test.each(["123456", "", "abcd-efgh-ijkl-mno", "abcd-efgh-ijkl-mno1"])("“%s” is none", (text) => {
    expect(hashRecoveryCode(text)).toBeNull();
  });
});
