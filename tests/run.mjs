// `npm test`: brings the checkout to where it can run, then runs what was asked for, or everything. Plain JavaScript for any
// Node from 20.9 on, as nothing need be installed yet.
//   npm test -- integration            one kind of tests
//   npm test -- unit quota/window      one kind, and only the files whose path contains a text
//   npm test -- unit "quota|import"    … or one of several; what begins with a dash, and all behind it, is for the runner
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { node, prepare, root } from "../lib/launch/prepare.mjs";
import { PrepareError } from "../lib/launch/prepare-error.mjs";

const vitestKinds = ["unit", "integration", "contract"];
const kinds = [...vitestKinds, "browser"];
const needsPages = ["contract", "browser"];

const { chosen, texts, options: runnerOptions } = readArguments(process.argv.slice(2));
const found = await findFiles();
requireMatches();

const results = await mkdtemp(join(tmpdir(), "sluice-results-"));
try {
  await prepare({ build: needsPages.some(isAsked) });
  const tallies = [await runVitest(), await runPlaywright()].filter((tally) => tally !== null);
  summarise(tallies);
} catch (error) {
  console.error(error instanceof PrepareError ? error.message : error);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
} finally {
  await rm(results, { recursive: true, force: true });
}

function readArguments(given) {
  const firstOption = given.findIndex((argument) => argument.startsWith("-"));
  const words = (firstOption < 0 ? given : given.slice(0, firstOption)).flatMap((argument) =>
    argument.split(/[|,\s]+/),
  );
  const wanted = kinds.filter((kind) => words.includes(kind));
  return {
    chosen: wanted.length > 0 ? wanted : kinds,
    texts: words.filter((word) => word !== "" && !kinds.includes(word)),
    options: firstOption < 0 ? [] : given.slice(firstOption),
  };
}

/** The files of each chosen kind, by their paths from the root. */
async function findFiles() {
  const ofKind = async (kind) => {
    const names = await readdir(join(root, "tests", kind), { recursive: true });
    return names.filter((name) => /\.(test|spec)\.tsx?$/.test(name)).map((name) => `tests/${kind}/${name}`);
  };
  return Object.fromEntries(await Promise.all(chosen.map(async (kind) => [kind, await ofKind(kind)])));
}

/** A text that no file answers to is a mistake: what was meant by it would pass for tested. */
function requireMatches() {
  const paths = Object.values(found).flat();
  const unmatched = texts.filter((text) => !paths.some((path) => path.includes(text)));
  if (unmatched.length === 0) return;
  console.error(
    `No test file of ${chosen.join(", ")} has ${unmatched.map((text) => `"${text}"`).join(", ")} in its path.`,
  );
  console.log("0 passed, 1 failed");
  process.exit(1);
}

/** Whether there is anything to run of this kind. */
function isAsked(kind) {
  return (found[kind] ?? []).some((path) => texts.length === 0 || texts.some((text) => path.includes(text)));
}

async function runVitest() {
  const projects = vitestKinds.filter(isAsked).flatMap((kind) => ["--project", kind]);
  if (projects.length === 0) return null;

  const report = join(results, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const options = ["run", "--config", "tests/vitest.config.ts", ...reporters, ...projects, ...texts, ...runnerOptions];
  const code = await run(["node_modules/vitest/vitest.mjs", ...options]);
  const { numPassedTests, numFailedTests, testResults } = await readReport(report, {
    numPassedTests: 0,
    numFailedTests: 0,
    testResults: [],
  });
  // A file that fails outside its tests counts as one failure.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return {
    name: "unit, integration and contract",
    passed: numPassedTests,
    failed: atLeastOneIf(code !== 0, numFailedTests + brokenFiles.length),
  };
}

async function runPlaywright() {
  if (!isAsked("browser")) return null;

  const { findBrowser, installBrowser } = await import("./browser/find-browser.mjs");
  if ((findBrowser() ?? installBrowser()) === null) {
    console.error(
      "The browser tests need Chrome or Chromium: install one (Debian: apt-get install chromium), or set BROWSER_PATH to it.",
    );
    return { name: "browser", passed: 0, failed: 1 };
  }

  const report = join(results, "playwright.json");
  const options = [
    "test",
    "--config",
    "tests/playwright.config.ts",
    "--reporter=list,json",
    ...texts.map(asPattern),
    ...runnerOptions,
  ];
  const code = await run(["node_modules/@playwright/test/cli.js", ...options], { PLAYWRIGHT_JSON_OUTPUT_NAME: report });
  const { stats } = await readReport(report, { stats: { expected: 0, unexpected: 0, flaky: 0 } });
  return { name: "browser", passed: stats.expected + stats.flaky, failed: atLeastOneIf(code !== 0, stats.unexpected) };
}

async function run(command, variables = {}) {
  const child = spawn(node, command, {
    cwd: root,
    env: { ...process.env, ...variables },
    stdio: ["ignore", "inherit", "inherit"],
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, "exit");
  return code ?? 1;
}

/** Playwright takes a path's text for a pattern. */
function asPattern(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

async function readReport(path, empty) {
  const text = await readFile(path, "utf8").catch(() => null);
  return text === null ? empty : JSON.parse(text);
}

function atLeastOneIf(broken, failed) {
  return broken ? Math.max(1, failed) : failed;
}

function summarise(tallies) {
  const sum = (count) => tallies.reduce((total, tally) => total + tally[count], 0);
  console.log("");
  for (const { name, passed, failed } of tallies) console.log(`${name}: ${passed} passed, ${failed} failed`);
  const [passed, failed] = [sum("passed"), sum("failed")];
  // Nothing run is not a success.
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed} failed`);
}
