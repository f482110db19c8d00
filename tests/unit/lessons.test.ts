import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const tests = resolve(import.meta.dirname, "..");
const readme = readFileSync(resolve(tests, "README.md"), "utf8");
const lessons = [...readme.matchAll(/^\| (.+) \| `([^`]+)` \| (.+) \|$/gm)].map(([, lesson, file, title]) => ({
  lesson: lesson as string,
  file: file as string,
  title: title as string,
}));

test("the lessons are there", () => expect(lessons.length).toBeGreaterThan(30));

test.each(lessons)("$lesson: the test that the README names exists", ({ file, title }) => {
  const path = resolve(tests, `${file}.${file.startsWith("browser/") ? "spec" : "test"}.ts`);
  expect(existsSync(path), path).toBe(true);
  expect(readFileSync(path, "utf8")).toContain(`"${title}"`);
});
