import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const folder = join(import.meta.dirname, "../../../lib/quota");
const calendar = ["../temporal", "temporal-polyfill"];
const files = readdirSync(folder).filter((name) => name.endsWith(".ts"));

test("the quota rules stand alone: they import their own files and the calendar, and nothing else", () => {
  expect(files.length).toBeGreaterThan(3);
  const foreign = files.flatMap((file) =>
    importsOf(readFileSync(join(folder, file), "utf8"))
      .filter((source) => !/^\.\/[a-z-]+$/.test(source) && !calendar.includes(source))
      .map((source) => `${file} imports ${source}`),
  );
  expect(foreign).toEqual([]);
});

test("the quota rules ask neither the clock nor the environment", () => {
  for (const file of files) {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text, file).not.toMatch(
      /Date\.now|new Date\(\)|performance\.|process\.|globalThis|Math\.random|Temporal\.Now/,
    );
  }
});

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import|require)\s*\(?\s*["']([^"']+)["']/g)].map((match) => match[1] as string);
}
