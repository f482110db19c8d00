import { describe, expect, test } from "vitest";
import { headroomOf, type ShownLimit, shareInWords } from "@/components/usage/headroom";

const now = new Date("2026-11-21T11:00:00Z");
const base: ShownLimit = {
  metric: "tokens",
  window: "day",
  cap: 50_000,
  used: 10_000,
  reserved: 5_000,
  origin: "plan",
  resetsAt: "2026-11-21T23:00:00Z",
  refusedSince: null,
};

const show = (changes: Partial<ShownLimit>, currency: string | null = "EUR") =>
  headroomOf({ limit: { ...base, ...changes }, timeZone: "Europe/Brussels", currency, nearLimitPercent: 80, now });

describe("the headroom bar", () => {
  test("shows what is used, reserved, and where its pace leads by the reset", () => {
    expect(show({})).toMatchObject({ level: "fine", usedPercent: 20, reservedPercent: 10, pacePercent: 10 });
  });

  test.each([
    { used: 39_999, reserved: 0, level: "fine" },
    { used: 40_000, reserved: 0, level: "near" },
    { used: 30_000, reserved: 10_000, level: "near" },
    { used: 45_000, reserved: 5_000, level: "over" },
    { used: 60_000, reserved: 0, level: "over" },
  ])("is $level at $used used and $reserved reserved of 50,000", ({ used, reserved, level }) => {
    expect(show({ used, reserved }).level).toBe(level);
  });

  test("never grows beyond its width", () => {
    const { usedPercent, reservedPercent, pacePercent } = show({ used: 49_000, reserved: 9_000 });
    expect(usedPercent + reservedPercent + pacePercent).toBeLessThanOrEqual(100);
  });

  test("says all of it in words", () => {
    expect(show({ reserved: 0 }).words).toMatchObject({
      amounts: "10,000 of 50,000 tokens today",
      renewal: "renews 00:00 Europe/Brussels (in 12\u00a0h)",
      pace: "at this pace about 20\u00a0k by then",
    });
  });

  test("says since when calls are refused, where one was, and in its text alternative too", () => {
    expect(show({ used: 50_000 }).words.refusal).toBe("used up, calls are refused until it renews");
    const { refusal, all } = show({ used: 50_000, refusedSince: "2026-11-21T09:02:00Z" }).words;
    expect(refusal).toBe("used up, calls refused since 10:02");
    expect(all).toContain("used up, calls refused since 10:02; renews");
  });

  test("says since which day calls are refused, where that is longer ago than a day", () => {
    const { refusal } = show({ window: "month", used: 50_000, refusedSince: "2026-11-16T09:02:00Z" }).words;
    expect(refusal).toBe("used up, calls refused since 16 Nov, 10:02");
  });

  test("tells used up apart from merely reserved, and from a limit of 0", () => {
    expect(show({ used: 50_000 }).words.refusal).toMatch(/^used up/);
    expect(show({ used: 45_000 }).words.refusal).toMatch(/reserved by calls under way/);
    expect(show({ cap: 0, used: 0, reserved: 0 }).words.refusal).toMatch(/^set to 0/);
  });

  test("says when a limit will be used up if it goes on like this", () => {
    expect(show({ used: 30_000, reserved: 0 }).words.pace).toBe("at this pace used up about 20:00");
  });

  test("shows a client its share of the budget, and no money", () => {
    const { words } = show({ metric: "cost", window: "month", cap: 25_000_000, used: 5_000_000, reserved: 0 }, null);
    expect(words.amounts).toBe("20\u00a0% of the budget this month");
    expect(words.all).not.toMatch(/€|\d\.\d\d/);
  });

  test.each([
    { part: 0, words: "0\u00a0%" },
    { part: 1, words: "<\u00a01\u00a0%" },
    { part: 9_999, words: "<\u00a01\u00a0%" },
    { part: 10_000, words: "1\u00a0%" },
    { part: 999_999, words: "99\u00a0%" },
  ])("a share of $part in a million is $words: something is never shown as nothing", ({ part, words }) => {
    expect(shareInWords(part, 1_000_000)).toBe(words);
  });
});
