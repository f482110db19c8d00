import { describe, expect, test } from "vitest";
import { LearnedOutput } from "@/lib/metering/learned-output";

const learnt = (...answers: number[]) => {
  const learned = new LearnedOutput();
  for (const tokens of answers) learned.learn("series", tokens);
  return learned.expect("series");
};

describe("what is expected of an answer", () => {
  test("is not told from too few answers, nor from those of other keys and models", () => {
    expect(learnt()).toBeNull();
    expect(learnt(20, 20)).toBeNull();
    const learned = new LearnedOutput();
    for (let index = 0; index < 9; index++) learned.learn("other", 20);
    expect(learned.expect("series")).toBeNull();
  });

  test("is somewhat more than the answers of late", () => {
    expect(learnt(20, 20, 20)).toBe(41);
    expect(learnt(0, 0, 0)).toBe(16);
    expect(learnt(4_000, 4_000, 4_000)).toBe(5_016);
  });

  test("rises with one longer answer at once, and falls slowly with shorter ones", () => {
    expect(learnt(20, 20, 20, 2_000)).toBeGreaterThan(2_000);
    expect(learnt(2_000, 20, 20)).toBeGreaterThan(1_500);
    expect(learnt(2_000, ...Array(60).fill(20))).toBeLessThan(60);
  });

  test.each([
    { name: "is forgotten after an hour without answers", elapsedMs: 3_601_000, expected: null },
    { name: "is not forgotten before", elapsedMs: 3_590_000, expected: 41 },
  ])("$name", ({ elapsedMs, expected }) => {
    let now = 1;
    const learned = new LearnedOutput(() => now);
    for (let index = 0; index < 3; index++) learned.learn("series", 20);
    now += elapsedMs;
    expect(learned.expect("series")).toBe(expected);
  });

  test("is kept for a bounded number of series", () => {
    const learned = new LearnedOutput();
    for (let index = 0; index < 10_001; index++)
      for (let answer = 0; answer < 3; answer++) learned.learn(`series ${index}`, 20);
    expect(learned.expect("series 0")).toBeNull();
    expect(learned.expect("series 10000")).not.toBeNull();
  });
});
