import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const tests = resolve(import.meta.dirname, "..");
/** What is promised, in which file and by which test; the kinds of tests stand in a table of their own. */
const lessons = readFileSync(resolve(tests, "README.md"), "utf8")
  .split("\n")
  .filter((line) => /^\| [^`-]/.test(line) && line.includes("`"))
  .map((line) => /^\| (.+) \| `([^`]+)` \| (.+) \|$/.exec(line) ?? [line])
  .map(([line, lesson = line, file, title]) => ({ lesson, file, title }));

test("the lessons are there", () => expect(lessons.length).toBeGreaterThan(30));

test.each(lessons)("$lesson: the test that the README names exists", ({ file, title }) => {
  const path = resolve(tests, `${file}.${file?.startsWith("browser/") ? "spec" : "test"}.ts`);
  expect(existsSync(path), path).toBe(true);
  expect(readFileSync(path, "utf8")).toContain(`"${title}"`);
});
